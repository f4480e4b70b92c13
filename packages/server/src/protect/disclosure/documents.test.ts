import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maskFormats, routeSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { maskValue } from './formats.ts';
import { compileDisclosure } from './rules.ts';

const documentOf = (...path: string[]): string =>
  readFileSync(join(import.meta.dirname, '..', '..', '..', '..', '..', 'docs', ...path), 'utf8');

describe('what the documents say of masks and leaks', () => {
  it('the reference shows each form as it is', () => {
    const rows = [...documentOf('reference', 'masking.md').matchAll(/^\| `([a-z_]+)` \|.*\| `([^`]+)` \| `([^`]+)` \|$/gm)];
    for (const [, format = '', value = '', shown] of rows) {
      expect([format, value, maskValue(value, z.enum(maskFormats).parse(format))]).toEqual([format, value, shown]);
    }
    expect(new Set(rows.map(([, format]) => format))).toEqual(new Set(maskFormats));
  });

  it('the guide’s examples are a configuration, and its defaults are those in force', () => {
    const guide = documentOf('guides', 'data-protection.md');
    const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
    const routes = blocks.flatMap((text) => z.object({ routes: z.array(z.unknown()) }).parse(parse(text)).routes);
    const [people, orders, cards] = routes.map((route) => routeSchema.parse(route));
    expect(people?.mask?.map(({ field, as }) => [field, as])).toEqual([
      ['name', 'name'],
      ['mobile', 'phone'],
    ]);
    expect(orders?.disclosure?.bulk).toEqual({ factor: 5, learningDays: 7, least: 50 });
    expect(cards?.seal).toBe('required');

    const rules = compileDisclosure([], []);
    const rows = [...guide.matchAll(/^\| ((?:`[a-z_]+` ?)+)\| `(pass|alert|withhold)` \|$/gm)];
    const said = rows.flatMap(([, names = '', word]) => [...names.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => [name, word]));
    expect(Object.fromEntries(said)).toEqual({ ...rules.personal, ...rules.inner });
    expect(guide).toContain(`| \`${rules.most}\` / \`${rules.onMost}\` |`);
    const { factor, learningDays, least } = rules.bulk;
    expect(guide).toContain(`| \`bulk\` | \`factor: ${factor}\`, \`learningDays: ${learningDays}\`, \`least: ${least}\` |`);
  });
});
