import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseConfig } from './load.ts';

const folder = join(import.meta.dirname, '../../../../docs/guides');
/** Guides whose YAML is something else (pipelines, Sigma rules, a playbook), or rests on keys and purposes that their own tests bring. */
const others = new Set([
  'scanner.md',
  'sigma.md',
  'playbooks.md',
  'payment-notifications.md',
  'privacy.md',
  'transport-and-wechat-keys.md',
]);

interface Part {
  apps?: Record<string, unknown>[];
  routes?: unknown;
  inspect?: unknown;
  uploads?: { types?: unknown };
}

/** The whole that an excerpt stands for: guides show the lines that matter, of an app or of one of its routes. */
function whole(excerpt: unknown): object {
  const part = excerpt as Part | unknown[];
  const app = { id: 'portal', audience: ['employee'], upstream: 'http://127.0.0.1:8080' };
  if (Array.isArray(part)) return { apps: [{ ...app, routes: part }] };
  const { routes, ...rest } = part;
  if (routes !== undefined) return { ...rest, apps: [{ ...app, routes }] };
  if (rest.inspect !== undefined || rest.uploads?.types !== undefined)
    return {
      apps: [
        { ...app, routes: [{ match: 'POST /api/files', action: 'file.write', body: { types: ['json', 'multipart'] }, ...rest }] },
      ],
    };
  return { ...rest, ...(rest.apps && { apps: rest.apps.map((one) => ({ ...app, ...one })) }) };
}

describe.each(readdirSync(folder).filter((name) => !others.has(name)))('docs/guides/%s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block);

  it('shows configurations, or parts of one, that are taken', () => {
    for (const block of blocks) {
      const env = Object.fromEntries([...block.matchAll(/\$\{(\w+)\}/g)].map(([, variable]) => [variable, 'x'.repeat(32)]));
      const read = parseConfig(stringify(whole(parse(block))), '/etc/menshen/menshen.yaml', { env, readFile: () => 'x' });
      const problems = read.ok ? [] : read.problems.map((problem) => `${problem.field}: ${problem.en}`);
      expect(problems, block).toEqual([]);
    }
  });
});
