/** What a rule is about: decides who is asked and which findings are compared with each other. */
export const families = [
  'secret',
  'taint',
  'network',
  'storage',
  'log',
  'privacy',
  'cloud',
  'backend',
  'injection',
  'file',
  'crypto',
  'config',
  'dependency',
  'content',
] as const;

export type Family = (typeof families)[number];

export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;

export type Severity = (typeof severities)[number];

/** A text in the two languages of the product. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** The frameworks for which an example can be written. `any` is shown where no closer one exists. */
export type Framework =
  | 'any'
  | 'miniprogram'
  | 'wxml'
  | 'cloud'
  | 'express'
  | 'koa'
  | 'egg'
  | 'thinkjs'
  | 'nest'
  | 'fastify'
  | 'json'
  | 'taro'
  | 'uni-app';

/** The same few lines, wrong and right, as they look in one framework. */
export interface Example {
  readonly bad: string;
  readonly good: string;
}

/** One entry of the rule catalogue: facts for people and for reports, no code. */
export interface Rule {
  /** `MP-FAMILY-NNN`; never given to another rule, even when this one is gone. */
  readonly id: string;
  readonly family: Family;
  readonly severity: Severity;
  /** Base score in the manner of CVSS, 0 to 10, for the usual case. */
  readonly score: number;
  /** CWE numbers, the most exact one first. */
  readonly cwe: readonly number[];
  /** Chapters of 小程序安全指引: P1-P5, G1-G2, M1-M2, B1-B6. */
  readonly guide: readonly string[];
  /** OWASP ASVS 4.0.3 or MASVS v2 requirements. */
  readonly asvs: readonly string[];
  /** Clauses of GB/T 22239-2019, level 3. */
  readonly mlps: readonly string[];
  readonly title: Bilingual;
  readonly description: Bilingual;
  readonly fix: Bilingual;
  readonly examples: Partial<Record<Framework, Example>>;
}
