import { describe, expect, it } from 'vitest';
import { scaleFacts, scaleThreats } from '../testing-scale.ts';
import { assess } from './assess.ts';
import { methods } from './functions.ts';

describe('an assessment of a large company', () => {
  it('computes every pair of asset and threat, with every weakness where it belongs', () => {
    // A twentieth of the benchmark: 50 assets, 200 threats, 250 weaknesses. The time is measured by `npm run bench -- risk`.
    const facts = scaleFacts({ assets: 50, weaknesses: 250 });
    const { risks, systems } = assess(facts, scaleThreats(200), methods['root-product']);
    expect(risks).toHaveLength(50 * 200);
    expect(new Set(risks.map(({ id }) => id)).size).toBe(risks.length);
    expect(risks.filter(({ weakness }) => weakness !== null).length).toBeGreaterThan(1_000);
    expect(risks.every((risk, at) => at === 0 || (risks[at - 1]?.score ?? 0) >= risk.score)).toBe(true);
    expect(systems.reduce((sum, one) => sum + one.risks, 0)).toBe(risks.length);
  });
});
