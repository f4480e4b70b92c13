import { Cvss3P1, Cvss4P0 } from 'ae-cvss-calculator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundUp, scoreCvss31 } from './cvss31.ts';
import { scoreCvss40 } from './cvss40.ts';
import { macroVectorScores } from './cvss40-scores.ts';
import { VectorError } from './vector.ts';

/** A metric with a value, or left out where that is allowed. */
const metric = (name: string, values: string, mandatory: boolean): fc.Arbitrary<string> =>
  mandatory
    ? fc.constantFrom(...values.split(' ')).map((value) => `${name}:${value}`)
    : fc
        .option(fc.constantFrom(...values.split(' ')), { nil: null, freq: 2 })
        .map((value) => (value === null ? '' : `${name}:${value}`));

const vectors = (prefix: string, mandatory: Record<string, string>, optional: Record<string, string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      ...Object.entries(mandatory).map(([name, values]) => metric(name, values, true)),
      ...Object.entries(optional).map(([name, values]) => metric(name, values, false)),
    )
    .map((parts) => `${prefix}${parts.filter((part) => part !== '').join('/')}`);

const base31 = { AV: 'N A L P', AC: 'L H', PR: 'N L H', UI: 'N R', S: 'U C', C: 'H L N', I: 'H L N', A: 'H L N' };
const more31 = {
  ...{ E: 'X U P F H', RL: 'X O T W U', RC: 'X U R C', CR: 'X L M H', IR: 'X L M H', AR: 'X L M H' },
  ...{ MAV: 'X N A L P', MAC: 'X L H', MPR: 'X N L H', MUI: 'X N R', MS: 'X U C', MC: 'X H L N', MI: 'X H L N', MA: 'X H L N' },
};
const base40 = {
  ...{ AV: 'N A L P', AC: 'L H', AT: 'N P', PR: 'N L H', UI: 'N P A' },
  ...{ VC: 'H L N', VI: 'H L N', VA: 'H L N', SC: 'H L N', SI: 'H L N', SA: 'H L N' },
};
const more40 = {
  ...{ E: 'X A P U', CR: 'X H M L', IR: 'X H M L', AR: 'X H M L', MAV: 'X N A L P', MAC: 'X L H', MAT: 'X N P', MPR: 'X N L H' },
  ...{ MUI: 'X N P A', MVC: 'X H L N', MVI: 'X H L N', MVA: 'X H L N', MSC: 'X H L N', MSI: 'X S H L N', MSA: 'X S H L N' },
};
/** The same vectors on every machine. The other calculator takes 3 ms for a vector of 4.0. */
const runs = (numRuns: number) => ({ numRuns, seed: 20_984 });

describe('CVSS 3.1', () => {
  // Examples of FIRST's "CVSS v3.1 examples", and of advisories that everybody knows.
  it.each([
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10], // CVE-2021-44228 Log4Shell
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', 7.5], // CVE-2014-0160 Heartbleed
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8], // CVE-2014-6271 Shellshock
    ['CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N', 3.1], // CVE-2014-3566 POODLE
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1], // CVE-2013-1937 phpMyAdmin XSS
    ['CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N', 6.4], // CVE-2013-0375 MySQL
    ['CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H', 7.8], // CVE-2009-0658 Acrobat
    ['CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0],
  ])('%s', (vector, score) => expect(scoreCvss31(vector).base).toBe(score));

  it('computes temporal and environmental scores as worked out by hand', () => {
    // Base 9.8. Temporal: 9.8 × E:P 0.94 × RL:O 0.95 × RC:C 1 = 8.7514 → 8.8.
    const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O/RC:C';
    expect(scoreCvss31(vector)).toMatchObject({ base: 9.8, temporal: 8.8, environmental: 8.8, score: 8.8, severity: 'high' });
    // CR:L makes MISS = 1 − (1 − .28)(1 − .56)(1 − .56) = .860608; impact 6.42 × .860608 = 5.5251; MPR:H: 8.22 × .85 × .77 × .27 × .85 = 1.23473;
    // 6.75984 → 6.8; × 0.94 × 0.95 = 6.0724 → 6.1.
    expect(scoreCvss31(`${vector}/CR:L/MPR:H`)).toMatchObject({ base: 9.8, environmental: 6.1, score: 6.1, severity: 'medium' });
  });

  it('rounds up on integers, as appendix A of the specification shows', () => {
    expect([roundUp(4.02), roundUp(4), roundUp(4.000_02), roundUp(8.6 * 0.95)]).toEqual([4.1, 4, 4.1, 8.2]);
    // 0.1 + 0.2 is 0.30000000000000004 in binary and 0.3 in truth.
    expect(roundUp(0.1 + 0.2)).toBe(0.3);
  });

  it('agrees with an independent calculator on thousands of vectors', () => {
    fc.assert(
      fc.property(vectors('CVSS:3.1/', base31, more31), (vector) => {
        const ours = scoreCvss31(vector);
        const theirs = new Cvss3P1(vector).calculateScores();
        expect(ours.base, vector).toBe(theirs.base);
        if (theirs.temporal !== undefined) expect(ours.temporal, vector).toBe(theirs.temporal);
        if (theirs.environmental !== undefined) expect(ours.environmental, vector).toBe(theirs.environmental);
        expect(ours.score, vector).toBe(theirs.overall);
      }),
      runs(5_000),
    );
  });
});

