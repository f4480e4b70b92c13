import { fakeIncident } from '../fake/incident-handlers.ts';

/** The pages of incidents, and words that they must show. */
export const incidentPlaces: readonly (readonly [name: string, words: readonly [path: string, zh: string, en: string]])[] = [
  ['incidents', ['/incidents', '法定上报还剩', 'legal deadline in']],
  ['times of incidents', ['/incidents?view=figures', '2026-11', '2026-11']],
  ['duties to report', ['/incidents?view=duties', '请以官方文本为准', 'the official text counts']],
  ['incident', [`/incidents/${fakeIncident}`, '已结束 3 个会话', '3 sessions were ended']],
  ['judgement of an incident', [`/incidents/${fakeIncident}?tab=judgement`, '这是判断，不是结论', 'A judgement, not a verdict']],
  ['evidence of an incident', [`/incidents/${fakeIncident}?tab=evidence`, 'gateway-0900.log', 'gateway-0900.log']],
  ['recovery of an incident', [`/incidents/${fakeIncident}?tab=recovery`, '证据已失效', 'no longer proved']],
  ['reports of an incident', [`/incidents/${fakeIncident}?tab=reports`, '溯源线索', 'Traces']],
  ['post-mortem of an incident', [`/incidents/${fakeIncident}?tab=postmortem`, '已过期', 'overdue']],
];
