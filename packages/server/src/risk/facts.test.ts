import { demoConfig } from '@menshen/demo';
import { describe, expect, it } from 'vitest';
import { factsFrom } from './facts.ts';
import { assess } from './method/assess.ts';
import { methods } from './method/functions.ts';
import { facts as factsSchema } from './model.ts';
import type { Seen } from './seen.ts';
import { seenOf } from './testing-seen.ts';
import { threats } from './threats/catalogue.ts';
import { kindOf } from './vulnerabilities/findings.ts';

const day = 86_400_000;
const shop = (routes: object[], more: object = {}) => [
  {
    ...{ id: 'shop', basePath: '/shop', audience: ['customer' as const], upstream: 'http://10.0.0.8:8080' },
    wechat: { appid: 'wx0123456789abcdef', secret: 'not-a-secret-0123' },
    ...{ routes: routes as never, ...more },
  },
];
const told = { businesses: [], owners: new Map(), advisories: [] };
const factsOf = (seen: Seen) => factsFrom(seen, told);
const kindsAt = (seen: Seen, asset: string): string[] =>
  factsOf(seen)
    .weaknesses.filter((one) => one.asset === asset)
    .map(({ kind }) => kind)
    .sort();
const phone = {
  ...{ app: 'shop', route: 'GET /orders/:id', field: 'data.phone', kind: 'phone' as const, level: 3, shown: 10 },
  ...{ lastShown: 1_799_999_000_000, last: 1_799_999_000_000 },
};
const orders = 'route:shop:GET /orders/:id';

describe('the demonstration company', () => {
  it('has more than a hundred computed risks before anything happened, each with its way to a page', () => {
    const { apps = [] } = demoConfig({
      ...{ ports: { gateway: 8443, console: 8480 }, dataDir: '.menshen' },
      ...{ emulatorUrl: 'http://127.0.0.1:8481', backendUrl: 'http://127.0.0.1:8482' },
    });
    const { risks } = assess(factsOf(seenOf(apps)), threats, methods['root-product']);
    expect(risks.length).toBeGreaterThan(100);
    expect(new Set(risks.map(({ threat }) => threat.id)).size).toBeGreaterThan(25);
    for (const { asset, weaknesses } of risks)
      expect(
        [asset.path, ...weaknesses.flatMap(({ evidence }) => evidence.map(({ path }) => path))].every((path) =>
          path.startsWith('/'),
        ),
      ).toBe(true);
  });
});

describe('assets', () => {
  it('are found in the configuration and in what was seen, with values that follow from what they hold', () => {
    const seen = seenOf(
      shop([
        { match: 'GET /orders/:id', action: 'o.read' },
        { match: 'POST /pay', action: 'o.pay' },
      ]),
      {
        fields: [phone],
        unnamedHosts: ['api.example.com'],
      },
    );
    const { assets, businesses } = factsOf(seen);
    const byId = new Map(assets.map((asset) => [asset.id, asset]));
    expect([...new Set(assets.map(({ kind }) => kind))].sort()).toEqual(
      ['app', 'backend', 'data', 'key', 'node', 'people', 'platform', 'route', 'third_party', 'version'].sort(),
    );
    // A phone number is of level 3: the route that shows it, and the data itself, are worth 4 in confidence.
    expect(byId.get(orders)).toMatchObject({ confidentiality: 4, tags: ['read', 'signed-in', 'object', 'personal'] });
    expect(byId.get('data:shop:phone')).toMatchObject({ confidentiality: 4, of: 'app:shop' });
    expect(byId.get('route:shop:POST /pay')).toMatchObject({ integrity: 5, availability: 4 });
    // Nobody has told of a business: the app makes one of average importance.
    expect(businesses).toEqual([expect.objectContaining({ id: 'app:shop', importance: 3, apps: ['shop'] })]);
    expect(factsSchema.parse(factsOf(seen))).toEqual(factsOf(seen));
  });

  it('take owners by their id', () => {
    const { assets } = factsFrom(seenOf(shop([])), { ...told, owners: new Map([['app:shop', 'zhang']]) });
    expect(assets.find(({ id }) => id === 'app:shop')?.owner).toBe('zhang');
  });
});

