import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attackClass } from '@menshen/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleTexts } from '../../detect/alert-text.ts';
import { assetOf, factsOf, weaknessOf } from '../testing.ts';
import type { Threat } from '../threats/catalogue.ts';
import { threats } from '../threats/catalogue.ts';
import { gradeOfAdvisory, gradeOfCount } from '../threats/frequency.ts';
import { refusalSigns } from '../threats/signs.ts';
import { applyChanges } from '../whatif/apply.ts';
import { compare } from '../whatif/compare.ts';
import { assess } from './assess.ts';
import { effectiveImportance } from './business.ts';
import { cellOf, computeRisk, levelOf, methods, rollUp } from './functions.ts';

const root = methods['root-product'];
const day = 86_400_000;

describe('functions of GB/T 20984-2022', () => {
  it('compute what is worked out by hand: roots of products', () => {
    // Threat: √(3 × 5) = 3.873 → 4. Asset: √(4 × 4) = 4. Likelihood √(4 × 5) = 4.472. Loss √(4 × 4) = 4. Risk 4.472 × 4 = 17.889 → 17.9, level ⌈17.9 / 5⌉ = 4.
    const before = { capability: 3, frequency: 5, harmed: 4, importance: 4, ease: 5, impact: 4 };
    const values = computeRisk(before, root);
    expect(values).toMatchObject({ threat: 4, asset: 4, loss: 4, score: 17.9, level: 4 });
    expect(values.likelihood).toBeCloseTo(4.472, 3);
    expect(cellOf(values)).toEqual({ likelihood: 4, loss: 4 });
    // Likelihood √(4 × 1) = 2, loss √(4 × 3) = 3.464: 6.928 → 6.9, level 2.
    expect(computeRisk({ ...before, ease: 1, impact: 3 }, root)).toMatchObject({ likelihood: 2, score: 6.9, level: 2 });
  });

  it('compute what is looked up by hand: tables', () => {
    // Table, row 3: [2, 2, 3, 4, 4]. Threat (3, 5) = 4. Asset, row 4 (4, 4) = 4. Likelihood, row 4 (4, 5) = 5. Loss (4, 4) = 4. 5 × 4 = 20, level 4.
    expect(computeRisk({ capability: 3, frequency: 5, harmed: 4, importance: 4, ease: 5, impact: 4 }, methods.matrix)).toEqual({
      ...{ threat: 4, asset: 4, likelihood: 5, loss: 4, score: 20, level: 4 },
    });
  });

  it('are worst at 25 and best at 1, whatever the method, and never fall when an input rises', () => {
    const grade = fc.integer({ min: 1, max: 5 });
    const inputs = fc.record({
      capability: grade,
      frequency: grade,
      harmed: grade,
      importance: grade,
      ease: grade,
      impact: grade,
    });
    for (const method of Object.values(methods)) {
      expect(computeRisk({ capability: 5, frequency: 5, harmed: 5, importance: 5, ease: 5, impact: 5 }, method).score).toBe(25);
      expect(computeRisk({ capability: 1, frequency: 1, harmed: 1, importance: 1, ease: 1, impact: 1 }, method).score).toBe(1);
      fc.assert(
        fc.property(inputs, fc.constantFrom('capability', 'frequency', 'harmed', 'importance', 'ease', 'impact'), (one, name) => {
          const higher = { ...one, [name]: Math.min(5, one[name as keyof typeof one] + 1) };
          expect(computeRisk(higher, method).score).toBeGreaterThanOrEqual(computeRisk(one, method).score);
        }),
      );
    }
  });

  it('put the bounds of levels into the lower one', () =>
    expect([1, 5, 5.1, 10, 10.1, 15, 15.1, 20, 20.1, 25].map(levelOf)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]));

  it('roll up to the worst and half a point for each other of its level', () => {
    // Worst 17.9, level 4; 16 and 15.1 are level 4 too, 15 is level 3: 17.9 + 2 × .5 = 18.9.
    expect(rollUp([15, 17.9, 16, 15.1])).toBe(18.9);
    // Two points at most; 25 at most; nothing is 0.
    expect(rollUp([18, 18, 18, 18, 18, 18, 18])).toBe(20);
    expect(rollUp([25, 25])).toBe(25);
    expect(rollUp([])).toBe(0);
  });

  it('raise a business by one grade at most, and not along a chain', () => {
    const one = (id: string, importance: number, ...tiedTo: string[]) => ({
      ...{ id, name: { zh: id, en: id }, importance, owner: '', apps: [], tiedTo },
    });
    // b (2) is tied to a (5): 3. c (2) is tied to b, whose own importance is 2: stays 2. a is tied to b: stays 5.
    const grades = effectiveImportance([one('a', 5, 'b'), one('b', 2, 'a'), one('c', 2, 'b')]);
    expect([...grades]).toEqual([
      ['a', 5],
      ['b', 3],
      ['c', 2],
    ]);
  });

  it('grade what is seen and what is forecast', () => {
    expect([0, 1, 9, 10, 99, 100].map(gradeOfCount)).toEqual([1, 3, 3, 4, 4, 5]);
    const epss = [0.001, 0.01, 0.1, 0.5].map((value) => gradeOfAdvisory({ epss: value, exploited: false }));
    expect([...epss, gradeOfAdvisory({ epss: 0.001, exploited: true })]).toEqual([2, 3, 4, 5, 5]);
  });
});

