import { expect, it } from 'vitest';
import { problemText } from './problem-text.ts';

it.each([
  ['validation_failed until too_soon', '（结束时间已过或太近）', '(its end has passed or is too near)'],
  ['stop validation_failed target.campaign campaign_unknown', '（活动已不存在）', '(the campaign is no longer there)'],
  ['carry_expired', '未能执行', 'could not be done'],
  ['a parameter_missing person', 'a：缺少参数（person）', 'a: a parameter has no value (person)'],
])('says %s in words, not by its codes', (problem, zh, en) => {
  const text = problemText(problem);
  expect(text.zh).toContain(zh);
  expect(text.en).toContain(en);
  for (const words of Object.values(text)) expect(words).not.toMatch(/_/);
});

it('keeps what it does not know', () => {
  expect(problemText('odd').zh).toBe('odd');
});
