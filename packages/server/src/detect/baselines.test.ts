import { describe, expect, it } from 'vitest';
import { evaluate } from './testing/evaluate.ts';
import { variants } from './testing/variants.ts';

/* A small company, for time's sake; `docs/decisions/0039` says what was measured on 5,000. */
const shares = { workshop: 0.05, sparse: 0.04 } as const;

describe('over two weeks of a generated company', () => {
  it.each(['workshop', 'sparse'] as const)(
    '%s: attacks are found, ordinary work is left alone, and urgent ones within a minute',
    (name) => {
      const variant = variants[name];
      if (variant === undefined) throw new Error('no such variant');
      const found = evaluate(variant, shares[name], 1);
      const missed = found.missed.map(({ kind, hard }) => `${kind}${hard ? ' hard' : ''}`);
      expect(found.recall, `missed: ${missed.join(', ')}`).toBeGreaterThanOrEqual(0.9);
      expect(found.hardRecall, `missed: ${missed.join(', ')}`).toBeGreaterThanOrEqual(0.8);
      expect(found.falseADay, found.falseAlerts.map(({ rule }) => rule).join(', ')).toBeLessThanOrEqual(3);
      expect(found.late.map(({ attack, seconds }) => `${attack.kind} ${seconds}`)).toEqual([]);
    },
    120_000,
  );
});
