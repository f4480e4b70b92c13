import { guardFact } from '@menshen/contract';
import { createInspector, type Inspector } from '@menshen/inspect';
import type { RequestContext } from '../gateway/context.ts';
import { failed, type Refusal } from '../gateway/refusal.ts';
import type { GatewayServices } from '../gateway/services.ts';
import { readCents } from './amount.ts';
import type { RouteGuard, ShownList } from './compile.ts';
import { maxItems } from './names.ts';
import type { Actor } from './service.ts';
import { readName } from './source.ts';

type Services = Pick<GatewayServices, 'guard' | 'guardDb' | 'clock'>;

const maxListBytes = 4 << 20;
const reader: Inspector = createInspector({ limits: { maxBodyBytes: maxListBytes }, bodyTypes: ['json'] });

/** The JSON of an answer that was held whole; undefined when it is none or has two readings. */
async function jsonOf({ answer }: RequestContext): Promise<unknown> {
  if (answer === null || answer.pump !== null) return undefined;
  const type = answer.headers['content-type'];
  if (typeof type !== 'string' || answer.headers['content-encoding'] !== undefined) return undefined;
  const body = await reader.inspectBody({ contentType: type, bytes: Buffer.concat(answer.chunks, answer.length) });
  return 'code' in body ? undefined : body.value;
}

const unreadable = (): Refusal => failed('guard_answer_mismatch', 'list');

/**
 * Takes out of a list of coupons what is not in the ledger with that person and amount, so that a coupon which the backend made up is not even seen.
 */
export async function filterShown(
  services: Services,
  context: RequestContext,
  guard: RouteGuard,
  actor: Actor,
): Promise<Refusal | undefined> {
  const value = await jsonOf(context);
  if (value === undefined || context.answer === null) return unreadable();
  let changed = false;
  for (const list of guard.shown) {
    const items = list.items(value);
    if (items === undefined) continue;
    if (!Array.isArray(items) || items.length > maxItems) return unreadable();
    const granted = await amountsOf(services, list, items, actor.person);
    const kept = items.filter((item: unknown) => {
      const { coupon, cents } = couponOf(list, item);
      return coupon !== null && cents !== null && granted.get(coupon) === cents;
    });
    if (kept.length === items.length) continue;
    changed = true;
    await noteShown(services, list, items, granted, actor);
    items.splice(0, items.length, ...kept);
  }
  if (!changed) return undefined;
  const text = Buffer.from(JSON.stringify(value));
  // A validator or digest of the backend is of another text.
  const { etag: _etag, digest: _digest, 'content-md5': _md5, ...headers } = context.answer.headers;
  context.answer = { ...context.answer, headers, chunks: [text], length: text.length };
  return undefined;
}

function couponOf(list: ShownList, item: unknown): { coupon: string | null; cents: number | null } {
  if (typeof item !== 'object' || item === null) return { coupon: null, cents: null };
  const fields = item as Readonly<Record<string, unknown>>;
  const field = (name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  return { coupon: readName(field(list.coupon)), cents: readCents(field(list.amount), list.campaign.unit) };
}

/** What the ledger knows of the coupons of a list, for one person. */
async function amountsOf(
  services: Services,
  list: ShownList,
  items: readonly unknown[],
  person: string,
): Promise<Map<string, number>> {
  const coupons = items.flatMap((item) => couponOf(list, item).coupon ?? []);
  if (coupons.length === 0) return new Map();
  const rows = await services.guardDb
    .selectFrom('guard_grants')
    .select(['coupon', 'cents'])
    .where('app', '=', list.campaign.app)
    .where('person', '=', person)
    .where('coupon', 'in', coupons)
    .where('state', 'in', ['granted', 'redeemed', 'refunded', 'void'])
    .execute();
  return new Map(rows.map((row) => [row.coupon ?? '', row.cents]));
}

async function noteShown(
  services: Services,
  list: ShownList,
  items: readonly unknown[],
  granted: ReadonlyMap<string, number>,
  actor: Actor,
): Promise<void> {
  const strange = items
    .map((item) => couponOf(list, item))
    .find(({ coupon, cents }) => coupon === null || cents === null || granted.get(coupon) !== cents);
  const { coupon = null, cents = null } = strange ?? {};
  const known = coupon === null ? undefined : granted.get(coupon);
  await services.guard.violated(
    list.campaign,
    'shown',
    'show',
    {
      code: 'guard_not_granted',
      difference: {
        expected: known === undefined ? guardFact('ledger_coupon') : guardFact('granted', known),
        seen:
          coupon === null
            ? guardFact('no_coupon')
            : cents === null
              ? guardFact('coupon', coupon)
              : guardFact('coupon_cents', coupon, cents),
      },
    },
    actor,
  );
}

/** Remembers whose ids an answer discloses; ids that cannot be remembered could not be named later. */
export async function discloses(
  services: Services,
  context: RequestContext,
  guard: RouteGuard,
  actor: Actor,
): Promise<Refusal | undefined> {
  const value = await jsonOf(context);
  if (value === undefined) return unreadable();
  const now = services.clock();
  for (const { discloses: disclosure } of guard.rules) {
    if (disclosure === undefined) continue;
    const items = disclosure.items(value);
    if (items === undefined) continue;
    if (!Array.isArray(items) || items.length > maxItems) return unreadable();
    const ids = new Set(
      items.flatMap((item: unknown) => {
        if (typeof item !== 'object' || item === null || !Object.hasOwn(item, disclosure.id)) return [];
        return readName((item as Readonly<Record<string, unknown>>)[disclosure.id]) ?? [];
      }),
    );
    if (ids.size === 0) continue;
    await services.guardDb
      .insertInto('guard_disclosed')
      .values([...ids].map((object) => ({ app: disclosure.app, rule: disclosure.rule, person: actor.person, object, at: now })))
      .onConflict((conflict) => conflict.columns(['app', 'rule', 'person', 'object']).doUpdateSet({ at: now }))
      .execute();
  }
  return undefined;
}
