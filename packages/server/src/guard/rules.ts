import type { ErrorCode, GuardRuleConfig } from '@menshen/contract';
import type { Kysely } from 'kysely';
import type { Schema } from '../store/schema.ts';
import { compileBelongs } from './belongs.ts';
import { readNames } from './names.ts';
import type { RuleInput } from './rule-input.ts';
import { type AnswerReader, compileAnswerReader, compileRequestReader, readName } from './source.ts';
import type { LedgerTransaction } from './transactions.ts';

/** Takes back what a rule took, when the backend did not do what was asked. */
export type Undo = (db: LedgerTransaction) => Promise<void>;

/** Ids that an answer discloses to its reader. */
export interface Disclosure {
  readonly app: string;
  readonly rule: string;
  readonly items: AnswerReader;
  readonly id: string;
}

export interface CompiledRule {
  readonly kind: GuardRuleConfig['kind'];
  /** What it reads and allows, for the record of who breaks it: words of the configuration, without spaces in them. */
  readonly said: string;
  /** Looks at the request alone. */
  readonly check?: (input: RuleInput) => ErrorCode | null;
  /** Looks into the store. */
  readonly look?: (db: Kysely<Schema>, input: RuleInput) => Promise<ErrorCode | null>;
  /** Takes something in a transaction: a code is a refusal. */
  readonly take?: (db: LedgerTransaction, input: RuleInput) => Promise<ErrorCode | Undo>;
  readonly discloses?: Disclosure;
}

type Of<K extends GuardRuleConfig['kind']> = Extract<GuardRuleConfig, { kind: K }>;

/** Compiles a rule. `memory` names what it remembers, for rules that have no name of their own. */
export function compileRule(app: string, memory: string, rule: GuardRuleConfig): CompiledRule {
  return { ...compileKind(app, memory, rule), said: saidOf(rule) };
}

function saidOf(rule: GuardRuleConfig): string {
  switch (rule.kind) {
    case 'range':
      return ['range', rule.value, rule.min ?? '-', rule.max ?? '-', rule.step ?? '-'].join(' ');
    case 'listSize':
      return `listSize ${rule.value} ${rule.min} ${rule.max}`;
    case 'forward':
      return `forward ${rule.state} ${rule.order.join(',')}`.slice(0, 200);
    case 'discloses':
      return `discloses ${rule.items}`;
    case 'owns':
      return `owns ${rule.ids}`;
    case 'belongs':
      return `belongs ${rule.ids} ${rule.to}`;
    case 'total':
      return `total ${rule.value} ${rule.max} ${rule.windowSeconds} ${rule.per}`;
  }
}

function compileKind(app: string, memory: string, rule: GuardRuleConfig): Omit<CompiledRule, 'said'> {
  switch (rule.kind) {
    case 'range':
      return range(rule);
    case 'listSize':
      return listSize(rule);
    case 'forward':
      return forward(app, rule);
    case 'discloses':
      return { kind: rule.kind, discloses: { app, rule: rule.name, items: compileAnswerReader(rule.items), id: rule.id } };
    case 'owns':
      return owns(app, rule);
    case 'belongs':
      return { kind: rule.kind, check: compileBelongs(rule) };
    case 'total':
      return total(app, rule);
    default:
      throw new RangeError(`${memory}: ${rule satisfies never}`);
  }
}

/** A whole number, also as text where the request has only text. */
function wholeNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : null;
  if (typeof value !== 'string' || !/^(0|-?[1-9]\d{0,14})$/.test(value)) return null;
  return Number(value);
}

function range(rule: Of<'range'>): Omit<CompiledRule, 'said'> {
  const read = compileRequestReader(rule.value);
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER, step } = rule;
  const base = rule.min ?? 0;
  return {
    kind: rule.kind,
    check({ request }) {
      const value = read(request);
      if (value === undefined && rule.optional) return null;
      const number = wholeNumber(value);
      if (number === null) return 'guard_value_missing';
      const fits = number >= min && number <= max && (step === undefined || (number - base) % step === 0);
      return fits ? null : 'guard_number_out_of_range';
    },
  };
}

function listSize(rule: Of<'listSize'>): Omit<CompiledRule, 'said'> {
  const read = compileRequestReader(rule.value);
  return {
    kind: rule.kind,
    check({ request }) {
      const value = read(request);
      if (!Array.isArray(value)) return 'guard_value_missing';
      return value.length >= rule.min && value.length <= rule.max ? null : 'guard_list_size';
    },
  };
}

