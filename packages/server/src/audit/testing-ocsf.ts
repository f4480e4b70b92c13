import { readFileSync } from 'node:fs';

interface Rules {
  readonly required: readonly string[];
  readonly constraints: { readonly at_least_one?: readonly string[]; readonly just_one?: readonly string[] } | null;
}

interface Schema {
  readonly classes: Readonly<
    Record<
      string,
      Rules & {
        readonly class_uid: number;
        readonly category_uid: number;
        readonly activity_id: Readonly<Record<string, string>>;
      }
    >
  >;
  readonly objects: Readonly<Record<string, Rules>>;
  readonly severity_id: Readonly<Record<string, string>>;
  readonly status_id: Readonly<Record<string, string>>;
}

const schema = JSON.parse(readFileSync(new URL('./fixtures/ocsf-required-1.8.0.json', import.meta.url), 'utf8')) as Schema;

/** The object that an attribute holds, where its name is not the object's. */
const OBJECT_OF: Readonly<Record<string, string>> = {
  src_endpoint: 'network_endpoint',
  dst_endpoint: 'network_endpoint',
  entity: 'managed_entity',
};

type Plain = Readonly<Record<string, unknown>>;
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

/** For tests: what an event lacks of OCSF 1.8.0's required attributes, constraints and enumerations; empty when it is sound. */
export function ocsfProblems(event: unknown): string[] {
  if (!isPlain(event)) return ['not an object'];
  const found = Object.values(schema.classes).find(({ class_uid }) => class_uid === event['class_uid']);
  if (found === undefined) return ['unknown class'];
  const problems = checkRules('', event, found);
  const activity = event['activity_id'];
  if (event['category_uid'] !== found.category_uid) problems.push('category_uid');
  if (event['type_uid'] !== found.class_uid * 100 + Number(activity)) problems.push('type_uid');
  if (!Object.hasOwn(found.activity_id, String(activity))) problems.push('activity_id');
  if (!Object.hasOwn(schema.severity_id, String(event['severity_id']))) problems.push('severity_id');
  if (event['status_id'] !== undefined && !Object.hasOwn(schema.status_id, String(event['status_id'])))
    problems.push('status_id');
  if (!Number.isSafeInteger(event['time'])) problems.push('time');
  return problems;
}

function checkRules(where: string, value: Plain, { required, constraints }: Rules): string[] {
  const has = (name: string) => value[name] !== undefined && value[name] !== null;
  const problems = required.filter((name) => !has(name)).map((name) => `${where}${name} is required`);
  if (constraints?.at_least_one?.some(has) === false) problems.push(`${where}at least one of ${constraints.at_least_one}`);
  if (constraints?.just_one !== undefined && constraints.just_one.filter(has).length !== 1)
    problems.push(`${where}just one of ${constraints.just_one}`);
  for (const [name, inner] of Object.entries(value)) {
    const rules = schema.objects[OBJECT_OF[name] ?? name];
    if (name !== 'unmapped' && isPlain(inner) && rules !== undefined)
      problems.push(...checkRules(`${where}${name}.`, inner, rules));
  }
  return problems;
}
