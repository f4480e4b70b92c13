import { type AppConfig, appSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { createCensus } from '../../release/app-versions/census.ts';
import { VersionSnapshot } from '../../release/app-versions/snapshot.ts';
import { readClientVersion } from '../app-version.ts';
import type { RequestContext } from '../context.ts';
import { Metrics } from '../metrics.ts';
import type { CompiledApp, Runtime } from '../runtime.ts';
import { createCheckVersion } from './check-version.ts';

const appid = 'wx0123456789abcdef';
const referer = (version: string, of = appid): string => `https://servicewechat.com/${of}/${version}/page-frame.html`;
const hour = 3_600_000;

/** An app whose release 1.4.2 is WeChat's number 41, 1.4.1 its number 40 and revoked, 1.4.3 registered and not yet numbered. */
function gate(versions: Partial<AppConfig['versions']>, route: 'any' | 'registered' | 'signed' | undefined = undefined) {
  const config = appSchema.parse({
    ...{ id: 'portal', basePath: '/portal', audience: ['employee'], upstream: 'http://127.0.0.1:1' },
    wechat: { appid, secret: 's' },
    versions,
  });
  const app = { id: 'portal', config } as unknown as CompiledApp;
  const snapshot = new VersionSnapshot(
    [
      { app: 'portal', version: '1.4.1', state: 'revoked' },
      { app: 'portal', version: '1.4.2', state: 'registered' },
      { app: 'portal', version: '1.4.3', state: 'registered' },
      { app: 'other', version: '9', state: 'registered' },
    ],
    [
      { app: 'portal', number: 40, version: '1.4.1', by: 'a', at: 0 },
      { app: 'portal', number: 41, version: '1.4.2', by: 'a', at: 0 },
    ],
  );
  const census = createCensus();
  const check = createCheckVersion({
    runtime: () => ({ apps: new Map([['portal', app]]) }) as unknown as Runtime,
    versions: { snapshot: () => snapshot, census },
    metrics: new Metrics(),
  });
  const context = (given: {
    readonly referer?: string;
    readonly session?: { readonly build: string | null; readonly sealed: boolean };
    readonly payment?: boolean;
  }): RequestContext => {
    const { session } = given;
    return {
      app,
      route: { versions: route ?? config.versions.accept, payment: given.payment === true ? {} : null },
      request: {
        headers: {
          ...(given.referer === undefined ? {} : { referer: given.referer }),
          ...(session === undefined ? {} : { authorization: 'Bearer mst1.x' }),
        },
      },
      session:
        session === undefined ? null : { build: session.build, binding: session.sealed ? {} : null, person: { uid: 'zhang' } },
      arrived: 10 * hour,
    } as unknown as RequestContext;
  };
  const decide = (given: Parameters<typeof context>[0]) => {
    const made = context(given);
    return check.onRoute(made) ?? check.onSession(made);
  };
  return { decide, check, census, context };
}

describe('the Referer of a mini program', () => {
  it.each([
    [referer('41'), { appid, version: '41' }],
    [referer('devtools'), { appid, version: 'devtools' }],
    [undefined, null],
    ['', null],
    [`${referer('41')}?x`, null],
    [`x${referer('41')}`, null],
    [`https://servicewechat.com.evil.example/${appid}/41/page-frame.html`, null],
    [`http://servicewechat.com/${appid}/41/page-frame.html`, null],
    [referer('41/../42'), null],
    [referer('-1'), null],
    [referer('9'.repeat(200)), null],
  ])('%j is read as %j', (text, expected) => {
    expect(readClientVersion(text)).toEqual(expected);
    expect(readClientVersion(text)).toEqual(expected);
  });
});

describe('registered', () => {
  const { decide } = gate({ accept: 'registered', mode: 'enforce' });

  it('lets in the number of a registered release, and a manifest that is named by its number', () => {
    expect(decide({ referer: referer('41') })).toBeUndefined();
  });

  it.each([
    ['a request of no mini program', undefined, 'no referer of a mini program'],
    ['another mini program', referer('41', 'wxffffffffffffffff'), 'another appid'],
    ['an old version', referer('12'), 'version unknown'],
    ['a revoked release', referer('40'), 'version revoked'],
    ['a trial version', referer('0'), 'trial version'],
    ['the developer tools', referer('devtools'), 'trial version'],
    ['the number of another app', referer('9'), 'version unknown'],
  ])('refuses %s', (_what, given, where) => {
    expect(decide(given === undefined ? {} : { referer: given })).toEqual({ code: 'app_version_refused', where, hard: true });
  });

  it('is passed by who forges the Referer: it keeps honest people from old packages, and nobody else', () => {
    expect(decide({ referer: referer('41'), session: { build: '1.0.0', sealed: true } })).toBeUndefined();
  });

  it('takes notifications of WeChat Pay, which come from no mini program', () => {
    expect(decide({ payment: true })).toBeUndefined();
  });

  it('lets reviewers in where the app says so', () => {
    expect(gate({ accept: 'registered', mode: 'enforce', trial: true }).decide({ referer: referer('0') })).toBeUndefined();
  });
});

describe('signed', () => {
  const { decide, check } = gate({ accept: 'signed', mode: 'enforce' });
  const said = (given: Parameters<typeof decide>[0]) => decide(given)?.where;

  it('lets in who has said in a sealed login that it is a registered release', () => {
    expect(decide({ session: { build: '1.4.2', sealed: true } })).toBeUndefined();
    // Its number is not known yet, which is nobody's fault.
    expect(decide({ referer: referer('42'), session: { build: '1.4.3', sealed: true } })).toBeUndefined();
  });

  it('refuses what a Referer alone would open', () => {
    expect(said({ referer: referer('41'), session: { build: null, sealed: true } })).toBe('no signed build');
    expect(said({ referer: referer('41'), session: { build: '1.4.2', sealed: false } })).toBe('no signed build');
    expect(said({ referer: referer('41'), session: { build: '1.4.1', sealed: true } })).toBe('build revoked');
    expect(said({ referer: referer('41'), session: { build: '1.3.0', sealed: true } })).toBe('build unknown');
  });

  it('refuses where the Referer and the login name different releases', () => {
    expect(said({ referer: referer('40'), session: { build: '1.4.2', sealed: true } })).toBe('referer and build differ');
  });

  it('judges who has no session by the Referer', () => {
    expect(decide({ referer: referer('41') })).toBeUndefined();
    expect(said({})).toBe('no referer of a mini program');
  });

  it('opens no session in clear, and none for a build that is not registered', () => {
    const request = { headers: { referer: referer('41') } };
    expect(() => check.assertLogin('portal', request, '1.4.2', true)).not.toThrow();
    for (const [build, sealed] of [
      ['1.4.2', false],
      ['1.4.1', true],
      [null, true],
    ] as const)
      expect(() => check.assertLogin('portal', request, build, sealed)).toThrow(
        expect.objectContaining({ code: 'app_version_refused' }),
      );
  });
});

it('only notes in monitor mode, at logins too, and not at all where any version may ask', () => {
  const { decide, check } = gate({ accept: 'registered' });
  expect(decide({})).toMatchObject({ code: 'app_version_refused', soft: true });
  expect(() => check.assertLogin('portal', { headers: {} }, null, false)).not.toThrow();
  expect(gate({}).decide({})).toBeUndefined();
});

it('follows the route where it says something else than its app', () => {
  expect(gate({ accept: 'signed', mode: 'enforce' }, 'any').decide({})).toBeUndefined();
  expect(gate({ mode: 'enforce' }, 'registered').decide({})).toMatchObject({ hard: true });
});

describe('the census of versions', () => {
  it('counts requests and people of the last hour, and is not filled by made-up versions', () => {
    const { check, census, context } = gate({});
    check.note(context({ referer: referer('41'), session: { build: null, sealed: false } }));
    check.note(context({ referer: referer('41') }));
    check.note(context({ referer: referer('41', 'wxffffffffffffffff') }));
    const now = 10 * hour;
    for (let made = 100; made < 400; made += 1) census.note('portal', String(made), null, now);
    const seen = census.seen('portal', now - hour);
    expect(seen[0]).toEqual({ version: '41', requests: 2, persons: 1, last: now });
    expect(seen.length).toBeLessThanOrEqual(50);
    expect(census.seen('portal', now + 1)).toEqual([]);
    // What has gone makes room.
    census.note('portal', '42', null, now + 2 * hour);
    expect(census.seen('portal', now + hour)).toMatchObject([{ version: '42', requests: 1 }]);
  });
});
