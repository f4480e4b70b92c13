import type { IncidentPaper, IncidentsConfig } from '@menshen/contract';
import type { DutyConclusion } from '../duties/assess.ts';
import type { Judgement } from '../duties/store.ts';
import type { EvidenceFile } from '../incidents/evidence-store.ts';
import type { ClockRow, Incident } from '../incidents/model.ts';
import type { StoredEntry } from '../incidents/timeline.ts';
import type { StoredAction } from '../papers/store.ts';

/** Everything that a report is made of; the same makes the same bytes. */
export interface ReportInput {
  readonly incident: Incident;
  readonly clocks: readonly ClockRow[];
  /** Without the entries that reports themselves make. */
  readonly timeline: readonly StoredEntry[];
  readonly evidence: readonly EvidenceFile[];
  readonly judgements: readonly Judgement[];
  readonly duties: readonly DutyConclusion[];
  readonly paper: IncidentPaper;
  readonly actions: readonly StoredAction[];
  readonly config: IncidentsConfig;
}
