import type { Bilingual, IncidentClock, IncidentSeverity, IncidentState } from '@menshen/contract';

const states: Readonly<Record<IncidentState, Bilingual>> = {
  new: { zh: '新建', en: 'new' },
  triaged: { zh: '已研判', en: 'triaged' },
  contained: { zh: '已遏制', en: 'contained' },
  recovered: { zh: '已恢复', en: 'recovered' },
  closed: { zh: '已关闭', en: 'closed' },
  false_alarm: { zh: '误报', en: 'false alarm' },
};
const severities: Readonly<Record<IncidentSeverity, Bilingual>> = {
  low: { zh: '低', en: 'low' },
  medium: { zh: '中', en: 'medium' },
  high: { zh: '高', en: 'high' },
  critical: { zh: '严重', en: 'critical' },
};
const clocks: Readonly<Record<IncidentClock, Bilingual>> = {
  occurred: { zh: '发生', en: 'occurred' },
  detected: { zh: '发现', en: 'detected' },
  aware: { zh: '知悉', en: 'aware' },
  classified: { zh: '研判定级', en: 'classified' },
  contained: { zh: '遏制', en: 'contained' },
  recovered: { zh: '恢复', en: 'recovered' },
  closed: { zh: '关闭', en: 'closed' },
};

/** Names of states, severities and clocks in entries and reports. */
export const stateName = (state: IncidentState): Bilingual => states[state];
export const severityName = (severity: IncidentSeverity): Bilingual => severities[severity];
export const clockName = (clock: IncidentClock): Bilingual => clocks[clock];
