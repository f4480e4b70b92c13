import type { MeasureKindId, TargetOf } from '@menshen/contract';
import { readRange } from '../../rates/address-words.ts';
import { RangeTrie } from '../../rates/lists/range-trie.ts';
import { type Measure, stands } from './model.ts';
import { isWithin, type Reopening, type Seen, shareOf } from './reopening/model.ts';

/** A measure as the data plane holds it, with what it has stopped since that was last written down. */
export interface Held<K extends MeasureKindId = MeasureKindId> {
  readonly id: string;
  readonly kind: K;
  readonly target: TargetOf<K>;
  readonly since: number;
  readonly until: number;
  /** Also of the same measure in the next snapshot. */
  readonly count: { unwritten: number; last: number };
  /** Whom it lets through already; null while it holds for everybody. */
  readonly reopened: HeldReopening | null;
}

/** The share of a measure that is let through, with what became of it since that was last written down. */
export interface HeldReopening {
  readonly measure: string;
  /** When the step began. */
  readonly since: number;
  readonly share: number;
  readonly salt: Uint8Array;
  readonly seen: { -readonly [K in keyof Seen]: number };
}

/** What stands on one app. */
export interface AppHolds {
  readonly stopped: readonly Held<'stop_app'>[];
  readonly readOnly: readonly Held<'read_only'>[];
  readonly versions: ReadonlyMap<string, readonly Held<'stop_version'>[]>;
  readonly routes: ReadonlyMap<string, readonly Held<'stop_route'>[]>;
  readonly campaigns: ReadonlyMap<string, readonly Held<'stop_campaign'>[]>;
}

/** All that stands, by what the data plane looks for. */
export interface Holds {
  readonly apps: ReadonlyMap<string, AppHolds>;
  readonly addresses: RangeTrie<Held<'block_addresses'>>;
  readonly locks: ReadonlyMap<string, readonly Held<'lock_accounts'>[]>;
  readonly ended: readonly Held<'end_sessions'>[];
  readonly stepUps: readonly Held<'force_step_up'>[];
  readonly isolations: readonly Isolation[];
  readonly all: readonly Held[];
}

export interface Isolation {
  readonly held: Held<'isolate_backend'>;
  readonly persons: ReadonlySet<string>;
  readonly addresses: RangeTrie<true>;
}

/** Whether a held measure is in force at a time: its end needs no message. */
export const isHeld = (held: Pick<Held, 'until'>, now: number): boolean => now < held.until;

/** The first in force that holds for this subject; null when none does. */
export function firstHeldFor<K extends MeasureKindId>(
  held: readonly Held<K>[] | undefined,
  subject: string,
  now: number,
): Held<K> | null {
  if (held === undefined) return null;
  for (const one of held) if (isHeld(one, now) && !letsThrough(one, subject)) return one;
  return null;
}

/** Whether a measure is taken back for this subject already. */
export const letsThrough = ({ reopened }: Pick<Held, 'reopened'>, subject: string): boolean =>
  reopened !== null && isWithin(reopened.salt, reopened.share, subject);

/** The first that is in force for everybody; null when none is. */
export function firstClosed<K extends MeasureKindId>(held: readonly Held<K>[] | undefined, now: number): Held<K> | null {
  if (held === undefined) return null;
  for (const one of held) if (one.reopened === null && isHeld(one, now)) return one;
  return null;
}

/** The first that is in force, if only for some; null when none is. */
export function firstHeld<K extends MeasureKindId>(held: readonly Held<K>[] | undefined, now: number): Held<K> | null {
  if (held === undefined) return null;
  for (const one of held) if (isHeld(one, now)) return one;
  return null;
}

/** The blocking measure that holds an address, for an app or, with null, for all apps; null when none does. */
export function heldAddress(
  { addresses }: Holds,
  address: string,
  app: string | null,
  now: number,
): Held<'block_addresses'> | null {
  if (addresses.size === 0) return null;
  let found: Held<'block_addresses'> | null = null;
  addresses.visit(address, (held) => {
    const { app: only } = held.target;
    if ((only === undefined || only === app) && isHeld(held, now)) found = held;
  });
  return found;
}

interface Building {
  stopped: Held<'stop_app'>[];
  readOnly: Held<'read_only'>[];
  versions: Map<string, Held<'stop_version'>[]>;
  routes: Map<string, Held<'stop_route'>[]>;
  campaigns: Map<string, Held<'stop_campaign'>[]>;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

/** Measures in memory: null while there is none, so that a request that nothing contains costs one look at a field. */
export class ContainmentSnapshot {
  #holds: Holds | null = null;
  #reopening = false;

  get holds(): Holds | null {
    return this.#holds;
  }

  /** Whether any measure is being taken back in steps. */
  isReopening(): boolean {
    return this.#reopening;
  }