describe('checks of the running configuration', () => {
  it('name what a route with personal data lacks, and nothing where it is there', () => {
    const bare = seenOf(shop([{ match: 'GET /orders/:id', action: 'o.read' }]), { fields: [phone] });
    expect(kindsAt(bare, orders)).toEqual(['mask-missing', 'rate-limit-missing', 'second-factor-missing', 'signing-optional']);
    const careful = {
      ...{ match: 'GET /orders/:id', action: 'o.read', auth: 'mfa', mask: [{ field: 'data.phone', as: 'phone' }] },
      limit: { per: 'person', requests: 30, windowSeconds: 60 },
    };
    expect(kindsAt(seenOf(shop([careful], { requestSigning: { mode: 'required' } }), { fields: [phone] }), orders)).toEqual([]);
  });

  it('name a write without login or schema, and a route that only watches', () => {
    const seen = seenOf(shop([{ match: 'POST /notes', auth: 'none' }]));
    const watched = {
      ...seen,
      apps: seen.apps.map((app) => ({
        ...app,
        routes: app.routes.map((one) => ({ ...one, enforcing: false, inspecting: false })),
      })),
    };
    expect(kindsAt(watched, 'route:shop:POST /notes')).toEqual(
      ['auth-missing', 'inspection-off', 'monitor-mode', 'rate-limit-missing', 'schema-missing'].sort(),
    );
  });

  it('name administrators without a second factor, unused accounts, one with all powers, and broad tokens', () => {
    const one = { id: 'a', powers: 3, active: true, created: 0, lastLogin: null, factor: false };
    const token = { id: 't', scopes: ['guard'], writes: true, anywhere: true, expires: 1_900_000_000_000, lastUsed: null };
    expect(kindsAt(seenOf(shop([]), { administrators: [one], tokens: [token] }), 'people:administrators')).toEqual([
      ...['admin-factor-missing', 'dormant-admin', 'single-operator', 'token-broad'],
    ]);
    // Disabled accounts and tokens of a network are nobody's way in.
    const off = seenOf(shop([]), { administrators: [{ ...one, active: false }], tokens: [{ ...token, anywhere: false }] });
    expect(kindsAt(off, 'people:administrators')).toEqual([]);
  });

  it('want a drill that succeeded within 90 days, and no other', () => {
    const drill = { at: 1_800_000_000_000 - 89 * day, ok: true, backupAt: 0, rpoSeconds: 60, rtoSeconds: 4 };
    const kinds = (drills: Seen['drills']) => kindsAt(seenOf(shop([]), { drills }), 'platform');
    expect(kinds([])).toContain('backup-undrilled');
    expect(kinds([drill])).not.toContain('backup-undrilled');
    expect(kinds([{ ...drill, ok: false }])).toContain('backup-undrilled');
    expect(kinds([{ ...drill, at: drill.at - 2 * day }])).toContain('backup-undrilled');
  });

  it('are old backups and a second place that is behind; what nobody configured is no weakness of its own', () => {
    const at = 1_800_000_000_000;
    const kinds = (copies: Seen['copies']) =>
      kindsAt(seenOf(shop([]), { copies }), 'platform').filter((kind) => kind === 'backup-old' || kind === 'copy-behind');
    const shipping = { shippedTo: at - 5_000, lagSeconds: 5, behind: false };
    expect(kinds({ backupAt: null, shipping: null })).toEqual([]);
    expect(kinds({ backupAt: at - day, shipping })).toEqual([]);
    expect(kinds({ backupAt: at - 9 * day, shipping })).toEqual(['backup-old']);
    expect(kinds({ backupAt: at - day, shipping: { ...shipping, lagSeconds: 90, behind: true } })).toEqual(['copy-behind']);
  });
});

