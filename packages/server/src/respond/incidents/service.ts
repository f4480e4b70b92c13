import { type Bilingual, type IncidentSeverity, type IncidentState, type IncidentsConfig, MenshenError } from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { NotifyService } from '../../notify/service.ts';
import { createMerging } from './merging.ts';
import {
  type ClockRow,
  type ClockSetting,
  clockOfState,
  clocksOf,
  heavier,
  type Incident,
  type IncidentPort,
  incidentName,
  isEnded,
  mayFollow,
  type NewEntry,
  type NewIncident,
  type OpenedIncident,
  rankOf,
} from './model.ts';
import type { Change, IncidentFilter, IncidentStore } from './store.ts';
import { makeEntry, recordOf, type StoredEntry } from './timeline.ts';
import { clockName, severityName, stateName } from './words.ts';

export interface IncidentParts {
  readonly store: IncidentStore;
  readonly config: () => IncidentsConfig;
  readonly audit: Pick<Audit, 'intent' | 'record' | 'act'>;
  readonly notify: Pick<NotifyService, 'send'>;
  readonly metrics: Pick<Metrics, 'add'>;
  /** Tells open pages that there is news of an incident. */
  readonly changed: (news: { readonly id: string }) => void;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** What a person does with an incident. */
export type IncidentStep =
  | { readonly step: 'assign'; readonly owner: string | null }
  | { readonly step: 'note'; readonly note: string }
  | { readonly step: 'severity'; readonly severity: IncidentSeverity; readonly note: string }
  | { readonly step: 'advance'; readonly to: IncidentState; readonly note: string };

export interface IncidentService extends IncidentPort {
  list(
    filter: IncidentFilter,
    limit: number,
    offset: number,
  ): Promise<{ readonly incidents: readonly Incident[]; readonly open: number; readonly all: number }>;
  /** What was closed lately: the law may still want something of it. */
  lately(): Promise<readonly Incident[]>;
  /** Throws `not_found`. */
  find(id: string): Promise<Incident>;
  /** Throws `not_found`, `incident_ended`, `incident_step`, `incident_reason`, `conflict`, `audit_unwritable`. */
  advance(id: string, step: IncidentStep, by: string): Promise<void>;
  /** Puts one incident into another: its sources and subjects go over, its own timeline stays readable. Throws as above. */
  mergeInto(id: string, into: string, reason: string, by: string): Promise<void>;
  /**
   * Does an act of an incident and tells of it: the act and its entry are one transaction between intent and outcome in the log. `change` may also
   * change the incident itself.
   */
  write(
    incident: string,
    entry: NewEntry,
    change?: (entry: StoredEntry) => Omit<Change, 'entry'>,
  ): Promise<{ readonly id: string; readonly index: number }>;
  /** Records entries that a crash left without a record, and removes what is past its time. */
  maintain(): Promise<void>;
}

const dayMs = 86_400_000;
/** An entry without record that is older than this was left behind: no record takes so long. */
const leftBehindMs = 60_000;
/** The longest legal deadline is thirty days after the handling; what is late shows for some time yet. */
const latelyMs = 90 * dayMs;
const tries = 3;

/** Incidents: opened, merged, moved on; every act is an entry of the timeline, and every entry a record of the log. */
export function createIncidentService(parts: IncidentParts): IncidentService {
  const { store, config, audit, clock, random } = parts;
  const merging = createMerging(store, config, clock);
  let turn: Promise<unknown> = Promise.resolve();
  /** One at a time in this process: two alerts of one second must not make two incidents. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work, work);
    turn = next.catch(() => undefined);
    return next;
  };

  const find = async (id: string): Promise<Incident> => {
    const found = await store.find(id);
    if (found === null) throw new MenshenError('not_found');
    return found;
  };
  const demandOpen = async (id: string): Promise<Incident> => {
    const found = await find(id);
    if (isEnded(found.state) || found.mergedInto !== null) throw new MenshenError('incident_ended');
    return found;
  };

  const perform = async <T>(
    entry: StoredEntry,
    work: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly index: number }> => {
    const intent = audit.intent(recordOf(entry, clock(), 'unknown'));
    await intent.durable;
    let result: T;
    try {
      result = await work();
    } catch (error) {
      await audit.record(recordOf(entry, clock(), 'failure'), intent.id);
      throw error;
    }
    const index = await audit.record(recordOf(entry, clock(), 'success'), intent.id);
    await store.setIndex(entry.id, index);
    parts.changed({ id: entry.incident });
    return { result, index };
  };
  const write: IncidentService['write'] = async (incident, given, change) => {
    const entry = makeEntry(incident, given, clock(), random);
    const { index } = await perform(entry, () => store.apply({ entry, ...change?.(entry) }));
    return { id: entry.id, index };
  };
  const next = (incident: Incident, changes: Partial<Incident>): Incident => ({ ...incident, ...changes, updated: clock() });
  const clockRow = (name: ClockRow['clock'], { at, by, reason = '' }: ClockSetting): ClockRow => ({
    ...{ clock: name, at, by, set: clock(), reason },
  });

  const tell = async (fact: NewIncident, opened: OpenedIncident, severity: IncidentSeverity): Promise<void> => {
    if (fact.notify === false || rankOf(severity) < rankOf('medium')) return;
    const name = incidentName(opened.number);
    await parts.notify.send({
      ...{ kind: 'incident', severity, app: null, matter: `incident ${opened.id} ${severity}` },
      title: { zh: `${name} ${fact.title.zh}`, en: `${name} ${fact.title.en}` },
      happened: fact.text,
      done: null,
      asked: { zh: '打开事件，确认级别并接手', en: 'Open the incident, confirm its severity and take it' },
      path: `/incidents/${opened.id}`,
    });
  };

  const join = async (fact: NewIncident, into: Incident): Promise<OpenedIncident> => {
    const severity = heavier(into.severity, fact.severity);
    const subjects = merging.union(into.subjects, fact.subjects);
    await write(
      into.id,
      {
        ...{ kind: 'merged', by: fact.by, at: fact.detected, events: fact.events ?? [], text: fact.title },
        ...(fact.path === undefined ? {} : { path: fact.path }),
        facts: { source: fact.source.kind, ref: fact.source.ref, severity },
      },
      () => ({
        next: next(into, { severity, subjects }),
        sources: [{ ...fact.source, at: fact.detected, path: fact.path ?? null }],
        subjects: fact.subjects,
      }),
    );
    const joined = { id: into.id, number: into.number, how: 'merged' } as const;
    if (severity !== into.severity) await tell(fact, joined, severity);
    return joined;
  };
  const open = async (fact: NewIncident): Promise<OpenedIncident | null> => {
    const id = `i_${Buffer.from(random(16)).toString('base64url')}`;
    const now = clock();
    const entry = makeEntry(
      id,
      {
        ...{ kind: 'opened', by: fact.by, at: fact.detected, events: fact.events ?? [], text: fact.title },
        ...(fact.path === undefined ? {} : { path: fact.path }),
        facts: { source: fact.source.kind, ref: fact.source.ref, severity: fact.severity },
      },
      now,
      random,
    );
    const made: Omit<Incident, 'number'> = {
      ...{ id, title: fact.title, text: fact.text, subjects: merging.union([], fact.subjects), severity: fact.severity },
      ...{ state: 'new', owner: null, opened: now, updated: now, mergedInto: null, version: 1 },
    };
    const times: readonly (readonly [ClockRow['clock'], number | null])[] = [
      ['occurred', fact.occurred],
      ['detected', fact.detected],
      // Who tells of it knows it.
      ['aware', fact.source.kind === 'report' ? fact.detected : null],
    ];
    const clocks = times.flatMap(([name, at]) => (at === null ? [] : [clockRow(name, { at, by: fact.by })]));
    const { result: number } = await perform(entry, async () => {
      const number = await store.create(made, {
        ...{ entry, clocks, subjects: fact.subjects },
        sources: [{ ...fact.source, at: fact.detected, path: fact.path ?? null }],
      });
      // Another node was quicker: nothing was written, and the log says so.
      if (number === null) throw new SourceKnown();
      return number;
    });
    const opened = { id, number, how: 'opened' } as const;
    await tell(fact, opened, fact.severity);
    return opened;
  };
  const openOrJoin = async (fact: NewIncident): Promise<OpenedIncident> => {
    for (let attempt = 1; ; attempt += 1) {
      const known = await store.ofSource(fact.source.kind, fact.source.ref);
      if (known !== null) return { id: known.id, number: known.number, how: 'known' };
      const into = fact.merge === false ? null : await merging.target(fact);
      try {
        const done = into === null ? await open(fact) : await join(fact, into);
        if (done !== null) return done;
      } catch (error) {
        const lost = error instanceof SourceKnown || (error instanceof MenshenError && error.code === 'conflict');
        if (!lost || attempt >= tries) throw error;
      }
    }
  };

  const enter = async (incident: Incident, to: IncidentState, note: string, by: string): Promise<void> => {
    if (!mayFollow(incident.state, to)) throw new MenshenError('incident_step');
    const reopened = isEnded(incident.state) || (to === 'triaged' && incident.state !== 'new');
    // What undoes a step, and what ends without one, says why.
    if ((reopened || to === 'false_alarm') && note.trim() === '') throw new MenshenError('incident_reason');
    const now = clock();
    const standing = clocksOf(await store.clocks([incident.id]));
    const clocks: ClockRow[] = [];
    if (standing.aware === undefined) clocks.push(clockRow('aware', { at: now, by }));
    const stopped = clockOfState[to];
    if (stopped !== null && !reopened && standing[stopped] === undefined) clocks.push(clockRow(stopped, { at: now, by }));
    // An incident that is closed again is closed now, whenever it was closed before.
    if (isEnded(to) && standing.closed !== undefined)
      clocks.push(clockRow('closed', { at: now, by, reason: note || 'closed again' }));
    const text = (language: 'zh' | 'en'): string => {
      const name = stateName(to)[language];
      const said = reopened
        ? { zh: '重新打开', en: 'Opened again' }[language]
        : { zh: `状态：${name}`, en: `State: ${name}` }[language];
      return note === '' ? said : { zh: `${said}。${note}`, en: `${said}. ${note}` }[language];
    };
    await write(
      incident.id,
      { kind: 'state', by, text: { zh: text('zh'), en: text('en') }, facts: { from: incident.state, to } },
      () => ({ next: next(incident, { state: to, owner: incident.owner ?? (isEnded(to) ? null : by) }), clocks }),
    );
  };

  return {
    async openIncident(fact) {
      const opened = await inTurn(() => openOrJoin(fact));
      parts.metrics.add('menshen_incidents_total', `how="${opened.how}",severity="${fact.severity}"`);
      return opened;
    },
    async appendToTimeline(incident, entry) {
      await demandOpen(incident);
      return await write(incident, entry);
    },
    async setClock(id, name, setting) {
      await demandOpen(id);
      const standing = clocksOf(await store.clocks([id]))[name];
      if (standing === setting.at) return;
      const { reason = '' } = setting;
      // A machine that comes later says nothing new; a person who corrects says why.
      if (standing !== undefined && reason === '') {
        if (setting.insist === true) throw new MenshenError('incident_reason');
        return;
      }
      if (setting.at > clock()) throw new MenshenError('validation_failed', { fields: ['at'] });
      const label = clockName(name);
      const said = (language: 'zh' | 'en'): string => {
        const at = new Date(setting.at).toISOString();
        const head = { zh: `时点「${label.zh}」：${at}`, en: `Clock "${label.en}": ${at}` }[language];
        return reason === ''
          ? head
          : { zh: `${head}。更正理由：${reason}`, en: `${head}. Corrected because: ${reason}` }[language];
      };
      const facts = { clock: name, at: setting.at, ...(standing === undefined ? {} : { before: standing }) };
      await write(id, { kind: 'clock', by: setting.by, text: { zh: said('zh'), en: said('en') }, facts }, () => ({
        clocks: [clockRow(name, setting)],
      }));
    },
    async peek(id) {
      const found = await store.find(id);
      if (found === null) return null;
      const { number, state, severity, title, subjects } = found;
      return { id, number, state, severity, title, subjects };
    },
    find,
    lately: () => store.closedSince(clock() - latelyMs),
    async list(filter, limit, offset) {
      const [incidents, counts] = await Promise.all([store.list(filter, limit, offset), store.counts()]);
      return { incidents, ...counts };
    },
    async advance(id, step, by) {
      if (step.step === 'advance') {
        const incident = await find(id);
        if (incident.mergedInto !== null) throw new MenshenError('incident_ended');
        return await enter(incident, step.to, step.note, by);
      }
      const incident = await demandOpen(id);
      switch (step.step) {
        case 'assign': {
          const { owner } = step;
          const text: Bilingual =
            owner === null ? { zh: '无负责人', en: 'Without an owner' } : { zh: `负责人：${owner}`, en: `Owner: ${owner}` };
          await write(id, { kind: 'owner', by, text, facts: { owner: owner ?? '' } }, () => ({
            next: next(incident, { owner }),
          }));
          return;
        }
        case 'note':
          await write(id, { kind: 'note', by, text: { zh: step.note, en: step.note } });
          return;
        case 'severity': {
          const { severity, note } = step;
          if (note.trim() === '') throw new MenshenError('incident_reason');
          const name = severityName(severity);
          const text = { zh: `级别：${name.zh}。${note}`, en: `Severity: ${name.en}. ${note}` };
          const facts = { from: incident.severity, to: severity };
          await write(id, { kind: 'severity', by, text, facts }, () => ({ next: next(incident, { severity }) }));
          return;
        }
      }
    },
    async mergeInto(id, into, reason, by) {
      if (id === into) throw new MenshenError('incident_step');
      const [from, target] = [await demandOpen(id), await demandOpen(into)];
      const names = { from: incidentName(from.number), target: incidentName(target.number) };
      // First the one that stays: a crash between the two leaves both open and nothing lost, and the next try goes on here.
      const begun = (await store.ofSource('incident', id))?.id;
      if (begun !== undefined && begun !== into) throw new MenshenError('incident_step');
      if (begun === undefined)
        await write(
          into,
          {
            ...{ kind: 'merged', by, path: `/incidents/${id}`, facts: { source: 'incident', ref: id } },
            text: { zh: `并入 ${names.from}：${reason}`, en: `${names.from} was merged into this one: ${reason}` },
          },
          () => ({
            next: next(target, {
              severity: heavier(target.severity, from.severity),
              subjects: merging.union(target.subjects, from.subjects),
            }),
            sources: [{ kind: 'incident', ref: id, at: clock(), path: `/incidents/${id}` }],
            subjects: from.subjects,
          }),
        );
      await write(
        id,
        {
          ...{ kind: 'merged', by, path: `/incidents/${into}`, facts: { into } },
          text: { zh: `已并入 ${names.target}：${reason}`, en: `Merged into ${names.target}: ${reason}` },
        },
        () => ({ next: next(from, { mergedInto: into }) }),
      );
    },
    write,
    async maintain() {
      for (const entry of await store.unrecorded(clock() - leftBehindMs))
        await store.setIndex(entry.id, await audit.record(recordOf(entry, clock(), 'success')));
      const old = await store.closedBefore(clock() - config().keepDays * dayMs);
      if (old.length === 0) return;
      // With an incident its evidence goes: that it went, and which, stays in the log.
      const detail = { incidents: old.length, ids: old.join(' ') };
      await audit.act('menshen', { activity: 'delete', entity: 'incidents', detail }, () => store.remove(old));
    },
  };
}

/** The source has led to an incident in the meantime. */
class SourceKnown extends Error {
  override readonly name = 'SourceKnown';
}