const insider: Threat = {
  ...{ id: 'insider_export', name: { zh: '导出', en: 'export' }, text: { zh: '', en: '' }, source: 'internal' },
  ...{ capability: 3, frequency: 3, on: ['route'], tags: ['export'], harms: ['confidentiality'] },
  ...{ weaknesses: ['second-factor-missing'], base: { ease: 4, impact: 3 } },
  ...{ prevents: ['second_factor', 'authorization'], protects: ['masking', 'detection'], signals: ['alert:mass_export'] },
};
const routes = [
  assetOf({ id: 'route:portal:GET /export', of: 'app:portal', confidentiality: 4, tags: ['export'] }),
  assetOf({ id: 'route:portal:GET /report', of: 'app:portal', confidentiality: 4, tags: ['export'] }),
];
const system = assetOf({ id: 'app:portal', kind: 'app' });
const seen = { text: { zh: '批量导出', en: 'mass export' }, at: 1_800_000_000_000, path: '/alerts' };
const facts = factsOf({
  assets: [system, ...routes],
  businesses: [{ id: 'hr', name: { zh: '人事', en: 'HR' }, importance: 4, owner: '', apps: ['portal'], tiedTo: [] }],
  weaknesses: routes.map(({ id }) =>
    weaknessOf({ id: `w:${id}`, kind: 'second-factor-missing', source: 'configuration', asset: id, ease: 5, impact: 4 }),
  ),
  // A hundred exports of records beyond the usual, in one month.
  signals: [{ id: 'alert:mass_export', count: 100, asset: null, evidence: seen }],
});

