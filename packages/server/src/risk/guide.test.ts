import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseConfig } from '../config/load.ts';
import { computeRisk, methods } from './method/functions.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guides/risk.md'), 'utf8');

it('the guide to risk shows a configuration that works and an example that computes', () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
  const read = parseConfig(yaml, '/etc/menshen.yaml', { env: {}, readFile: () => '' });
  expect(read.ok && read.config.risk.method).toBe('matrix');
  const before = { capability: 3, frequency: 5, harmed: 4, importance: 4, ease: 5, impact: 4 };
  const scores = [before, { ...before, ease: 1, impact: 3 }].map((inputs) => computeRisk(inputs, methods['root-product']).score);
  expect(scores).toEqual([17.9, 6.9]);
  for (const score of scores) expect(guide).toContain(String(score));
});