describe('CVSS 4.0', () => {
  // FIRST's "CVSS v4.0 examples".
  it.each([
    ['CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 7.7], // CVE-2021-44714
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H', 10], // CVE-2021-44228
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N', 8.7], // CVE-2014-0160
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 9.3], // CVE-2014-6271
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N', 0],
    ['CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:P', 5.9],
    ['CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:U', 4.1],
  ])('%s', (vector, score) => expect(scoreCvss40(vector).score).toBe(score));

  it('interpolates as worked out by hand', () => {
    // AV:N/PR:N/UI:N: EQ1 0. AC:L/AT:N: EQ2 0. VC:H alone: EQ3 1; CR:X counts as H: EQ6 0. EQ4 2, E:X counts as A: EQ5 0. MacroVector 001200: 8.8.
    // Lower ones: 101200, 011200 (8.4), 001201 (8.0, for EQ3 and EQ6 together), 001210 (7.8); below EQ4 2 there is none: 4 of them.
    // The worst vector of EQ3 1, EQ6 0 that is not milder is VC:H/VI:L/VA:H: VI is 1 step below it, VA 2: 3 of 8 steps of (8.8 − 8.0): .3. No other way
    // is gone. .3 / 4 = .075; 8.8 − .075 = 8.725 → 8.7.
    const { score, macroVector } = scoreCvss40('CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N');
    expect([macroVector, score]).toEqual(['001200', 8.7]);
  });

  it('names what a score takes into account', () => {
    const base = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N';
    expect(scoreCvss40(base).nomenclature).toBe('CVSS-B');
    expect(scoreCvss40(`${base}/E:U`).nomenclature).toBe('CVSS-BT');
    expect(scoreCvss40(`${base}/CR:L`).nomenclature).toBe('CVSS-BE');
    expect(scoreCvss40(`${base}/E:P/MAV:L`).nomenclature).toBe('CVSS-BTE');
  });

  it('has all 270 MacroVectors, and none that is worse for being milder', () => {
    const rows = Object.entries(macroVectorScores);
    expect(rows.flatMap(([, row]) => row)).toHaveLength(270);
    for (const [key, row] of rows)
      row.forEach((score, at) => {
        if (at % 3 < 2) expect(row[at + 1], key).toBeLessThanOrEqual(score);
        if (at < 6) expect(row[at + 3], key).toBeLessThanOrEqual(score);
      });
  });

  it('agrees with an independent calculator on thousands of vectors', () => {
    fc.assert(
      fc.property(vectors('CVSS:4.0/', base40, more40), (vector) => {
        const theirs = new Cvss4P0(vector);
        const ours = scoreCvss40(vector);
        expect(ours.score, vector).toBe(theirs.calculateScores().overall);
        expect(ours.nomenclature, vector).toBe(theirs.getNomenclature());
      }),
      runs(2_000),
    );
  });
});

describe('what is no vector', () => {
  const good = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N';
  it.each([
    ['', 'prefix'],
    ['CVSS:3.0/AV:N', 'prefix'],
    [`${good}/E:A/E:A`, 'twice'],
    [`${good}/E:Z`, 'value'],
    [`${good}/__proto__:A`, 'metric'],
    [`${good}/`, 'form'],
    [`${good}/E:A:B`, 'form'],
    [good.replace('/SA:N', ''), 'missing'],
    [good.replace('AV:N/AC:L', 'AC:L/AV:N'), 'order'],
    [`CVSS:4.0/${'E:A/'.repeat(1_000)}`, 'prefix'],
  ])('%s is refused: %s', (vector, problem) => {
    expect(() => scoreCvss40(vector)).toThrow(expect.objectContaining({ problem }));
    expect(() => scoreCvss31(vector)).toThrow(VectorError);
  });
});
