import {
  type ClockView,
  type DutyView,
  type IncidentDetail,
  type IncidentSummary,
  type IncidentsConfig,
  incidentClocks,
  type JudgementView,
  MenshenError,
  type proveIncident,
} from '@menshen/contract';
import type * as z from 'zod';
import { type DutyConclusion, mostUrgent } from '../duties/assess.ts';
import { type DutyRule, ruleView } from '../duties/rules.ts';
import type { DutyService } from '../duties/service.ts';
import type { Judgement } from '../duties/store.ts';
import { suggestLevel } from '../duties/thresholds.ts';
import type { PaperService } from '../papers/service.ts';
import type { StoredAction } from '../papers/store.ts';
import type { ReportInput } from '../reports/model.ts';
import type { EvidenceFiles } from './evidence-files.ts';
import { type ClockRow, clocksOf, type Incident, isEnded } from './model.ts';
import type { IncidentService } from './service.ts';
import { slaOf } from './sla.ts';
import type { IncidentStore } from './store.ts';
import { isIntact, isLogged } from './timeline.ts';

export interface RoomParts {
  readonly incidents: Pick<IncidentService, 'find'>;
  readonly store: IncidentStore;
  readonly evidence: Pick<EvidenceFiles, 'list'>;
  readonly duties: DutyService;
  readonly papers: PaperService;
  readonly config: () => IncidentsConfig;
  /** Origin of the log that this node writes. */
  readonly origin: string;
  /** The event at an index of the audit log; null while no checkpoint covers it, or where another node keeps the log. */
  readonly logged: (index: number) => Promise<unknown>;
  readonly clock: () => number;
}

/** What was opened together: an incident with its clocks and what follows from them. */
export interface Standing {
  readonly incident: Incident;
  readonly clocks: readonly ClockRow[];
  readonly duties: readonly DutyConclusion[];
}

export type IncidentRoom = ReturnType<typeof createIncidentRoom>;

