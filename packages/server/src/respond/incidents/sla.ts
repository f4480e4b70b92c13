import type { IncidentSeverity, IncidentState, IncidentsConfig } from '@menshen/contract';
import type { Clocks } from './model.ts';

const minuteMs = 60_000;

export interface SlaStage {
  /** What is to be done next. */
  readonly stage: 'triage' | 'contain' | 'recover';
  /** Epoch ms. */
  readonly due: number;
  readonly overdue: boolean;
}

const stages = { new: 'triage', triaged: 'contain', contained: 'recover' } as const;
const minutesOf = { triage: 'triageMinutes', contain: 'containMinutes', recover: 'recoverMinutes' } as const;

/** What an incident is to reach next and until when, counted from its detection; null when nothing is left to wait for. */
export function slaOf(
  { state, severity, opened }: { readonly state: IncidentState; readonly severity: IncidentSeverity; readonly opened: number },
  clocks: Clocks,
  sla: IncidentsConfig['sla'],
  now: number,
): SlaStage | null {
  if (state !== 'new' && state !== 'triaged' && state !== 'contained') return null;
  const stage = stages[state];
  const due = (clocks.detected ?? opened) + sla[severity][minutesOf[stage]] * minuteMs;
  return { stage, due, overdue: now > due };
}
