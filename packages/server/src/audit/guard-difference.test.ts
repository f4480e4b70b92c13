import { guardFact, guardPlace } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { guardDifference } from './guard-difference.ts';

const line = (stage: string, code: string, where: string): string => `${stage}|refuse|12|${code}|${where}`;

describe('what a guard saw, from its line in a record', () => {
  it('is read from a request and from an answer, with the bars between amounts', () => {
    const asked = { expected: guardFact('range', 500, 2_000, 100), seen: guardFact('cents', 9_900) };
    expect(guardDifference(line('guard', 'guard_amount_out_of_bounds', guardPlace('campaign', asked)))).toEqual(asked);
    const given = { expected: guardFact('asked', 1_000), seen: guardFact('cents', 100_000) };
    expect(guardDifference(line('disclose', 'guard_answer_mismatch', guardPlace('answer', given)))).toEqual(given);
  });

  it('is read however many amounts a campaign may give, so that its alert says what differed', () => {
    // The most that a campaign declares, each with as many digits as it may have.
    const amounts = Array.from({ length: 100 }, (_, at) => 99_999_900 + at);
    const difference = { expected: guardFact('fixed', ...amounts), seen: guardFact('cents', 1) };
    expect(guardDifference(line('guard', 'guard_amount_out_of_bounds', guardPlace('campaign', difference)))).toEqual(difference);
  });

  it.each([
    line('guard', 'guard_value_missing', 'campaign field body.amountCents'),
    line('guard', 'guard_campaign_closed', 'campaign'),
    line('guard', 'guard_amount_out_of_bounds', 'rule range body.cents 100 500000 100'),
    line('inspect', 'schema_mismatch', 'campaign cents:1 cents:2'),
    'guard|pass|12',
  ])('says nothing of %s', (text) => {
    expect(guardDifference(text)).toBeNull();
  });
});
