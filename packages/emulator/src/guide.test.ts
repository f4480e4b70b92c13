import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCompanyFile } from './company/parse.ts';
import { company, createBench } from './testing/emulated-company.ts';

const guide = readFileSync(new URL('../../../docs/guides/emulator.md', import.meta.url), 'utf8');

function blocks(language: string): string[] {
  return [...guide.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map((match) => match[1] ?? '');
}

describe('docs/guides/emulator.md', () => {
  it('shows a company file that is one', () => {
    const [example] = blocks('json');
    expect(parseCompanyFile(JSON.parse(example ?? '')).users).toHaveLength(2);
  });

  it('names every path of the admin API', async () => {
    const bench = createBench({ people: company });
    const section = guide.slice(guide.indexOf('## 管理接口'), guide.indexOf('## 示例'));
    const named = [...section.matchAll(/`(?:GET|POST) ([a-z\-/]+)/g)].map((match) => match[1]);
    for (const path of new Set(named)) expect([path, (await bench.get(`/_emulator/${path}`)).status]).not.toEqual([path, 404]);
    const source = ['phone', 'company', 'push', 'control'].map((name) =>
      readFileSync(new URL(`./admin/${name}-api.ts`, import.meta.url), 'utf8'),
    );
    const spoken = [...source.join('').matchAll(/adminRoute\(\s*'(?:GET|POST)',\s*'([a-z\-/]+)'/g)].map((match) => match[1]);
    expect(spoken.length).toBeGreaterThan(20);
    expect(new Set(named)).toEqual(new Set(spoken));
  });
});
