import type { Bilingual } from './rule.ts';

export const problemCodes = [
  'unreadable',
  'binary',
  'too-large',
  'too-many-files',
  'too-much-source',
  'minified',
  'syntax',
  'too-deep',
  'out-of-time',
  'failed',
  'not-reached',
] as const;

export type ProblemCode = (typeof problemCodes)[number];

/** Something the scan could not read, or read only in part, and why. */
export interface Problem {
  readonly code: ProblemCode;
  /** POSIX path relative to the root; empty for the project as a whole. */
  readonly file: string;
  readonly line?: number;
  readonly message: Bilingual;
}

const texts: Record<ProblemCode, Bilingual> = {
  unreadable: { zh: '文件无法读取', en: 'The file cannot be read' },
  binary: { zh: '不是文本文件', en: 'The file is not text' },
  'too-large': {
    zh: '文件过大，只检查了密钥等文本规则的前一部分',
    en: 'The file is too large: only its first part was read, as text',
  },
  'too-many-files': { zh: '文件数超过上限，其余文件未检查', en: 'There are more files than the limit: the rest was not read' },
  'too-much-source': {
    zh: '源代码总量超过上限，其余文件未检查',
    en: 'There is more source than the limit: the rest was not read',
  },
  minified: { zh: '压缩或打包产物，只做文本检查', en: 'Minified or bundled code: read as text only' },
  syntax: { zh: '语法错误，出错的语句被跳过', en: 'Syntax error: the broken statements were left out' },
  'too-deep': { zh: '嵌套过深，未分析', en: 'Nested too deeply: not analysed' },
  'out-of-time': { zh: '分析预算用尽，结果不完整', en: 'The budget for analysis was spent: results are not complete' },
  failed: { zh: '分析步骤出错中止，结果不完整', en: 'An analysis step failed: results are not complete' },
  'not-reached': { zh: '没有任何页面、组件或入口引用该文件', en: 'No page, component or entry point leads to the file' },
};

export function problem(code: ProblemCode, file: string, line?: number): Problem {
  return line === undefined ? { code, file, message: texts[code] } : { code, file, line, message: texts[code] };
}
