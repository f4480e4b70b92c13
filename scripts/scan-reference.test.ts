import { readFileSync } from 'node:fs';
import { catalogue } from '@menshen/scan';
import { describe, expect, it } from 'vitest';
import { scanReference, scanReferenceFile } from './scan-reference.ts';

describe('docs/reference/scan-rules.md', () => {
  it('is generated from the catalogue as it is', () => expect(readFileSync(scanReferenceFile, 'utf8')).toBe(scanReference()));

  it.each([...catalogue.values()].map((rule) => [rule.id, rule] as const))(
    '%s stands once, with reason, remedy and example in both languages',
    (id, rule) => {
      expect(scanReference().split(`### ${id}\n`)).toHaveLength(2);
      for (const text of [rule.title, rule.description, rule.fix]) {
        expect(text.zh).toMatch(/\p{Script=Han}/u);
        expect(text.en).not.toMatch(/\p{Script=Han}/u);
      }
      expect(id).toMatch(/^MP-[A-Z]{3}-\d{3}$/);
      expect(Object.keys(rule.examples).length).toBeGreaterThan(0);
      expect([rule.cwe.length, rule.guide.length, rule.mlps.length].every((count) => count > 0)).toBe(true);
    },
  );
});
