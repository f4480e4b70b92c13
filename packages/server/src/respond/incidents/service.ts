import { type Bilingual, type IncidentSeverity, type IncidentState, type IncidentsConfig, MenshenError } from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { NotifyService } from '../../notify/service.ts';
import { boxNames, type RecoveryGate } from '../recovery/gate.ts';
import type { FilledBox, RecoveryChecklistStore } from '../recovery/store.ts';
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
} from './model.ts';
import { createOpening } from './opening.ts';
import type { IncidentFilter, IncidentStore } from './store.ts';
import { recordOf } from './timeline.ts';
import { clockName, severityName, stateName } from './words.ts';
import { createWriting, type Writing } from './writing.ts';

export interface IncidentParts {
  readonly store: IncidentStore;
  readonly config: () => IncidentsConfig;
  readonly audit: Pick<Audit, 'intent' | 'record' | 'act'>;
  /** Origin of the log that this node writes. */
  readonly origin: string;
  readonly notify: Pick<NotifyService, 'send'>;
  readonly metrics: Pick<Metrics, 'add'>;
  /** Tells open pages that there is news of an incident. */
  readonly changed: (news: { readonly id: string }) => void;
  readonly recovery: () => RecoveryGate;
  /** Writes a row of the checklist with the step that it allows. */
  readonly except: RecoveryChecklistStore['add'];
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** What a person does with an incident. */
export type IncidentStep =
  | { readonly step: 'assign'; readonly owner: string | null }
  | { readonly step: 'note'; readonly note: string }
  | { readonly step: 'severity'; readonly severity: IncidentSeverity; readonly note: string }
  | {
      readonly step: 'advance';
      readonly to: IncidentState;
      readonly note: string;
      /** Why it may go on although boxes of the checklist of recovery are open. */
      readonly exception?: string | undefined;
    };

export interface IncidentService extends IncidentPort {
  /** The incident that an alert led to; null where it led to none. */
  ofAlert(alert: string): Promise<{ readonly id: string; readonly number: number } | null>;
  list(
    filter: IncidentFilter,
    limit: number,
    offset: number,
  ): Promise<{ readonly incidents: readonly Incident[]; readonly open: number; readonly all: number }>;
  /** What was closed lately: the law may still want something of it. */
  lately(): Promise<readonly Incident[]>;
  /** Throws `not_found`. */
  find(id: string): Promise<Incident>;
  /** Throws `not_found`, `incident_ended`, `incident_step`, `incident_reason`, `incident_recovery_incomplete`, `conflict`, `audit_unwritable`. */
  advance(id: string, step: IncidentStep, by: string): Promise<void>;
  /** Puts one incident into another: its sources and subjects go over, its own timeline stays readable. Throws as above. */
  mergeInto(id: string, into: string, reason: string, by: string): Promise<void>;
  readonly write: Writing['write'];
  /** Records entries that a crash left without a record, and removes what is past its time. */
  maintain(): Promise<void>;
}

const dayMs = 86_400_000;
/** An entry without record that is older than this was left behind: no record takes so long. */
const leftBehindMs = 60_000;
/** The longest legal deadline is thirty days after the handling; what is late shows for some time yet. */
const latelyMs = 90 * dayMs;

/** Incidents: opened, merged, moved on; every act is an entry of the timeline, and every entry a record of the log. */
export function createIncidentService(parts: IncidentParts): IncidentService {
  const { store, config, audit, origin, clock, random } = parts;
  const merging = createMerging(store, config, clock);
  const writing = createWriting(parts);
  const { write } = writing;
  const openIncident = createOpening({ store, merging, writing, notify: parts.notify, clock, random });

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

  const next = (incident: Incident, changes: Partial<Incident>): Incident => ({ ...incident, ...changes, updated: clock() });
  const clockRow = (name: ClockRow['clock'], { at, by, reason = '' }: ClockSetting): ClockRow => ({
    ...{ clock: name, at, by, set: clock(), reason },
  });

  /** What of the checklist is passed over by a step, and why; null where nothing is. */
  const passedOver = async (
    incident: Incident,
    { to, exception = '' }: { readonly to: IncidentState; readonly exception?: string | undefined },
    by: string,
  ): Promise<FilledBox | null> => {
    // What was recovered may be closed: its checklist was looked at then.
    if (to !== 'recovered' && !(to === 'closed' && incident.state !== 'recovered')) return null;
    const missing = await parts.recovery().missing(incident);
    if (missing.length === 0) return null;
    if (exception.trim() === '') throw new MenshenError('incident_recovery_incomplete', { missing: [...missing] });
    return parts.recovery().exception(incident.id, missing, exception, by);
  };

  const enter = async (
    incident: Incident,
    step: Extract<IncidentStep, { readonly step: 'advance' }>,
    by: string,
  ): Promise<void> => {
    const { to, note } = step;
    if (!mayFollow(incident.state, to)) throw new MenshenError('incident_step');
    const excepted = await passedOver(incident, step, by);
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
      const whole = note === '' ? said : { zh: `${said}。${note}`, en: `${said}. ${note}` }[language];
      if (excepted === null || excepted.filling.how !== 'exception') return whole;
      const { missing, reason } = excepted.filling;
      const open = missing.map((box) => boxNames[box][language]).join(language === 'zh' ? '、' : ', ');
      return {
        zh: `${whole}。恢复清单例外（未完成：${open}）：${reason}`,
        en: `${whole}. Exception of the checklist (open: ${open}): ${reason}`,
      }[language];
    };
    const facts = {
      ...{ from: incident.state, to },
      ...(excepted?.filling.how === 'exception' ? { exception: excepted.filling.missing.join(' ') } : {}),
    };
    await write(incident.id, { kind: 'state', by, text: { zh: text('zh'), en: text('en') }, facts }, () => ({
      ...{ next: next(incident, { state: to, owner: incident.owner ?? (isEnded(to) ? null : by) }), clocks },
      ...(excepted === null ? {} : { more: (tx) => parts.except(tx, excepted) }),
    }));
  };

  return {
    async openIncident(fact) {
      const opened = await openIncident(fact);
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
    sources: (id) => store.sources([id]),
    async ofAlert(alert) {
      const found = await store.ofSource('alert', alert);
      return found === null ? null : { id: found.id, number: found.number };
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
        return await enter(incident, step, by);
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
        await store.setIndex(entry.id, await audit.record(recordOf(entry, clock(), 'success')), origin);
      const old = await store.closedBefore(clock() - config().keepDays * dayMs);
      if (old.length === 0) return;
      // With an incident its evidence goes: that it went, and which, stays in the log.
      const detail = { incidents: old.length, ids: old.join(' ') };
      await audit.act('menshen', { activity: 'delete', entity: 'incidents', detail }, () => store.remove(old));
    },
  };
}