/** Puts together what pages and reports show of incidents, out of the services that keep it. Reads only. */
export function createIncidentRoom(parts: RoomParts) {
  const { store, evidence, duties, papers, config, clock } = parts;

  const standing = async (incidents: readonly Incident[]): Promise<Standing[]> => {
    const rows = Map.groupBy(await store.clocks(incidents.map(({ id }) => id)), ({ incident }) => incident);
    const clocks = (id: string): readonly ClockRow[] => rows.get(id) ?? [];
    const concluded = await duties.conclusions(
      incidents.map((incident) => ({ incident, clocks: clocksOf(clocks(incident.id)) })),
    );
    return incidents.map((incident) => ({ incident, clocks: clocks(incident.id), duties: concluded.get(incident.id) ?? [] }));
  };

  const summaryOf = ({ incident, clocks, duties: own }: Standing, sources: number): IncidentSummary => {
    const { id, number, title, severity, state, owner, opened, updated, mergedInto } = incident;
    const quiet = mergedInto !== null || state === 'false_alarm';
    const urgent = quiet ? null : mostUrgent(own);
    return {
      ...{ id, number, title, severity, state, owner, opened, updated, mergedInto, sources },
      sla: quiet ? null : slaOf(incident, clocksOf(clocks), config().sla, clock()),
      duty: urgent === null ? null : dutySummary(urgent),
    };
  };
  const dutySummary = ({ rule, due, started, state }: DutyConclusion): NonNullable<IncidentSummary['duty']> => ({
    ...{ rule: rule.id, title: rule.title, due, started, certain: state !== 'undecided' },
    overdue: due !== null && clock() > due,
  });

  const recipientOf = (rule: DutyRule): string => {
    const { operator } = config();
    return rule.to === null ? '' : operator[rule.to];
  };
  const dutyView = ({ rule, state, because, started, due, done }: DutyConclusion): DutyView => ({
    ...{ rule: ruleView(rule), state, because, started, due, recipient: recipientOf(rule) },
    done: done.map(({ at, by, to, reference, note }) => ({ at, by, to, reference, note })),
  });
  const judgementView = ({ id, at, by, facts, reason }: Judgement): JudgementView => ({
    ...{ id, at, by, facts, reason, suggested: suggestLevel(facts) },
  });
  const actionView = (action: StoredAction) => ({ ...action, overdue: action.done === null && action.due < clock() });

  const summaries = async (incidents: readonly Incident[]): Promise<IncidentSummary[]> => {
    const counts = Map.groupBy(await store.sources(incidents.map(({ id }) => id)), ({ incident }) => incident);
    return (await standing(incidents)).map((one) => summaryOf(one, counts.get(one.incident.id)?.length ?? 0));
  };

  const related = async ({ id, subjects }: Incident): Promise<Incident[]> => {
    const found = new Map<string, Incident>();
    for (const subject of subjects.slice(0, 20))
      for (const other of await store.concerning(subject))
        if (other.id !== id && !isEnded(other.state) && other.mergedInto === null) found.set(other.id, other);
    return [...found.values()].sort((one, other) => other.opened - one.opened).slice(0, 10);
  };

  const logView = (origin: string | null) => (origin === null ? null : { origin, own: origin === parts.origin });

  return {
    summaries,
    async summary(id: string): Promise<IncidentSummary> {
      const [summary] = await summaries([await parts.incidents.find(id)]);
      if (summary === undefined) throw new MenshenError('not_found');
      return summary;
    },
    standing,
    judgementView,
    actionView,
    async detail(id: string): Promise<IncidentDetail> {
      const incident = await parts.incidents.find(id);
      const [one] = await standing([incident]);
      if (one === undefined) throw new MenshenError('not_found');
      const [sources, entries, files, judgements, paper, actions, others] = await Promise.all([
        store.sources([id]),
        store.entries(id),
        evidence.list(id),
        duties.judgements([id]),
        papers.paper(id),
        papers.actions(id),
        related(incident),
      ]);
      return {
        ...summaryOf(one, sources.length),
        ...{ text: incident.text, subjects: [...incident.subjects], clocks: clockViews(one.clocks), now: clock() },
        from: sources.map(({ kind, ref, at, path }) => ({ kind, ref, at, path })),
        timeline: entries.map((entry) => {
          const { id: own, at, written, by, kind, text, path, events, index, log, eventsLog } = entry;
          return {
            ...{ id: own, at, written, by, kind, text, path, index, intact: isIntact(entry), log: logView(log) },
            // Before it was noted, a log is only known where there was one.
            ...{
              events: [...events],
              eventsLog: events.length === 0 ? null : logView(eventsLog === undefined ? log : eventsLog),
            },
          };
        }),
        evidence: files.map(({ incident: _, ...file }) => file),
        evidenceBytes: config().evidence.fileBytes,
        judgements: judgements.map(judgementView),
        duties: one.duties.map(dutyView),
        ...{ paper: paper.paper, paperVersion: paper.version, actions: actions.map(actionView) },
        related: others.map(({ id: other, number, title }) => ({ id: other, number, title })),
      };
    },
    /** Compares every entry with the log itself. A digest in the store proves nothing against who may write there. Throws `not_found`. */
    async prove(id: string): Promise<z.input<typeof proveIncident.response>> {
      await parts.incidents.find(id);
      const found = { proved: 0, pending: 0, redacted: 0, differing: [] as string[] };
      for (const entry of await store.entries(id)) {
        // Under the same index the log of another node holds something else.
        const here = entry.index !== null && (entry.log === null || entry.log === parts.origin);
        const event = here ? await parts.logged(entry.index ?? 0) : null;
        if (event === null || (entry.log === null && !isLogged(entry, event))) found.pending += 1;
        else if (entry.redacted) found.redacted += 1;
        else if (isLogged(entry, event)) found.proved += 1;
        else found.differing.push(entry.id);
      }
      return found;
    },
    /** Everything that reports are made of. Throws `not_found`. */
    async reportInput(id: string): Promise<ReportInput> {
      const incident = await parts.incidents.find(id);
      const [one] = await standing([incident]);
      const [entries, files, judgements, paper, actions] = await Promise.all([
        store.entries(id),
        evidence.list(id),
        duties.judgements([id]),
        papers.paper(id),
        papers.actions(id),
      ]);
      // Reports and readings of evidence change nothing that a report tells of.
      const timeline = entries.filter(({ kind, facts }) => kind !== 'report' && facts.act !== 'read');
      return {
        ...{ incident, clocks: one?.clocks ?? [], duties: one?.duties ?? [], timeline, evidence: files, judgements },
        ...{ paper: paper.paper, actions, config: config() },
      };
    },
  };
}

/** Every clock with what it said before, the newest first. */
function clockViews(rows: readonly ClockRow[]): ClockView[] {
  return incidentClocks.map((clock) => {
    const own = rows.filter((row) => row.clock === clock).sort((one, other) => other.set - one.set);
    const [newest, ...before] = own;
    return {
      ...{ clock, at: newest?.at ?? null, by: newest?.by ?? null, reason: newest?.reason ?? '' },
      before: before.map(({ at, by, set, reason }) => ({ at, by, set, reason })),
    };
  });
}
