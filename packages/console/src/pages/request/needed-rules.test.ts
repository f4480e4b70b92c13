import { expect, it } from 'vitest';
import { nameable, neededRules } from './needed-rules.ts';

const threat = (...points: number[]) => ({ features: points.map((value, at) => ({ rule: `sql.r${at}`, points: value })) });

it('names the heaviest rules until the rest is below the threshold', () => {
  expect(neededRules(threat(4.5), 4)).toEqual(['sql.r0']);
  expect(neededRules(threat(1, 4.5, 2), 4)).toEqual(['sql.r1']);
  expect(neededRules(threat(3, 4.5, 2), 4)).toEqual(['sql.r1', 'sql.r0']);
  expect(neededRules(threat(2, 2), 4)).toEqual(['sql.r0']);
});

it('names none where nothing is blocked', () => {
  expect(neededRules(threat(1, 2), 4)).toEqual([]);
  expect(neededRules(threat(), 4)).toEqual([]);
});

it('knows fields that cannot be named', () => {
  expect(nameable('items[].remark')).toBe(true);
  expect(nameable('re?mark')).toBe(false);
});
