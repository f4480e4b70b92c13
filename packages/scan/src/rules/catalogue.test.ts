import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { detectors } from './detectors.ts';

const rules = [...catalogue.values()];
const hasChinese = /[\u4e00-\u9fff]/;
const source = join(import.meta.dirname, '..');
/** The tests and the cases that tests run. */
const tests = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts') || /[\\/]cases[\\/][^\\/]+\.ts$/.test(path))
  .filter((path) => !path.endsWith('catalogue.test.ts'))
  .map((path) => readFileSync(join(source, path), 'utf8'))
  .join('\n');

describe('every rule of the catalogue', () => {
  it.each(rules.map((rule) => [rule.id, rule] as const))(
    '%s says what it is and how to mend it, in both languages',
    (id, rule) => {
      expect(id).toMatch(/^MP-[A-Z]{3}-\d{3}$/);
      for (const text of [rule.title, rule.description, rule.fix]) {
        expect(text.zh).toMatch(hasChinese);
        expect(text.en.length).toBeGreaterThan(4);
        expect(text.en).not.toMatch(hasChinese);
      }
      expect(rule.cwe.length).toBeGreaterThan(0);
      expect(rule.guide.length + rule.asvs.length).toBeGreaterThan(0);
      for (const chapter of rule.guide) expect(chapter).toMatch(/^(?:P[1-5]|G[12]|M[12]|B[1-6])$/);
      expect(rule.mlps.length).toBeGreaterThan(0);
      expect(rule.score).toBeGreaterThan(0);
      expect(rule.score).toBeLessThanOrEqual(10);
    },
  );

  it.each(rules.map((rule) => [rule.id, rule] as const))('%s shows the same lines wrong and right', (_id, rule) => {
    const examples = Object.values(rule.examples);
    expect(examples.length).toBeGreaterThan(0);
    for (const { bad, good } of examples) {
      expect(bad.trim()).not.toBe('');
      expect(good.trim()).not.toBe('');
      expect(good).not.toBe(bad);
    }
  });

  it.each(rules.map(({ id }) => id))('%s is looked for, and a test expects it', (id) => {
    expect(detectors.filter((detector) => detector.rules.includes(id)).length).toBeGreaterThan(0);
    expect(tests.includes(id), 'no test names this rule').toBe(true);
  });

  it('is all that detectors look for', () => {
    expect(detectors.flatMap((detector) => detector.rules).filter((id) => !catalogue.has(id))).toEqual([]);
    expect(new Set(detectors.map(({ id }) => id)).size).toBe(detectors.length);
  });
});
