import type { ComplianceState } from '@menshen/contract';
import type { Language } from '../model.ts';

export { day } from '../../risk/report/blocks.ts';

export type Say = (zh: string, en: string) => string;
export const sayIn =
  (language: Language): Say =>
  (zh, en) =>
    language === 'zh' ? zh : en;

/** In China, where reports are handed in. */
export const minute = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');

export const states: readonly ComplianceState[] = ['gap', 'stale', 'manual', 'met', 'not_applicable'];
export const stateNames: Readonly<Record<ComplianceState, { readonly zh: string; readonly en: string }>> = {
  met: { zh: '证据有效', en: 'fresh evidence' },
  stale: { zh: '证据过期', en: 'stale evidence' },
  gap: { zh: '缺口', en: 'gap' },
  manual: { zh: '人工佐证', en: 'attested' },
  not_applicable: { zh: '不适用', en: 'not applicable' },
};
export const kindNames = {
  enforced: { zh: '网关执行', en: 'enforced' },
  proved: { zh: '平台取证', en: 'proved' },
  manual: { zh: '人工', en: 'by hand' },
} as const;
