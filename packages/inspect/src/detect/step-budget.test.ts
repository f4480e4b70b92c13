import { describe, expect, it, vi } from 'vitest';
import { createStepBudget } from './step-budget.ts';

const never = () => false;

describe('a step budget', () => {
  it('ends at its limit, and stays ended', () => {
    const budget = createStepBudget();
    budget.begin(100, () => 1_000_000, never);
    expect([budget.spend(60), budget.spend(40), budget.spend(1), budget.spend(0)]).toEqual([true, true, false, false]);
    expect([budget.isOver(), budget.isSpent()]).toEqual([true, true]);
    budget.begin(100, () => 0, never);
    expect([budget.spend(60), budget.isOver()]).toEqual([true, false]);
  });

  it('grows with the request, whose characters are counted only where it needs them', () => {
    const budget = createStepBudget();
    const characters = vi.fn(() => 100_000);
    const run = (): number => {
      budget.begin(undefined, characters, never);
      while (budget.spend(1_000));
      return budget.used();
    };
    budget.begin(undefined, characters, never);
    budget.spend(1_000_000);
    expect(characters).not.toHaveBeenCalled();
    const large = run();
    expect(characters).toHaveBeenCalledOnce();
    characters.mockReturnValue(10_000);
    expect(large / run()).toBeLessThan(12);
    expect(budget.isSpent()).toBe(true);
  });

  it('ends early, and unspent, where the request is refused anyway, but only once it has cost something', () => {
    const budget = createStepBudget();
    budget.begin(
      undefined,
      () => 100_000,
      () => true,
    );
    expect(budget.spend(2_900_000)).toBe(true);
    expect(budget.spend(200_000)).toBe(false);
    expect([budget.isOver(), budget.isSpent()]).toEqual([true, false]);
  });
});
