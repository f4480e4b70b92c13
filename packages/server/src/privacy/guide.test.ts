import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configSchema, isErrorCode } from '@menshen/contract';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { consentProblems } from '../config/consent.ts';

const guide = readFileSync(fileURLToPath(new URL('../../../../docs/guides/privacy.md', import.meta.url)), 'utf8');
const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) =>
  parse(text.replaceAll('${SUBJECT_DATA_SECRET}', 'x'.repeat(16))),
);

it('shows configuration that loads', () => {
  expect(blocks).toHaveLength(3);
  const merged = Object.assign({}, ...blocks) as {
    routes: unknown[];
    apps: Record<string, unknown>[];
    privacy: unknown;
    retention: unknown;
  };
  const { routes, privacy, retention, apps } = merged;
  const app = {
    ...apps[0],
    hosts: ['portal.example.com'],
    audience: ['customer'],
    upstream: 'https://backend.example.com',
    routes,
  };
  const config = configSchema.parse({ privacy, retention, apps: [app] });
  expect(consentProblems(config)).toEqual([]);
  expect(config.retention).toEqual(configSchema.parse({}).retention);
  const { days, warnDays, extensionDays, exportDays } = config.privacy.requests;
  expect({ days, warnDays, extensionDays, exportDays }).toMatchObject(
    (({ days: a, warnDays: b, extensionDays: c, exportDays: d }) => ({ days: a, warnDays: b, extensionDays: c, exportDays: d }))(
      configSchema.parse({}).privacy.requests,
    ),
  );
});

it('names refusals that there are', () => {
  for (const code of ['consent_required', 'purpose_outdated']) {
    expect(guide).toContain(`\`${code}\``);
    expect(isErrorCode(code)).toBe(true);
  }
});

it('refuses a route whose consent nobody could give', () => {
  const problemsOf = (route: object, purpose: object = {}) =>
    consentProblems(
      configSchema.parse({
        privacy: { purposes: [{ ...(blocks[0] as { privacy: { purposes: object[] } }).privacy.purposes[0], ...purpose }] },
        apps: [
          { id: 'portal', audience: ['customer'], upstream: 'https://b.example.com', routes: [{ match: 'GET /x', ...route }] },
        ],
      }),
    ).map(({ en }) => en);
  expect(problemsOf({ consent: ['membership'] })).toEqual([]);
  expect(problemsOf({ consent: ['nothing'] })[0]).toContain('declares no');
  expect(problemsOf({ consent: ['membership'], auth: 'none' })[0]).toContain('nobody who could consent');
  expect(problemsOf({ consent: ['membership'] }, { apps: ['coupon'] })[0]).toContain('not of this app');
});
