import type { ContentRule } from '../options.ts';

/** Words for tests that stand for what WeChat's models find; each says what it triggers. */
export const defaultContentRules: readonly ContentRule[] = [
  { word: '测试广告', suggest: 'review', label: 10001 },
  { word: '测试时政', suggest: 'risky', label: 20001 },
  { word: '测试色情', suggest: 'risky', label: 20002 },
  { word: '测试辱骂', suggest: 'risky', label: 20003 },
  { word: '测试违法', suggest: 'risky', label: 20006 },
  { word: '测试欺诈', suggest: 'risky', label: 20008 },
  { word: '测试低俗', suggest: 'review', label: 20012 },
  { word: '测试版权', suggest: 'review', label: 20013 },
  { word: 'test-risky', suggest: 'risky', label: 21000 },
  { word: 'test-review', suggest: 'review', label: 21000 },
];

/** The strictest rule whose word is in the text. */
export function judgeContent(text: string, rules: readonly ContentRule[]): ContentRule | undefined {
  const hits = rules.filter((rule) => text.includes(rule.word));
  return hits.find((rule) => rule.suggest === 'risky') ?? hits[0];
}
