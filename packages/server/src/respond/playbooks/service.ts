import { type AlertView, type FindingView, MenshenError } from '@menshen/contract';
import type { AccountRef } from '../../administrators/model.ts';
import { entityManagementEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import { hasPassed } from '../../coordination/elapsed.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import {
  admits,
  type Company,
  factsOfAlert,
  factsOfFinding,
  factsOfInputs,
  onceKey,
  triggers,
  triggersFinding,
} from './cause.ts';
import type { Facts } from './expression/evaluate.ts';
import type { PlaybookEntry, PlaybookLibrary } from './library.ts';
import type { Playbook, PlaybookMode } from './model.ts';
import type { Actions } from './ports.ts';
import { simulate } from './simulate.ts';
import { type ModeRecord, type PlaybookStore, type RunRecord, sourceDigest } from './store.ts';

export interface PlaybookParts {
  readonly store: PlaybookStore;
  readonly library: () => PlaybookLibrary;
  readonly actions: Actions;
  readonly company: Company;
  readonly alerts: {
    alert(id: string): Promise<AlertView>;
    /** The newest first, at most so many, down to a time. */
    since(from: number, limit: number): Promise<readonly AlertView[]>;
  };
  /** Findings that were first seen since a time, at most so many. */
  readonly findings: (since: number, limit: number) => Promise<readonly FindingView[]>;
  readonly audit: Pick<Audit, 'record' | 'act'>;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly changed: (run: string | null) => void;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface PlaybookService {
  /** The playbooks that may be run, with how each is switched. */
  entries(): Promise<readonly { readonly entry: PlaybookEntry; readonly mode: PlaybookMode; readonly set: ModeRecord | null }[]>;
  /** @throws MenshenError `not_found` */
  entry(id: string): PlaybookEntry;
  setMode(id: string, mode: PlaybookMode, reason: string, by: string): Promise<void>;
  /** Starts what an alert starts. An alert that is told twice starts nothing the second time. */
  hear(alert: AlertView): Promise<void>;
  /** Starts by hand. @throws MenshenError `not_found`, `conflict` when `once` forbids it, `validation_failed` */
  start(
    id: string,
    given: {
      readonly inputs: Readonly<Record<string, string | number>>;
      readonly alert?: string | undefined;
      readonly reason: string;
    },
    by: AccountRef,
  ): Promise<string>;
  abort(run: string, lift: boolean, reason: string, by: string): Promise<void>;
  compensate(run: string, reason: string, by: string): Promise<void>;
  test(id: string, days: number): Promise<ReturnType<typeof simulate> extends Promise<infer T> ? T : never>;
  /** Starts what is due by the clock, and what a crash between an alert and its run left out. */
  tick(): Promise<void>;
  maintain(): Promise<void>;
}

const dayMs = 86_400_000;
const keptMs = 400 * dayMs;
/** How far back alerts are looked at that may have been left out. */
const missedMs = 3_600_000;
const missedAlerts = 200;
const testedAlerts = 1_000;

export function createPlaybookService(parts: PlaybookParts): PlaybookService {
  const { store, library, audit, metrics, clock, company } = parts;
  const startedAt = clock();
  let lastMissed = Number.NEGATIVE_INFINITY;

  const entry = (id: string): PlaybookEntry => {
    const found = library().entries.get(id);
    if (found === undefined) throw new MenshenError('not_found');
    return found;
  };
  const modes = async (): Promise<ReadonlyMap<string, ModeRecord>> =>
    new Map((await store.modes()).map((mode) => [mode.playbook, mode]));

  interface Start {
    readonly cause: string;
    readonly trigger: RunRecord['trigger'];
    readonly mode: PlaybookMode;
    readonly facts: Facts;
    readonly alert: AlertView | null;
    readonly uid: string | null;
    readonly by: AccountRef | null;
    readonly reason: string;
  }

  /** Resolves to the run, or to null where there is one already. */
  const begin = async ({ playbook, sources }: PlaybookEntry, start: Start): Promise<string | null> => {
    const now = clock();
    const by = start.by?.username ?? `playbook:${playbook.id}`;
    const run: RunRecord = {
      ...{ id: `pr_${Buffer.from(parts.random(16)).toString('base64url')}`, playbook: playbook.id, version: playbook.version },
      ...{ source: sourceDigest(sources), cause: start.cause, onceKey: onceKey(playbook, start.facts), state: 'running' },
      ...{ mode: start.mode, trigger: start.trigger, alert: start.alert?.id ?? null, uid: start.uid, facts: start.facts },
      ...{ started: now, startedBy: by, ended: null, due: now, problem: null, abortedBy: null, lift: true },
      requester: start.by === null ? null : { id: start.by.id, power: start.by.power },
    };
    const since = playbook.once === null ? null : now - playbook.once.withinMs;
    if (!(await store.add(run, sources, start.trigger === 'manual' ? null : since))) return null;
    // The run is in the store and has done nothing yet: each of its steps is recorded before it acts.
    await audit.record(
      entityManagementEvent({
        ...{ time: now, activity: 'create', entity: 'playbook run', by },
        detail: {
          ...{ run: run.id, playbook: playbook.id, version: playbook.version, trigger: start.trigger, source: run.source },
          ...(start.alert === null ? {} : { alert: start.alert.id }),
          ...(start.reason === '' ? {} : { reason: start.reason }),
        },
      }),
    );
    metrics.add('menshen_playbook_runs_total', `playbook="${playbook.id}",trigger="${start.trigger}"`);
    parts.changed(run.id);
    return run.id;
  };

  const hear = async (alert: AlertView): Promise<void> => {
    const switched = await modes();
    for (const one of library().entries.values()) {
      const { playbook } = one;
      const set = switched.get(playbook.id);
      const mode = set?.mode ?? 'on';
      // Who switches a playbook on does not start it for what is past.
      if (mode === 'off' || (set !== undefined && alert.last < set.at) || !triggers(playbook, alert)) continue;
      const cause = `alert ${alert.id}`;
      if (await store.hasCause(playbook.id, cause)) continue;
      const facts = factsOfAlert(alert, company);
      if (!admits(playbook, facts)) continue;
      await begin(one, { cause, trigger: 'alert', mode, facts, alert, uid: alert.uid, by: null, reason: '' });
    }
  };

  const hearFinding = async (finding: FindingView): Promise<void> => {
    const switched = await modes();
    for (const one of library().entries.values()) {
      const { playbook } = one;
      const set = switched.get(playbook.id);
      const mode = set?.mode ?? 'on';
      if (mode === 'off' || (set !== undefined && finding.firstSeen < set.at) || !triggersFinding(playbook, finding)) continue;
      const cause = `finding ${finding.id}`;
      const facts = factsOfFinding(finding);
      if (!admits(playbook, facts) || (await store.hasCause(playbook.id, cause))) continue;
      await begin(one, { cause, trigger: 'finding', mode, facts, alert: null, uid: null, by: null, reason: '' });
    }
  };

  const schedule = async (one: PlaybookEntry, mode: PlaybookMode, since: number): Promise<void> => {
    for (const trigger of one.playbook.triggers) {
      if (trigger.kind !== 'schedule') continue;
      const slot = Math.floor(clock() / trigger.everyMs);
      // A new installation does not begin with everything at once; what was missed while nobody was there is made up for.
      const ranBefore = async (): Promise<boolean> =>
        (await store.list({ playbook: one.playbook.id }, 1)).some(({ trigger: by }) => by === 'schedule');
      if (slot * trigger.everyMs <= since && !(await ranBefore())) continue;
      const cause = `schedule ${trigger.everyMs} ${slot}`;
      if (await store.hasCause(one.playbook.id, cause)) continue;
      const facts: Facts = { alert: {}, person: {}, input: {} };
      await begin(one, { cause, trigger: 'schedule', mode, facts, alert: null, uid: null, by: null, reason: '' });
    }
  };

  const find = async (id: string): Promise<RunRecord> => {
    const run = await store.find(id);
    if (run === null) throw new MenshenError('not_found');
    return run;
  };

  return {
    async entries() {
      const switched = await modes();
      return [...library().entries.values()].map((one) => {
        const set = switched.get(one.playbook.id) ?? null;
        return { entry: one, mode: set?.mode ?? 'on', set };
      });
    },
    entry,
    async setMode(id, mode, reason, by) {
      entry(id);
      await audit.act(by, { activity: 'update', entity: 'playbook', detail: { playbook: id, mode, reason } }, () =>
        store.setMode({ playbook: id, mode, by, at: clock(), reason }),
      );
      parts.changed(null);
    },
    hear,
    async start(id, { inputs, alert: about, reason }, by) {
      const one = entry(id);
      const { playbook } = one;
      const alert = about === undefined ? null : await parts.alerts.alert(about);
      if (alert === null && !playbook.triggers.some(({ kind }) => kind !== 'alert'))
        throw new MenshenError('validation_failed', { fields: ['alert'] });
      const given = factsOfInputs(playbook, inputs, company, alert === null);
      const facts: Facts =
        alert === null ? { alert: {}, ...given } : { ...factsOfAlert(alert, company), input: given['input'] ?? {} };
      const mode = (await modes()).get(id)?.mode ?? 'on';
      const run = await begin(one, {
        cause: alert === null ? `manual ${Buffer.from(parts.random(9)).toString('base64url')}` : `alert ${alert.id}`,
        ...{ trigger: 'manual', facts, alert, by, reason, mode: mode === 'off' ? 'on' : mode },
        uid: alert?.uid ?? personOf(playbook, inputs),
      });
      if (run === null) throw new MenshenError('conflict');
      return run;
    },
    async abort(id, lift, reason, by) {
      const run = await find(id);
      const detail = { run: id, playbook: run.playbook, state: 'abort', lift: lift ? 1 : 0, reason };
      const done = await audit.act(by, { activity: 'update', entity: 'playbook run', detail }, () =>
        store.abort(id, by, lift, clock()),
      );
      if (!done) throw new MenshenError('conflict');
      parts.changed(id);
    },
    async compensate(id, reason, by) {
      const run = await find(id);
      const detail = { run: id, playbook: run.playbook, state: 'compensate', reason };
      const done = await audit.act(by, { activity: 'update', entity: 'playbook run', detail }, () =>
        store.compensate(id, by, clock()),
      );
      if (!done) throw new MenshenError('conflict');
      parts.changed(id);
    },
    async test(id, days) {
      const { playbook } = entry(id);
      const to = clock();
      const from = to - days * dayMs;
      const found = await parts.alerts.since(from, testedAlerts + 1);
      const alerts = found.slice(0, testedAlerts);
      return await simulate(playbook, { alerts, from, to, truncated: found.length > testedAlerts }, parts.actions, company);
    },
    async tick() {
      const switched = await modes();
      for (const one of library().entries.values()) {
        const set = switched.get(one.playbook.id);
        if (set?.mode !== 'off') await schedule(one, set?.mode ?? 'on', Math.max(startedAt, set?.at ?? 0));
      }
      if (!hasPassed(lastMissed, missedMs / 60, clock())) return;
      lastMissed = clock();
      for (const alert of await parts.alerts.since(clock() - missedMs, missedAlerts)) await hear(alert);
      for (const finding of await parts.findings(clock() - missedMs, missedAlerts)) await hearFinding(finding);
    },
    maintain: () => store.removeBefore(clock() - keptMs),
  };
}

/** The person that a run by hand is about. */
function personOf({ inputs }: Playbook, given: Readonly<Record<string, string | number>>): string | null {
  const input = inputs.find(({ type }) => type === 'person');
  const value = input === undefined ? undefined : given[input.name];
  return typeof value === 'string' ? value : null;
}
