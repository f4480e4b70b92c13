import { holdsData, jsonOf } from '../answers.ts';
import { type Check, exchangeLine, type ProbeContext } from '../context.ts';
import { type ProbeFinding, type ProbeRoute, routeName } from '../model.ts';

/** Fields that nobody should set for themselves. */
const privileged =
  /^(is_?admin|admin|role|roles|role_?id|level|vip|vip_?level|balance|points?|score|credit|amount|price|status|state|verified|is_?verified|permissions?|discount|quota)$/i;
const most = 3;

type Scalar = string | number | boolean;

/** MP-PRB-004: an update stores a field that it does not declare. What was changed is put back. */
export const massAssignment: Check = async (context) => {
  if (!context.allowWrites || !context.has('a')) return [];
  const found: ProbeFinding[] = [];
  for (const route of context.routes) {
    if ((route.method !== 'PUT' && route.method !== 'PATCH') || route.isPublic === true || route.isAdmin) continue;
    const reading = context.routes.find(({ method, path }) => method === 'GET' && path === route.path);
    if (reading === undefined) continue;
    const values = await ownObject(context, route);
    const path = context.pathOf(reading, values);
    const before = path === null ? null : await context.ask('a', path);
    if (path === null || before === null || !holdsData(before)) continue;
    const object = dataOf(jsonOf(before));
    if (object === null) continue;
    const candidates = Object.entries(object).filter(
      (entry): entry is [string, Scalar] =>
        privileged.test(entry[0]) &&
        ['string', 'number', 'boolean'].includes(typeof entry[1]) &&
        route.bodyFields?.includes(entry[0]) !== true,
    );
    for (const [field, value] of candidates.slice(0, most)) {
      const one = await tryField(context, route, path, object, field, value);
      if (one !== null) found.push(one);
    }
  }
  return found;
};

async function ownObject(context: ProbeContext, route: ProbeRoute): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const { name, in: where } of route.parameters) {
    if (where !== 'path') continue;
    const [id] = await context.ownedByA(route, name);
    if (id !== undefined) values[name] = id;
  }
  return values;
}

/** The object itself, where an envelope stands around it. */
function dataOf(value: unknown): Record<string, unknown> | null {
  const isObject = (one: unknown): one is Record<string, unknown> =>
    typeof one === 'object' && one !== null && !Array.isArray(one);
  if (!isObject(value)) return null;
  return isObject(value['data']) ? value['data'] : value;
}

async function tryField(
  context: ProbeContext,
  route: ProbeRoute,
  path: string,
  object: Readonly<Record<string, unknown>>,
  field: string,
  value: Scalar,
): Promise<ProbeFinding | null> {
  // Fields that the interface declares go along as they are, so that the update is one that it takes.
  const declared = Object.fromEntries(
    (route.bodyFields ?? []).filter((name) => name in object).map((name) => [name, object[name]]),
  );
  const other = changed(value);
  const write = async (to: Scalar) =>
    await context.ask('a', path, { method: route.method, body: JSON.stringify({ ...declared, [field]: to }) });
  const read = async (): Promise<unknown> => dataOf(jsonOf(await context.ask('a', path)))?.[field];
  const answer = await write(other);
  const stored = (await read()) === other;
  // Whatever was found: as it was.
  if (stored) await write(value);
  if (!stored) return null;
  const restored = (await read()) === value;
  return {
    ...{ rule: 'MP-PRB-004', severity: 'high', confidence: 'high', route: routeName(route), detail: field },
    message: {
      zh: `更新时多带的字段 ${field} 被保存${restored ? '（已恢复原值）' : '（未能恢复原值，请手工改回）'}`,
      en: `The field ${field}, which the update does not declare, was stored${restored ? ' (and put back)' : ' (and could not be put back: do so by hand)'}`,
    },
    exchange: [exchangeLine('a', route.method, path, answer)],
  };
}

const changed = (value: Scalar): Scalar =>
  typeof value === 'boolean' ? !value : typeof value === 'number' ? value + 1 : `${value}-menshen`;
