import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateOwasp } from './owasp.ts';
import { type PriorityInputs, priorityOf } from './priority.ts';
import { decideSsvc, type SsvcDecision } from './ssvc.ts';

describe('OWASP risk rating', () => {
  it('rates the example of the methodology', () => {
    // OWASP's own example: skill 5, motive 2, opportunity 7, size 1, discovery 3, exploit 6, awareness 9, detection 2: 35 / 8 = 4.375, medium.
    // Technical: 9, 7, 5, 8: 29 / 4 = 7.25, high. Business: 1, 2, 1, 5: 9 / 4 = 2.25, low, and it wins: likelihood medium × impact low = low.
    const likelihood = {
      ...{ skill: 5, motive: 2, opportunity: 7, size: 1 },
      ...{ easeOfDiscovery: 3, easeOfExploit: 6, awareness: 9, intrusionDetection: 2 },
    };
    const technical = { confidentiality: 9, integrity: 7, availability: 5, accountability: 8 };
    expect(rateOwasp({ ...likelihood, ...technical })).toEqual({
      ...{
        likelihood: 4.375,
        impact: 7.25,
        likelihoodBand: 'medium',
        impactBand: 'high',
        severity: 'high',
        impactOf: 'technical',
      },
    });
    expect(rateOwasp({ ...likelihood, ...technical, financial: 1, reputation: 2, nonCompliance: 1, privacy: 5 })).toMatchObject({
      ...{ impact: 2.25, impactBand: 'low', severity: 'low', impactOf: 'business' },
    });
  });

  it('puts 3 and 6 into the higher band, and refuses what is no rating', () => {
    expect(rateOwasp({ skill: 3, financial: 6 })).toMatchObject({
      likelihoodBand: 'medium',
      impactBand: 'high',
      severity: 'high',
    });
    expect(rateOwasp({ skill: 2.99, financial: 2.99 }).severity).toBe('note');
    expect(rateOwasp({ skill: 9, financial: 9 }).severity).toBe('critical');
    expect(() => rateOwasp({ skill: 10, financial: 1 })).toThrow(RangeError);
    expect(() => rateOwasp({ skill: Number.NaN, financial: 1 })).toThrow(RangeError);
    expect(() => rateOwasp({ skill: 1 })).toThrow(RangeError);
  });
});

describe('SSVC', () => {
  const order: readonly SsvcDecision[] = ['defer', 'scheduled', 'out_of_cycle', 'immediate'];
  it.each([
    ['none', 'small', 'no', 'low', 'defer'],
    ['none', 'open', 'yes', 'very_high', 'out_of_cycle'],
    ['poc', 'controlled', 'yes', 'high', 'scheduled'],
    ['active', 'small', 'yes', 'medium', 'out_of_cycle'],
    ['active', 'open', 'no', 'very_high', 'immediate'],
    ['active', 'open', 'yes', 'high', 'immediate'],
  ] as const)('%s, %s, %s, %s: %s', (exploitation, exposure, automatable, humanImpact, decision) =>
    expect(decideSsvc({ exploitation, exposure, automatable, humanImpact })).toBe(decision),
  );

  it('never answers later to what is worse', () => {
    const points = {
      exploitation: ['none', 'poc', 'active'] as const,
      exposure: ['small', 'controlled', 'open'] as const,
      automatable: ['no', 'yes'] as const,
      humanImpact: ['low', 'medium', 'high', 'very_high'] as const,
    };
    const at = (a: number, b: number, c: number, d: number): number =>
      order.indexOf(
        decideSsvc({
          exploitation: points.exploitation[a] ?? 'active',
          exposure: points.exposure[b] ?? 'open',
          automatable: points.automatable[c] ?? 'yes',
          humanImpact: points.humanImpact[d] ?? 'very_high',
        }),
      );
    let compared = 0;
    for (let a = 0; a < 3; a += 1)
      for (let b = 0; b < 3; b += 1)
        for (let c = 0; c < 2; c += 1)
          for (let d = 0; d < 4; d += 1) {
            const here = at(a, b, c, d);
            if (a < 2) expect(at(a + 1, b, c, d)).toBeGreaterThanOrEqual(here);
            if (b < 2) expect(at(a, b + 1, c, d)).toBeGreaterThanOrEqual(here);
            if (c < 1) expect(at(a, b, c + 1, d)).toBeGreaterThanOrEqual(here);
            if (d < 3) expect(at(a, b, c, d + 1)).toBeGreaterThanOrEqual(here);
            compared += 1;
          }
    expect(compared).toBe(72);
  });
});

describe('composite priority', () => {
  const inputs: PriorityInputs = {
    ...{ severity: 9.8, epss: 0.25, exploited: false, exposure: 'open', assetValue: 4, fixable: true },
    controls: [{ zh: '攻击检测', en: 'inspection' }],
  };
  it('adds up as worked out by hand', () => {
    // 9.8 × 4 = 39.2 → 39; 20 × √.25 = 10; open 10; 4 × 3 = 12; fix 10; one control −5: 76.
    const { points, parts } = priorityOf(inputs);
    expect(parts.map(({ points }) => points)).toEqual([39, 10, 10, 12, 10, -5]);
    expect(points).toBe(76);
    // What is exploited already is 25 whatever EPSS says; the worst of all is 100.
    expect(priorityOf({ ...inputs, severity: 10, exploited: true, assetValue: 5, controls: [] }).points).toBe(100);
  });

  it('is the sum of its parts, from 0 to 100, and no lower for what is worse', () => {
    const any = fc.record({
      severity: fc.double({ min: 0, max: 10, noNaN: true }),
      epss: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      exploited: fc.boolean(),
      exposure: fc.constantFrom('small' as const, 'controlled' as const, 'open' as const),
      assetValue: fc.integer({ min: 1, max: 5 }),
      fixable: fc.boolean(),
      controls: fc.array(fc.constant({ zh: '控制', en: 'control' }), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(any, (one) => {
        const { points, parts } = priorityOf(one);
        expect(parts.reduce((sum, part) => sum + part.points, 0)).toBe(points);
        expect(points).toBeGreaterThanOrEqual(0);
        expect(points).toBeLessThanOrEqual(100);
        expect(priorityOf({ ...one, exploited: true }).points).toBeGreaterThanOrEqual(points);
        expect(priorityOf({ ...one, controls: [] }).points).toBeGreaterThanOrEqual(points);
      }),
    );
  });
});
