import { readFileSync } from 'node:fs';
import { errorCatalogue, measureKindIds } from '@menshen/contract';
import { expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';

const guide = readFileSync(new URL('../../../../../docs/guides/containment.md', import.meta.url), 'utf8');
const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

it('every configuration of the guide is one', () => {
  expect(blocks).toHaveLength(2);
  const env = { WECOM_SECRET: 'x'.repeat(43), WECHAT_SECRET: 'x'.repeat(32) };
  for (const text of blocks) {
    const result = parseConfig(text, '/etc/menshen/menshen.yaml', { env, readFile: () => 'key' });
    expect(result.ok ? [] : result.problems, text).toEqual([]);
  }
});

it('names every kind of measure, and only codes that there are', () => {
  const rows = [...guide.matchAll(/^\| `(\w+)` \|.*$/gm)].map(([row, kind = '']) => ({ row, kind }));
  expect(rows.map(({ kind }) => kind).sort()).toEqual([...measureKindIds].sort());
  const codes = rows.flatMap(({ row }) => [...(row.split('|')[3] ?? '').matchAll(/`(\w+)`/g)].map(([, code = '']) => code));
  expect(codes.filter((code) => !Object.hasOwn(errorCatalogue, code))).toEqual([]);
  expect(codes).toContain('app_stopped');
});
