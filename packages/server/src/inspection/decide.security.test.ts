import { describe, expect, it } from 'vitest';
import { compileRules } from './decide.ts';
import type { ActiveException, FoundThreat } from './model.ts';

const now = 1_800_000_000_000;
const noWeights = new Map<string, number>();

const threat = (name: string, features: Record<string, number>, rest: Partial<FoundThreat> = {}): FoundThreat => ({
  class: 'sqli',
  place: 'json',
  name,
  layers: 0,
  evidence: "' or 1=1",
  features: Object.entries(features).map(([rule, points]) => ({ rule, points })),
  ...rest,
});
const exception = (rest: Partial<ActiveException> = {}): ActiveException => ({
  id: 'x_1',
  target: { rule: 'sql.tautology' },
  where: { place: 'json', name: 'remark' },
  expiresAt: now + 1,
  ...rest,
});
const decide = (exceptions: ActiveException[], weights: ReadonlyMap<string, number> = noWeights, threshold = 4) =>
  compileRules({ threshold, exceptions, weights });
const blocked = (found: FoundThreat[], ...given: Parameters<typeof decide>): string[] =>
  decide(...given)(found, now).blocking.map(({ name }) => name);

const attack = { 'sql.tautology': 4.5 };

describe('points', () => {
  it('of one class in one text add up; those of other texts and classes do not', () => {
    expect(blocked([threat('a', { x: 2, y: 2 })], [])).toEqual(['a']);
    expect(blocked([threat('a', { x: 2 }), threat('b', { y: 2 })], [])).toEqual([]);
    expect(blocked([threat('a', { x: 2 }), threat('a', { y: 2 }, { class: 'xss' })], [])).toEqual([]);
  });
  it('are an attack from the threshold on', () => {
    expect(blocked([threat('a', { x: 3.99 })], [])).toEqual([]);
    expect(blocked([threat('a', { x: 4 })], [])).toEqual(['a']);
    expect(blocked([threat('a', { x: 4 })], [], noWeights, 6)).toEqual([]);
  });
  it('are those that were set by hand, and 0 puts a rule out of force', () => {
    expect(blocked([threat('a', { x: 1 })], [], new Map([['x', 5]]))).toEqual(['a']);
    expect(blocked([threat('a', { x: 5 })], [], new Map([['x', 0]]))).toEqual([]);
  });
});

describe('an exception', () => {
  it('lets pass what it names, and says that it was needed', () => {
    const judged = decide([exception()])([threat('remark', attack)], now);
    expect(judged.blocking).toEqual([]);
    expect(judged.used).toEqual(['x_1']);
    expect(judged.threats[0]).toMatchObject({ excepted: 'x_1', score: 0 });
  });
  it.each<[string, FoundThreat]>([
    ['another field', threat('note', attack)],
    ['the field of that name elsewhere', threat('items[].remark', attack)],
    ['another place', threat('remark', attack, { place: 'query' })],
    ['the name of the field instead of its value', threat('remark', attack, { place: 'key' })],
    ['another rule of the same class in the same field', threat('remark', { 'sql.union': 4.5 })],
    ['what else stands in the same text', threat('remark', { 'sql.tautology': 4.5, 'sql.stacked': 4 })],
  ])('does not let pass %s', (_what, found) => {
    expect(blocked([found], [exception()])).toEqual([found.name]);
  });
  it('does not hide a lighter attack in another field behind the heavier one that it takes away', () => {
    expect(blocked([threat('remark', { 'sql.tautology': 9 }), threat('note', attack)], [exception()])).toEqual(['note']);
  });
  it('for a class takes that class and no other', () => {
    const forClass = exception({ target: { class: 'sqli' } });
    expect(blocked([threat('remark', { a: 4, b: 4 })], [forClass])).toEqual([]);
    expect(blocked([threat('remark', { a: 4 }, { class: 'xss' })], [forClass])).toEqual(['remark']);
  });
  it('ends by itself', () => {
    expect(blocked([threat('remark', attack)], [exception({ expiresAt: now })])).toEqual(['remark']);
    const rules = decide([exception({ expiresAt: now + 10 })]);
    expect(rules([threat('remark', attack)], now + 9).blocking).toHaveLength(0);
    expect(rules([threat('remark', attack)], now + 10).blocking).toHaveLength(1);
  });
  it('is counted with the others that it took, so that nobody revokes one as never used', () => {
    const both = [exception(), exception({ id: 'x_2', target: { rule: 'sql.stacked' } })];
    const judged = decide(both)([threat('remark', { 'sql.tautology': 3, 'sql.stacked': 3 })], now);
    expect(judged.blocking).toEqual([]);
    expect(judged.used).toEqual(['x_1', 'x_2']);
    // Not where it took nothing.
    expect(decide(both)([threat('remark', { 'sql.tautology': 5 })], now).used).toEqual(['x_1']);
  });
  it('is not counted where the request would have passed anyway', () => {
    expect(decide([exception()])([threat('remark', { 'sql.tautology': 1.5 })], now).used).toEqual([]);
  });
});