  /** Takes over what stands now, and which of it is being taken back in steps. */
  replace(measures: readonly Measure[], reopenings: readonly Reopening[], now: number): void {
    const known = new Map((this.#holds?.all ?? []).map((held) => [held.id, held]));
    const standing = measures.filter((measure) => stands(measure, now));
    const of = new Map(reopenings.map((reopening) => [reopening.measure, reopening]));
    this.#reopening = reopenings.length > 0;
    this.#holds = standing.length === 0 ? null : compile(standing, of, known);
  }

  /** What reopened measures let through since the last call. */
  takeSeen(): { readonly id: string; readonly since: number; readonly seen: Seen }[] {
    return (this.#holds?.all ?? []).flatMap(({ id, reopened }) => {
      if (reopened === null || reopened.seen.requests === 0) return [];
      const seen = { ...reopened.seen };
      Object.assign(reopened.seen, { requests: 0, errors: 0, refused: 0 });
      return [{ id, since: reopened.since, seen }];
    });
  }

  /** Counts of what was stopped since the last call, by measure. */
  takeCounts(): { readonly id: string; readonly more: number; readonly last: number }[] {
    return (this.#holds?.all ?? []).flatMap(({ id, count }) => {
      const { unwritten: more, last } = count;
      count.unwritten = 0;
      return more === 0 ? [] : [{ id, more, last }];
    });
  }
}

function compile(
  measures: readonly Measure[],
  reopenings: ReadonlyMap<string, Reopening>,
  known: ReadonlyMap<string, Held>,
): Holds {
  const building = new Map<string, Building>();
  const addresses = new RangeTrie<Held<'block_addresses'>>();
  const locks = new Map<string, Held<'lock_accounts'>[]>();
  const ended: Held<'end_sessions'>[] = [];
  const stepUps: Held<'force_step_up'>[] = [];
  const isolations: Isolation[] = [];
  const all: Held[] = [];
  const appOf = (id: string): Building => {
    let app = building.get(id);
    if (app === undefined) {
      app = { stopped: [], readOnly: [], versions: new Map(), routes: new Map(), campaigns: new Map() };
      building.set(id, app);
    }
    return app;
  };
  const held = <K extends MeasureKindId>(measure: Measure & { readonly kind: K }, target: TargetOf<K>): Held<K> => {
    const { id, kind, since, until } = measure;
    const before = known.get(id);
    const made = {
      ...{ id, kind, target, since, until, count: before?.count ?? { unwritten: 0, last: 0 } },
      reopened: reopenedOf(reopenings.get(id), before?.reopened ?? null),
    };
    all.push(made as unknown as Held);
    return made;
  };
  for (const measure of measures) {
    switch (measure.kind) {
      case 'stop_app':
        appOf(measure.target.app).stopped.push(held(measure, measure.target));
        break;
      case 'read_only':
        appOf(measure.target.app).readOnly.push(held(measure, measure.target));
        break;
      case 'stop_version': {
        const one = held(measure, measure.target);
        for (const version of measure.target.versions) push(appOf(measure.target.app).versions, version, one);
        break;
      }
      case 'stop_route':
        push(appOf(measure.target.app).routes, measure.target.route, held(measure, measure.target));
        break;
      case 'stop_campaign':
        push(appOf(measure.target.app).campaigns, measure.target.campaign, held(measure, measure.target));
        break;
      case 'block_addresses': {
        const one = held(measure, measure.target);
        for (const text of measure.target.addresses) {
          const range = readRange(text);
          if (range !== null) addresses.add(range, one);
        }
        break;
      }
      case 'lock_accounts': {
        const one = held(measure, measure.target);
        for (const person of measure.target.persons) push(locks, person, one);
        break;
      }
      case 'end_sessions':
        ended.push(held(measure, measure.target));
        break;
      case 'force_step_up':
        stepUps.push(held(measure, measure.target));
        break;
      case 'isolate_backend':
        isolations.push(isolationOf(held(measure, measure.target)));
        break;
      case 'rotate_keys':
      case 'rotate_secret':
      case 'revoke_tokens':
        // Done by the services that own them; nothing stands at the gateway.
        break;
    }
  }
  return { apps: building, addresses, locks, ended, stepUps, isolations, all };
}

function isolationOf(held: Held<'isolate_backend'>): Isolation {
  const addresses = new RangeTrie<true>();
  for (const text of held.target.addresses) {
    const range = readRange(text);
    if (range !== null) addresses.add(range, true);
  }
  return { held, persons: new Set(held.target.persons), addresses };
}

/** What is let through of a step is counted on; a new step begins at nothing. */
function reopenedOf(reopening: Reopening | undefined, before: HeldReopening | null): HeldReopening | null {
  if (reopening === undefined || reopening.state === 'closed') return null;
  const { measure, since, salt } = reopening;
  return {
    ...{ measure, since, share: shareOf(reopening), salt: Buffer.from(salt, 'base64url') },
    seen: before?.since === since ? before.seen : { requests: 0, errors: 0, refused: 0 },
  };
}
