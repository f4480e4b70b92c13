import { type AdministratorPower, everyPower } from '@menshen/contract';

/** Events of the console's stream, and who may hear them. What is not named here reaches nobody. */
export const streamEvents = {
  traffic: ['security', 'audit'],
  audit: everyPower,
  guard: ['security', 'audit'],
  /** Id, rule and severity of an alert that is new or has changed. */
  alert: ['security', 'audit'],
  /** Says only that findings of scans have changed. */
  finding: ['security', 'audit'],
  /** Id of an incident that is new or has changed. */
  incident: ['security', 'audit'],
  /** Says only that there is news of playbooks or their runs. */
  playbook: everyPower,
  /** Says only that there is news of risks. */
  risk: ['security', 'audit'],
  /** Says only that there is news of compliance or reports. */
  compliance: ['security', 'audit'],
  /** Says only that the board of a contest has moved. */
  contest: ['security', 'audit'],
  /** Says only that there is news of notices. */
  notice: everyPower,
  /** Says only that there is news of measures of containment. */
  containment: everyPower,
} as const satisfies Record<string, readonly AdministratorPower[]>;

export type StreamEvent = keyof typeof streamEvents;

/** Whether an account with these powers may hear an event. */
export function mayHear(event: StreamEvent, powers: readonly AdministratorPower[]): boolean {
  const hearers: readonly AdministratorPower[] = streamEvents[event];
  return powers.some((power) => hearers.includes(power));
}
