import { describe, expect, it } from 'vitest';
import type { InspectionRules } from './model.ts';
import { type InspectedRow, type RuleBook, replay } from './replay.ts';

const now = 1_800_000_000_000;
const rules = (rest: Partial<InspectionRules> = {}): InspectionRules => ({
  mode: 'enforce',
  threshold: 4,
  steps: null,
  exceptions: [],
  weights: new Map(),
  ...rest,
});
const book = (rest: Partial<InspectionRules> = {}): RuleBook => new Map([['portal POST /notes', rules(rest)]]);
const row = (requestId: string, points: number, rest: Partial<InspectedRow> = {}): InspectedRow => ({
  requestId,
  time: now - 1_000,
  app: 'portal',
  route: 'POST /notes',
  verdict: 'passed',
  class: 'sqli',
  threats: JSON.stringify([
    {
      class: 'sqli',
      evidence: "' or",
      features: [{ points, rule: 'sql.tautology' }],
      layers: 0,
      name: 'text',
      place: 'json',
      score: points,
    },
  ]),
  dropped: 0,
  ...rest,
});
const rows = [row('a', 5), row('b', 4.5), row('c', 2)];

describe('a replay', () => {
  it('of no change changes nothing', () => {
    expect(replay(rows, book(), book(), now)).toEqual({
      requests: 3,
      blockedBefore: 2,
      blockedAfter: 2,
      blockedToPassed: 0,
      passedToBlocked: 0,
      incomplete: 0,
      groups: [],
    });
  });
  it('of another threshold names what would pass, and what would not', () => {
    const relaxed = replay(rows, book(), book({ threshold: 4.8 }), now);
    expect(relaxed).toMatchObject({ blockedBefore: 2, blockedAfter: 1, blockedToPassed: 1, passedToBlocked: 0 });
    expect(relaxed.groups[0]?.examples.map(({ requestId }) => requestId)).toEqual(['b']);
    const strict = replay(rows, book(), book({ threshold: 2 }), now);
    expect(strict).toMatchObject({ blockedAfter: 3, passedToBlocked: 1 });
    expect(strict.groups).toMatchObject([
      { change: 'passed_to_blocked', class: 'sqli', where: { place: 'json', name: 'text' }, count: 1 },
    ]);
  });
  it('of another weight', () => {
    expect(replay(rows, book(), book({ weights: new Map([['sql.tautology', 0]]) }), now)).toMatchObject({ blockedToPassed: 2 });
    expect(replay(rows, book(), book({ weights: new Map([['sql.tautology', 4]]) }), now)).toMatchObject({ passedToBlocked: 1 });
  });
  it('of a mode: watching blocks nothing', () => {
    expect(replay(rows, book(), book({ mode: 'monitor' }), now)).toMatchObject({ blockedAfter: 0, blockedToPassed: 2 });
    expect(replay(rows, book({ mode: 'off' }), book(), now)).toMatchObject({ blockedBefore: 0, passedToBlocked: 2 });
  });
  it('of an exception, for its field alone', () => {
    const excepted = (name: string): RuleBook =>
      book({
        exceptions: [{ id: 'x', target: { rule: 'sql.tautology' }, where: { place: 'json', name }, expiresAt: now + 1 }],
      });
    expect(replay(rows, book(), excepted('text'), now)).toMatchObject({ blockedToPassed: 2 });
    expect(replay(rows, book(), excepted('other'), now)).toMatchObject({ blockedToPassed: 0 });
  });
  it('leaves out routes that are no longer there, and what it cannot read passes', () => {
    expect(replay([row('x', 9, { route: 'GET /gone' })], book(), book(), now)).toMatchObject({ requests: 0 });
    expect(replay([row('x', 9, { threats: '{' })], book(), book(), now)).toMatchObject({ requests: 1, blockedBefore: 0 });
  });
  it('counts requests of which not everything was kept', () => {
    expect(replay([row('a', 5, { dropped: 3 })], book(), book(), now).incomplete).toBe(1);
  });
});