describe('an assessment', () => {
  it('takes the weakness, the signs and the business as worked out by hand, and replays from its inputs', () => {
    const { risks, systems, businesses } = assess(facts, [insider], root);
    // Frequency 100 seen → 5 instead of the usual 3. The same as the first example above: 17.9 for both routes.
    expect(risks).toHaveLength(2);
    for (const risk of risks) {
      expect(risk).toMatchObject({ score: 17.9, level: 4, frequency: { grade: 5, usual: 3, seen: 100, evidence: [seen] } });
      expect(risk.weakness?.kind).toBe('second-factor-missing');
      expect(computeRisk(risk.inputs, root)).toEqual(risk.values);
    }
    // 17.9 and one more of its level: 18.4, for the app and for the business that it carries.
    expect(systems).toMatchObject([{ id: 'app:portal', score: 18.4, level: 4, risks: 2 }]);
    expect(businesses).toMatchObject([{ id: 'hr', score: 18.4, importance: 4, systems: ['app:portal'] }]);
  });

  it('falls from 18 to 7 with a second factor on all export routes, by the same function', () => {
    const change = { kind: 'control', control: 'second_factor', on: true, where: { tag: 'export', app: null } } as const;
    const after = assess(applyChanges(facts, [change]), [insider], root);
    // The weakness is mended; the threat's base is left: ease 4 − 3 = 1, impact 3. Likelihood √(4 × 1) = 2, loss √(4 × 3) = 3.464: 6.9.
    expect(after.risks.map(({ score, weakness }) => [Math.round(score), weakness])).toEqual([
      [7, null],
      [7, null],
    ]);
    const { total, lower, changed } = compare(assess(facts, [insider], root), after);
    expect({ total, lower, first: changed[0]?.difference }).toEqual({
      total: { before: 35.8, after: 13.8 },
      lower: 2,
      first: -11,
    });
    // What is supposed is nobody's evidence: the facts themselves have not changed.
    expect(assess(facts, [insider], root).risks[0]?.score).toBe(17.9);
  });

  it('counts a control only while somebody saw it work, and less when it turns stale', () => {
    const scored = (at: number | null, configured = true): number | undefined =>
      assess(
        { ...facts, controls: [{ control: 'masking', scope: 'app:portal', configured, evidence: [{ ...seen, at }] }] },
        [insider],
        root,
      ).risks[0]?.score;
    // Masking protects by 2: impact 4 → 2, loss √(4 × 2) = 2.828, × 4.472 = 12.649 → 12.6.
    expect(scored(facts.at - 7 * day)).toBe(12.6);
    // Its evidence counts for seven days. One millisecond more is a promise without proof; so is a switch that is off, or a time that has not come.
    expect(scored(facts.at - 7 * day - 1)).toBe(17.9);
    expect(scored(facts.at, false)).toBe(17.9);
    expect(scored(facts.at + 1)).toBe(17.9);
  });

  it('takes one more grade off for a second control, three at most', () => {
    const on = (...names: ('masking' | 'detection')[]) =>
      assess(
        { ...facts, controls: names.map((control) => ({ control, scope: '*', configured: true, evidence: [seen] })) },
        [insider],
        root,
      ).risks[0];
    // Masking 2, detection 1: the strongest and one more: 3. Impact 4 → 1: loss 2, × 4.472 = 8.944 → 8.9.
    expect(on('masking', 'detection')).toMatchObject({ score: 8.9, inputs: { impact: 1 }, bare: { impact: 4 } });
    // Detection alone: impact 3, loss √12 = 3.464, × 4.472 = 15.49 → 15.5.
    expect(on('detection')).toMatchObject({ score: 15.5, inputs: { impact: 3 } });
  });

  it('lets controls buy time for a hole that was found, and no more', () => {
    const hole = weaknessOf({ id: 'sqli', kind: 'second-factor-missing', asset: routes[0]?.id ?? '', ease: 5, impact: 5 });
    const on = (['second_factor', 'authorization', 'masking', 'detection'] as const).map((control) => ({
      ...{ control, scope: '*', configured: true, evidence: [seen] },
    }));
    const found = assess({ ...facts, weaknesses: [hole], controls: on }, [insider], root).risks[0];
    // Three grades stand before it, two count: ease 5 → 3. Three limit what is lost, one counts: impact 5 → 4.
    // Likelihood √(4 × 3) = 3.464, loss √(4 × 4) = 4: 13.856 → 13.9.
    expect(found).toMatchObject({ score: 13.9, inputs: { ease: 3, impact: 4 }, weakness: { id: 'sqli' } });
  });

  it('lets what stands before one route say nothing of another', () => {
    const [first] = routes;
    const { risks } = assess(
      { ...facts, controls: [{ control: 'masking', scope: first?.id ?? '', configured: true, evidence: [seen] }] },
      [insider],
      root,
    );
    expect(risks.map(({ asset, score }) => [asset.id, score])).toEqual([
      ['route:portal:GET /report', 17.9],
      ['route:portal:GET /export', 12.6],
    ]);
  });

  it('weighs a component by what is known of its hole', () => {
    const dependency = assetOf({ id: 'dep', kind: 'dependency', of: 'app:portal' });
    const threat: Threat = { ...insider, id: 'dep', on: ['dependency'], tags: [], weaknesses: ['dependency'], signals: [] };
    const hole = weaknessOf({ id: 'CVE', kind: 'dependency', asset: 'dep', cve: 'CVE-2021-44228', ease: 4, impact: 4 });
    const frequency = (advisories: { cve: string; epss: number | null; exploited: boolean }[]) =>
      assess(factsOf({ assets: [dependency], weaknesses: [hole], advisories }), [threat], root).risks[0]?.inputs.frequency;
    expect(frequency([])).toBe(3);
    expect(frequency([{ cve: 'CVE-2021-44228', epss: 0.2, exploited: false }])).toBe(4);
    expect(frequency([{ cve: 'CVE-2021-44228', epss: 0.2, exploited: true }])).toBe(5);
    expect(frequency([{ cve: 'CVE-2021-0001', epss: 1, exploited: true }])).toBe(3);
  });

  it('is the same for the same facts, whatever their order', () => {
    const shuffled = { ...facts, assets: [...facts.assets].reverse(), weaknesses: [...facts.weaknesses].reverse() };
    expect(JSON.stringify(assess(shuffled, threats, root))).toBe(JSON.stringify(assess(facts, threats, root)));
  });
});

describe('the catalogue', () => {
  it('waits only for signs that something can give', () => {
    const known = new Set([
      ...attackClass.options.map((name) => `attack:${name}`),
      ...Object.keys(ruleTexts).map((rule) => `alert:${rule}`),
      ...refusalSigns.map((code) => `refused:${code}`),
      ...['login:refused', 'guard:refused', 'release:drift'],
    ]);
    expect(threats.flatMap(({ signals }) => signals).filter((id) => !known.has(id))).toEqual([]);
  });

  it('has for every weakness that is checked a threat that uses it', () => {
    const source = ['route', 'code', 'operation']
      .map((name) => readFileSync(join(import.meta.dirname, `../vulnerabilities/${name}-checks.ts`), 'utf8'))
      .join('');
    const kinds = [...source.matchAll(/kind: '([a-z-]+)'/g)].map(([, kind]) => kind ?? '');
    const used = new Set(threats.flatMap(({ weaknesses }) => weaknesses));
    expect(kinds.length).toBeGreaterThan(20);
    expect(kinds.filter((kind) => !used.has(kind))).toEqual([]);
  });

  it('has threats with distinct ids, texts in both languages, and something that stands against or shows each', () => {
    expect(new Set(threats.map(({ id }) => id)).size).toBe(threats.length);
    for (const { id, name, text, prevents, protects } of threats) {
      expect(
        [name.zh, name.en, text.zh, text.en].every((words) => words.length > 3),
        id,
      ).toBe(true);
      expect(prevents.length + protects.length, id).toBeGreaterThan(0);
    }
  });
});
