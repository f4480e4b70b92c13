import { hash } from 'node:crypto';
import { TILE_WIDTH } from '@menshen/tlog';
import { readEntries } from '../../audit/log/read-entries.ts';
import { createDetectEngine, type DetectEngine } from '../engine.ts';
import { fold } from '../fold.ts';
import { type Alert, type Directory, emptyDirectory, type Place } from '../model.ts';
import { newState } from '../state.ts';
import type { NamedAlert, Tuning, WatcherNews } from './protocol.ts';
import { findingOfHit, type HitPlace } from './rule-finding.ts';
import type { Found, RuleHit, RuleWatch } from './sigma.ts';
import { loadSnapshot, saveSnapshot } from './snapshot.ts';
import { createEntryTaker } from './take-entry.ts';

/** Entries that are looked at before the thread looks for messages again. */
const STEP = 2_048;
/** Of a log without a snapshot, so much of the past is learned from. */
const PAST = 400_000;
const SNAPSHOT_EVENTS = 50_000;

export interface Watch {
  /** Takes further entries of a log of `published` entries. Returns true when there is more to do. */
  step(published: number): boolean;
  context(directory: Directory, tunings: readonly Tuning[], names: ReadonlyMap<string, string>): void;
  /** All alerts told up to `position` are in the store: a snapshot may stand on it. */
  stored(position: number): void;
  /**
   * What windows that nodes share have still to say of the last step; null where they have said it, or are in memory. Until then no further step is to be
   * made, nothing is told, and no snapshot is written.
   */
  answered(): Promise<void> | null;
  /** Tells of alerts to which something was added. */
  flush(): void;
  /** Writes the snapshot. Returns false while alerts are on their way to the store. */
  save(): boolean;
}

export interface WatchOptions {
  readonly directory: string;
  readonly snapshot: string;
  readonly locate: (ip: string) => Place | null;
  /** Sigma rules that ship, or those of the configuration; perhaps none. */
  readonly rules: RuleWatch<Found>;
  readonly tell: (news: WatcherNews) => void;
}

/** Follows the audit log with the engine that `detect replay` uses. State that a crash took is made again from the log; alerts told twice have the same id. */
export function createWatch({ directory, snapshot, locate, rules, tell }: WatchOptions): Watch {
  const loaded = loadSnapshot(snapshot);
  const state = loaded?.state ?? newState();
  if (loaded !== null && loaded.rules !== null) rules.restore(loaded.rules);
  let position = loaded?.position ?? -1;
  let told = position;
  let confirmed = position;
  let saved = position;
  /** Up to where alerts were told that the store may not have yet. */
  let owed = -1;
  let tunings: readonly Tuning[] = [];
  const changed = new Set<Alert>();
  let opened = false;
  const decoder = new TextDecoder();

  const makeEngine = (company: Directory): DetectEngine =>
    createDetectEngine({
      directory: company,
      learnUntil: null,
      locate,
      state,
      alerted: (alert, isNew) => {
        changed.add(alert);
        opened ||= isNew;
      },
      tuned: (rule, { about }, activity) => {
        const who = { user: activity.user, ip: activity.ip, device: activity.device, ...about };
        let factor = 1;
        for (const tuning of tunings) {
          if (tuning.rule !== rule || tuning.expiresAt <= activity.ts) continue;
          if (tuning.subject === null) factor *= tuning.factor ?? 1;
          else if (who[tuning.subject.kind] === tuning.subject.value) return Number.POSITIVE_INFINITY;
        }
        return factor;
      },
    });
  let engine = makeEngine(emptyDirectory);
  let waiting: Promise<void> | null = null;
  let later: { readonly hits: Promise<readonly RuleHit[]>; readonly take: (hits: readonly RuleHit[]) => void }[] = [];
  let claimRoutes = emptyDirectory.claimRoutes;

  const takeFound = (found: Found, ts: number, at: HitPlace): void => {
    if (!(found instanceof Promise)) takeHits(found, ts, at);
    else later.push({ hits: found, take: (hits) => takeHits(hits, ts, at) });
  };
  /** Hits are taken in the order of their events, whichever window answers first. */
  const settle = async (): Promise<void> => {
    try {
      for (const { hits, take } of later) take(await hits);
    } finally {
      later = [];
      waiting = null;
    }
    if (opened) flush();
  };

  const takeHits = (hits: readonly RuleHit[], ts: number, at: HitPlace): void => {
    const { activity } = at;
    const who = { user: activity?.user ?? null, ip: activity?.ip ?? null, device: activity?.device ?? null };
    for (const hit of hits) {
      const silenced = tunings.some(
        ({ rule, subject, expiresAt }) =>
          rule === hit.rule && subject !== null && expiresAt > ts && who[subject.kind] === subject.value,
      );
      if (silenced) continue;
      const { alert, opened: isNew } = fold(state.open, findingOfHit(hit, at, claimRoutes), ts);
      changed.add(alert);
      opened ||= isNew;
    }
  };

  const take = createEntryTaker(rules, { activity: (activity) => engine.take(activity), found: takeFound });

  const flush = (): void => {
    if (waiting !== null) return;
    opened = false;
    if (changed.size === 0 && told === position) return;
    const alerts = [...changed].map((alert): NamedAlert => ({ ...alert, id: alertId(alert), events: [...alert.events] }));
    changed.clear();
    told = position;
    if (alerts.length > 0) owed = position;
    tell({ alerts, position });
  };
  const save = (): boolean => {
    // What is not yet in the store must be found again after a crash.
    if (waiting !== null || changed.size > 0 || confirmed < owed) return false;
    if (saved === position || position < 0) return true;
    saveSnapshot(snapshot, { position, state, rules: rules.save() });
    saved = position;
    return true;
  };

  return {
    context(company, given, names) {
      rules.name(names);
      rules.keepTime(company.timeZone);
      tunings = given;
      engine = makeEngine(company);
      claimRoutes = company.claimRoutes;
    },
    step(published) {
      if (position < 0) position = Math.max(0, published - PAST);
      // A log that was replaced by a shorter one is another log.
      if (position > published) position = published;
      const before = position;
      const until = Math.min(published, position + STEP);
      while (position < until) {
        const entries = readEntries(directory, position, published);
        if (entries === null || entries.length === 0) {
          // Days that were archived are gone from the log; of the last bundle more may come.
          const next = (Math.floor(position / TILE_WIDTH) + 1) * TILE_WIDTH;
          if (next > until) break;
          position = next;
          continue;
        }
        for (const entry of entries) {
          take(decoder.decode(entry), position);
          position += 1;
        }
      }
      if (later.length > 0) waiting = settle();
      if (opened) flush();
      if (position - saved >= SNAPSHOT_EVENTS) {
        flush();
        save();
      }
      return position > before && position < published;
    },
    stored(at) {
      confirmed = Math.max(confirmed, at);
    },
    answered: () => waiting,
    flush,
    save,
  };
}

/** The same incident of the same events has the same id, also when it is found again after a crash. */
export function alertId({ rule, entity, ts }: Pick<Alert, 'rule' | 'entity' | 'ts'>): string {
  return `a_${hash('sha256', JSON.stringify([rule, entity, ts]), 'base64url').slice(0, 22)}`;
}
