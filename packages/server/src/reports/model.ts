import type { Bilingual, ReportFormat, ReportInterval, ReportType } from '@menshen/contract';
import * as z from 'zod';
import type { Subject } from '../risk/subjects.ts';

export type Language = 'zh' | 'en';

/** What of a report can be compared with the next one. */
export const reportSummary = z.object({
  figures: z.array(z.object({ key: z.string(), name: z.object({ zh: z.string(), en: z.string() }), value: z.number() })),
  states: z.array(z.object({ key: z.string(), name: z.object({ zh: z.string(), en: z.string() }), state: z.string() })),
});
export type ReportSummary = z.output<typeof reportSummary>;

export interface WrittenFile {
  readonly format: ReportFormat;
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

export interface WrittenReport {
  readonly files: readonly WrittenFile[];
  readonly summary: ReportSummary;
}

/** A file of a stored report, without its content. */
export interface StoredFile {
  readonly format: ReportFormat;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly signature: string;
  /** Id of the key that signed it; null for reports from before keys had ids. */
  readonly key: string | null;
}

export interface StoredReport {
  readonly id: string;
  readonly number: number;
  readonly kind: ReportType;
  readonly subject: Subject;
  readonly lang: Language;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
  readonly files: readonly StoredFile[];
}

export interface Schedule {
  readonly id: string;
  readonly kind: ReportType;
  readonly subject: Subject;
  readonly lang: Language;
  readonly every: ReportInterval;
  readonly by: string;
  readonly created: number;
  readonly next: number;
}

export const mediaTypes: Readonly<Record<ReportFormat, string>> = {
  html: 'text/html; charset=utf-8',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  zip: 'application/zip',
};

export const kindNames: Readonly<Record<ReportType, Bilingual>> = {
  risk: { zh: '信息安全风险评估报告', en: 'Risk assessment' },
  mlps: { zh: '等级保护差距分析报告', en: 'MLPS gap report' },
  pipl: { zh: '个人信息保护法对照报告', en: 'PIPL duties' },
  gbt35273: { zh: '个人信息安全规范对照报告', en: 'GB/T 35273 report' },
  gbt39786: { zh: '商用密码应用证据报告', en: 'Evidence of commercial cryptography' },
  asvs: { zh: '应用安全验证对照报告', en: 'ASVS report' },
  monthly: { zh: '信息安全月报', en: 'Monthly security briefing' },
  pack: { zh: '合规证据包', en: 'Evidence pack' },
};
