import type { Severity } from '../rule.ts';

export type Language = 'zh' | 'en';

export const severityNames: Readonly<Record<Severity, Readonly<Record<Language, string>>>> = {
  critical: { zh: '严重', en: 'critical' },
  high: { zh: '高', en: 'high' },
  medium: { zh: '中', en: 'medium' },
  low: { zh: '低', en: 'low' },
  info: { zh: '提示', en: 'info' },
};
