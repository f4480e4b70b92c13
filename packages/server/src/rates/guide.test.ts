import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseConfig } from '../config/load.ts';
import { signWeights } from './bots/signs.ts';
import { compileRates } from './model.ts';

const guide = readFileSync(new URL('../../../../docs/guides/rates-and-bots.md', import.meta.url), 'utf8');
const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

it('every configuration of the guide is one, and its limits can be asked', () => {
  expect(blocks).toHaveLength(6);
  for (const text of blocks) {
    const result = parseConfig(text, '/etc/menshen/menshen.yaml', { env: {}, readFile: () => 'secret' });
    expect(result.ok ? [] : result.problems, text).toEqual([]);
    if (!result.ok) continue;
    for (const app of result.config.apps) {
      for (const route of app.routes) {
        const { early, late } = compileRates(app, route);
        expect(early.length + late.length).toBeGreaterThan(0);
      }
    }
  }
});

it('tells the weight of each sign', () => {
  const [, table = ''] = /\| 特征 \| 分数 \|\n\| --- \| --- \|\n((?:\|.*\n)+)/.exec(guide) ?? [];
  const weights = [...table.matchAll(/\| (\d+) \|$/gm)].map((match) => Number(match[1]));
  expect(weights.sort()).toEqual(Object.values(signWeights).sort());
});