describe('findings of scans', () => {
  const finding = {
    ...{ id: 'f1', app: 'shop', project: 'backend', tool: 'menshen-probe', rule: 'MP-PRB-002', severity: 'high' as const },
    ...{ title: { zh: '越权', en: 'another’s order' }, confidence: 'high', cwe: [639], file: null, line: null, owner: null },
    ...{ route: 'GET /orders/{id}', confirmed: false, due: null, overdue: false, firstSeen: 1 },
  };
  it('stand at the interface that they were found at, or at the code, by what their CWE means', () => {
    const seen = seenOf(shop([{ match: 'GET /orders/:id', action: 'o.read' }]), {
      findings: [finding, { ...finding, id: 'f2', route: null, file: 'src/db.js', line: 7, cwe: [89], confidence: 'low' }],
    });
    const found = factsOf(seen).weaknesses.filter(({ id }) => id.startsWith('finding:'));
    expect(found.map(({ asset, kind, ease, impact }) => [asset, kind, ease, impact])).toEqual([
      [orders, 'access', 4, 4],
      // A tool that is not sure takes a grade off the ease.
      ['version:shop:backend', 'sql', 3, 4],
    ]);
    expect(found[0]?.evidence[0]?.path).toBe('/findings/f1');
    expect(kindOf([99_999])).toBe('configuration');
  });

  it('make an asset of components of others, with a weakness for each CVE that they name', () => {
    const found = {
      ...finding,
      id: 'f3',
      route: null,
      rule: 'MP-DEP-001',
      cwe: [1395],
      cves: ['CVE-2021-44228', 'CVE-2021-45046'],
    };
    const { assets, weaknesses } = factsOf(seenOf(shop([]), { findings: [found] }));
    expect(assets.some(({ id, kind }) => id === 'dependency:shop' && kind === 'dependency')).toBe(true);
    expect(weaknesses.filter(({ kind }) => kind === 'dependency').map(({ asset, cve }) => [asset, cve])).toEqual([
      ['dependency:shop', 'CVE-2021-44228'],
      ['dependency:shop', 'CVE-2021-45046'],
    ]);
    expect(factsOf(seenOf(shop([]))).assets.some(({ kind }) => kind === 'dependency')).toBe(false);
  });

  it('raise the risk of the threat that uses them, and are gone when they are mended', () => {
    const score = (findings: Seen['findings']): number => {
      const seen = seenOf(shop([{ match: 'GET /orders/:id', action: 'o.read' }]), { findings });
      const { risks } = assess(factsOf(seen), threats, methods['root-product']);
      return risks.find(({ asset, threat }) => asset.id === orders && threat.id === 'object_enumeration')?.score ?? 0;
    };
    expect(score([{ ...finding, severity: 'critical' }])).toBeGreaterThan(score([]));
  });
});

describe('controls', () => {
  const stateOf = (seen: Seen, control: string, scope: string): string | undefined => {
    const { controls } = assess(factsOf(seen), threats, methods['root-product']);
    return controls.find((one) => one.control === control && one.scope === scope)?.state;
  };
  const mfa = shop([{ match: 'GET /orders/:id', action: 'o.read', auth: 'mfa' }]);
  const withUse = (use: { at: number; requestId: string } | null): Seen => {
    const seen = seenOf(mfa);
    return { ...seen, apps: seen.apps.map((app) => ({ ...app, routes: app.routes.map((route) => ({ ...route, use })) })) };
  };

  it('work while requests pass them, and turn stale without', () => {
    expect(stateOf(seenOf(mfa), 'second_factor', orders)).toBe('effective');
    expect(stateOf(withUse(null), 'second_factor', orders)).toBe('stale');
    const old = { at: 1_800_000_000_000 - 8 * day, requestId: 'req_00000001' };
    expect(stateOf(withUse(old), 'second_factor', orders)).toBe('stale');
    expect(stateOf(seenOf(shop([{ match: 'GET /orders/:id', action: 'o.read' }])), 'second_factor', orders)).toBe('off');
  });

  it('count for nothing where the gateway only watches, whatever the configuration says', () => {
    const seen = seenOf(mfa, { mode: 'monitor' });
    const watched = {
      ...seen,
      apps: seen.apps.map((app) => ({ ...app, routes: app.routes.map((one) => ({ ...one, enforcing: false })) })),
    };
    expect(stateOf(watched, 'second_factor', orders)).toBe('off');
    expect(stateOf(watched, 'inspection', 'app:shop')).toBe('off');
  });

  it('take a second factor that a policy asks for by the request that was asked', () => {
    const seen = seenOf(shop([{ match: 'POST /pay', action: 'o.pay' }]));
    const asked = (challenged: { at: number; requestId: string } | null): Seen => ({
      ...seen,
      apps: seen.apps.map((app) => ({ ...app, routes: app.routes.map((route) => ({ ...route, challenged })) })),
    });
    const pay = 'route:shop:POST /pay';
    expect(kindsAt(asked(null), pay)).toContain('second-factor-missing');
    const newest = { at: 1_800_000_000_000 - day, requestId: 'req_00000002' };
    expect(kindsAt(asked(newest), pay)).not.toContain('second-factor-missing');
    expect(stateOf(asked(newest), 'second_factor', pay)).toBe('effective');
    expect(stateOf(asked(null), 'second_factor', pay)).toBe('off');
  });

  it('show the request that proves them', () => {
    const { controls } = factsOf(seenOf(mfa));
    const shown = controls.find(({ control, scope }) => control === 'second_factor' && scope === orders);
    expect(shown?.evidence).toEqual([expect.objectContaining({ path: '/traffic/req_00000001' })]);
  });
});
