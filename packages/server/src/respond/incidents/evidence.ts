import type { ActionKind } from '@menshen/contract';
import type { StoredAction } from '../papers/store.ts';
import type { Incidents } from './incidents.ts';
import { clocksOf, isEnded } from './model.ts';
import { slaOf } from './sla.ts';

/** What risk and compliance can say of incident response, as it stands now. */
export interface IncidentEvidence {
  /** All incidents that are kept, false alarms among them. */
  readonly incidents: number;
  readonly open: number;
  /** Open ones beyond the company's own targets. */
  readonly overdue: number;
  /** Legal duties that apply by judgement: done, done late, and overdue. */
  readonly dutiesDone: number;
  readonly dutiesLate: number;
  readonly dutiesOverdue: number;
  /** Incidents of high severity and above that nobody has judged. */
  readonly unjudged: number;
  /** Of the incidents closed: how many have lessons written down. */
  readonly closed: number;
  readonly withLessons: number;
  /** Action items that are not done and overdue. */
  readonly actionsOverdue: number;
  /** Milliseconds over what was opened since `since`; null where nothing was measured. */
  readonly mttd: number | null;
  readonly mtta: number | null;
  readonly mttc: number | null;
  readonly mttr: number | null;
  readonly since: number;
}

const looked = 500;

/** Gathers the evidence; reads only. */
export async function incidentEvidence(incidents: Incidents, since: number): Promise<IncidentEvidence> {
  const { service, room, papers, duties, config, clock } = incidents;
  const now = clock();
  const { incidents: all, open, all: total } = await service.list({ show: 'all' }, looked, 0);
  const standing = await room.standing(all);
  const judged = new Set((await duties.judgements(all.map(({ id }) => id))).map(({ incident }) => incident));
  const concluded = standing.flatMap((one) => (one.incident.mergedInto === null ? one.duties : []));
  const closed = all.filter(({ state }) => state === 'closed');
  let withLessons = 0;
  for (const { id } of closed) if ((await papers.paper(id)).paper.lessons !== '') withLessons += 1;
  const recent = standing.filter(({ incident }) => incident.opened >= since && incident.state !== 'false_alarm');
  const mean = (from: 'occurred' | 'detected', to: 'detected' | 'aware' | 'contained' | 'recovered'): number | null => {
    const spans = recent.flatMap(({ clocks }) => {
      const times = clocksOf(clocks);
      const [start, end] = [times[from], times[to]];
      return start === undefined || end === undefined || end < start ? [] : [end - start];
    });
    return spans.length === 0 ? null : Math.round(spans.reduce((sum, span) => sum + span, 0) / spans.length);
  };
  return {
    ...{ incidents: total, open, closed: closed.length, withLessons, since },
    overdue: standing.filter(({ incident, clocks }) => slaOf(incident, clocksOf(clocks), config().sla, now)?.overdue === true)
      .length,
    dutiesDone: concluded.filter(({ state }) => state === 'done').length,
    dutiesLate: concluded.filter(({ state }) => state === 'done_late').length,
    dutiesOverdue: concluded.filter(({ state }) => state === 'overdue').length,
    unjudged: all.filter(
      ({ id, severity, state, mergedInto }) =>
        !judged.has(id) && mergedInto === null && !isEnded(state) && (severity === 'high' || severity === 'critical'),
    ).length,
    actionsOverdue: (await papers.actions(null)).filter(({ due }) => due < now).length,
    ...{ mttd: mean('occurred', 'detected'), mtta: mean('detected', 'aware') },
    ...{ mttc: mean('detected', 'contained'), mttr: mean('detected', 'recovered') },
  };
}

/** Action items that are not done: what risk takes as treatments, detection as rules to write, training as cards to make. */
export async function openActions(incidents: Pick<Incidents, 'papers'>, kind?: ActionKind): Promise<readonly StoredAction[]> {
  return (await incidents.papers.actions(null)).filter((action) => kind === undefined || action.kind === kind);
}