/** Backends that read an id as a number take 007 for 7: it must not be an object of which nothing is known. */
const objectName = (value: unknown): string | null => readName(value)?.replace(/^0+(?=\d+$)/, '') ?? null;

function forward(app: string, rule: Of<'forward'>): Omit<CompiledRule, 'said'> {
  const readObject = compileRequestReader(rule.object);
  const readState = compileRequestReader(rule.state);
  return {
    kind: rule.kind,
    async take(db, { request, now }) {
      const object = objectName(readObject(request));
      const state = readName(readState(request));
      const rank = state === null ? -1 : rule.order.indexOf(state);
      if (object === null || state === null || rank < 0) return 'guard_value_missing';
      const known = await db
        .selectFrom('guard_states')
        .selectAll()
        .where('app', '=', app)
        .where('rule', '=', rule.name)
        .where('object', '=', object)
        .executeTakeFirst();
      // What the gateway has never seen may stand anywhere: it may be older than the gateway.
      if (known !== undefined && (rank < known.rank || (!rule.skip && rank > known.rank + 1))) return 'guard_state_backwards';
      const values = { rank, state, updated: now };
      await db
        .insertInto('guard_states')
        .values({ app, rule: rule.name, object, ...values })
        .onConflict((conflict) => conflict.columns(['app', 'rule', 'object']).doUpdateSet(values))
        .execute();
      return async (later) => {
        // Only if nobody has moved it on meanwhile.
        const mine = { app, rule: rule.name, object, rank, updated: now };
        if (known === undefined)
          await later
            .deleteFrom('guard_states')
            .where((where) => where.and(mine))
            .execute();
        else
          await later
            .updateTable('guard_states')
            .set({ rank: known.rank, state: known.state, updated: known.updated })
            .where((where) => where.and(mine))
            .execute();
      };
    },
  };
}

function owns(app: string, rule: Of<'owns'>): Omit<CompiledRule, 'said'> {
  const read = compileRequestReader(rule.ids);
  return {
    kind: rule.kind,
    async look(db, { request, person, now }) {
      const ids = readNames(read(request));
      if (typeof ids === 'string') return ids;
      if (ids.size === 0) return null;
      const { found } = await db
        .selectFrom('guard_disclosed')
        .select((value) => value.fn.countAll<number>().as('found'))
        .where('app', '=', app)
        .where('rule', '=', rule.name)
        .where('person', '=', person)
        .where('object', 'in', [...ids])
        .where('at', '>', now - rule.withinSeconds * 1_000)
        .executeTakeFirstOrThrow();
      return found === ids.size ? null : 'guard_not_owned';
    },
  };
}

/** A window is counted in so many parts: each counts until the window behind its end is over, so that no window of that length holds more. */
const windowParts = 24;

function total(app: string, rule: Of<'total'>): Omit<CompiledRule, 'said'> {
  const read = compileRequestReader(rule.value);
  const windowMs = rule.windowSeconds * 1_000;
  const partMs = Math.ceil(windowMs / windowParts);
  return {
    kind: rule.kind,
    async take(db, { request, person, device, now }) {
      const value = wholeNumber(read(request));
      if (value === null) return 'guard_value_missing';
      // A negative value would make room for others.
      if (value < 0) return 'guard_number_out_of_range';
      const who = rule.per === 'person' ? person : device;
      if (who === null) return 'guard_device_unknown';
      const of = { app, rule: rule.name, who: `${rule.per} ${who}` };
      const slot = Math.floor(now / partMs);
      const key = { ...of, slot };
      const known = await db
        .selectFrom('guard_totals')
        .select(({ fn }) => fn.sum<number>('total').as('total'))
        .where((where) => where.and(of))
        .where('ends', '>', now)
        .executeTakeFirst();
      if (Number(known?.total ?? 0) + value > rule.max) return 'guard_total_exceeded';
      await db
        .insertInto('guard_totals')
        .values({ ...key, total: value, ends: (slot + 1) * partMs + windowMs })
        .onConflict((conflict) =>
          conflict
            .columns(['app', 'rule', 'who', 'slot'])
            .doUpdateSet((update) => ({ total: update('guard_totals.total', '+', value) })),
        )
        .execute();
      return async (later) => {
        await later
          .updateTable('guard_totals')
          .set((update) => ({ total: update('total', '-', value) }))
          .where((where) => where.and(key))
          .execute();
      };
    },
  };
}
