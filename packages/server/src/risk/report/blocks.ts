import type { Bilingual, RiskAcceptance, RiskComparison, RiskTreatment, RiskVersionView } from '@menshen/contract';
import type { Block } from '../../documents/model.ts';
import type { Trend } from '../../trend/service.ts';
import type { Risk } from '../method/assess.ts';
import type { Picture } from '../service.ts';
import type { NextStep } from '../whatif/next-steps.ts';
import { levelNames } from './words.ts';

export type Language = 'zh' | 'en';

export interface ReportParts {
  readonly picture: Picture;
  readonly company: string;
  /** What the report is about; null for everything. */
  readonly subject: Bilingual | null;
  readonly language: Language;
  readonly treatments: readonly RiskTreatment[];
  readonly acceptances: readonly RiskAcceptance[];
  readonly last: { readonly version: RiskVersionView; readonly comparison: RiskComparison } | null;
  readonly steps: readonly NextStep[];
  /** Null where no trend is kept. */
  readonly trend: Trend | null;
}

/** Rows of a table in the report; the tables of the workbook hold all. */
const most = 100;

export type Say = (zh: string, en: string) => string;
/** The day in China, where the report is handed in. */
export const day = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);
export const heading = (text: string, level: 1 | 2 = 1): Block => ({ kind: 'heading', level, text });
export const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
export const levelName = (level: number, language: Language): string => levelNames[level]?.[language] ?? '';
export const counted = (risks: readonly Risk[], level: number): number => risks.filter((risk) => risk.level === level).length;

export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  t: Say,
  widths?: readonly number[],
): Block[] {
  if (rows.length === 0) return [paragraph(t('无。', 'None.'))];
  return [
    { kind: 'table', head, rows: rows.slice(0, most), ...(widths === undefined ? {} : { widths }) },
    ...(rows.length > most
      ? [
          paragraph(
            t(`另有 ${rows.length - most} 行，见附带的表格文件。`, `${rows.length - most} more rows are in the workbook.`),
          ),
        ]
      : []),
  ];
}
