import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config/load.ts';
import { scanProblems } from '../config/scans.ts';
import { probeRuleIds } from './probe/rules.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guides/findings.md'), 'utf8');
const read = (yaml: string) => parseConfig(yaml, '/etc/menshen.yaml', { env: {}, readFile: () => '' });

describe('the guide to findings', () => {
  it('shows configurations that work', () => {
    const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
    expect(blocks).toHaveLength(2);
    for (const yaml of blocks) {
      const config = read(yaml);
      expect(config.ok ? [] : config.problems).toEqual([]);
    }
  });

  it('names every rule of the probe', () => {
    for (const id of probeRuleIds) expect(guide).toMatch(new RegExp(`${id}|· ${id.slice(-3)}\\b`));
  });
});

describe('the configuration of scans', () => {
  it.each([
    ['a folder outside its root', 'scans: { root: /srv, sources: [{ app: a, project: p, folder: ../etc }] }'],
    ['a folder that is absolute', 'scans: { root: /srv, sources: [{ app: a, project: p, folder: /etc }] }'],
    ['sources without a root', 'scans: { sources: [{ app: a, project: p, folder: p }] }'],
    [
      'one project twice',
      'scans: { root: /srv, sources: [{ app: a, project: p, folder: p }, { app: a, project: p, folder: q }] }',
    ],
    ['staging with a path', 'scans: { staging: [{ url: "https://staging.example.com/api" }] }'],
    ['staging with a user', 'scans: { staging: [{ url: "https://a:b@staging.example.com" }] }'],
    ['staging of another scheme', 'scans: { staging: [{ url: "ftp://staging.example.com" }] }'],
  ])('refuses %s', (_name, yaml) => {
    expect(read(yaml).ok).toBe(false);
  });

  it('refuses apps that are not there, and ranges that are none', () => {
    const config = configSchema.parse({
      apps: [{ id: 'portal', audience: ['employee'], basePath: '/portal', upstream: 'http://127.0.0.1:1' }],
      scans: {
        root: '/srv',
        sources: [
          { app: 'portal', project: 'p', folder: 'p' },
          { app: 'nothing', project: 'p', folder: 'p' },
        ],
        staging: [
          { url: 'https://a.example', app: 'gone', addresses: ['999.1.1.1'] },
          { url: 'https://b.example', addresses: ['10.0.0.0/8'] },
        ],
      },
    });
    expect(scanProblems(config).map(({ field }) => field)).toEqual([
      'scans.sources.1.app',
      'scans.staging.0.app',
      'scans.staging.0.addresses',
    ]);
  });
});
