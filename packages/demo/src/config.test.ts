import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { configSchema } from '@menshen/contract';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { demoConfig, demoPolicies } from './config.ts';
import { demoAccounts } from './credentials.ts';

const input = demoConfig({
  ports: { gateway: 8443, console: 8480 },
  dataDir: '.menshen',
  emulatorUrl: 'http://127.0.0.1:8481',
  backendUrl: 'http://127.0.0.1:8482',
});
const config = configSchema.parse(input);
const app = (id: string) => {
  const found = config.apps.find((one) => one.id === id);
  if (found === undefined) throw new Error('no such app');
  return found;
};
const routes = config.apps.flatMap((one) => one.routes.map((route) => ({ app: one.id, ...route })));

function schemaOf(match: string) {
  const schema = routes.find((route) => route.match === match)?.schema;
  if (schema === undefined || typeof schema === 'string') throw new Error('the route has no schema');
  const check = new Ajv({ strict: true }).compile(schema);
  return (value: unknown): boolean => check(value);
}

describe('the configuration of the demonstration', () => {
  it('serves employees through both channels, and customers through WeChat alone', () => {
    expect(app('portal').audience).toEqual(['employee']);
    expect(app('portal').wechat?.push).toBeDefined();
    expect(app('portal').wecom?.callback).toBeDefined();
    expect(app('coupon').audience).toEqual(['customer', 'employee']);
    expect(app('coupon').wecom).toBeUndefined();
  });

  it('stays on loopback', () => {
    for (const address of [config.gateway.listen, config.console.listen]) expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    for (const one of config.apps) {
      for (const url of [
        one.wechat?.apiBase,
        one.wecom?.apiBase,
        typeof one.upstream === 'string' ? one.upstream : one.upstream.url,
      ]) {
        if (url !== undefined) expect(new URL(url).hostname).toBe('127.0.0.1');
      }
    }
  });

  it('gives every route an action that a policy names, and each action a route', () => {
    const policies = ['portal', 'coupon'].map((name) => readFileSync(join(demoPolicies, `${name}.cedar`), 'utf8')).join('\n');
    const permitted = new Set([...policies.matchAll(/Menshen::Action::"([^"]+)"/g)].map((match) => match[1]));
    const revealed = routes.flatMap(({ mask = [] }) => mask.flatMap(({ reveal }) => reveal?.action ?? []));
    const declared = new Set([...routes.map((route) => route.action), ...revealed]);
    expect(declared).toEqual(permitted);
  });

  it('declares no debugging endpoint of the backend', () => {
    for (const route of routes) expect(route.match).not.toMatch(/slow|debug|\*/);
  });

  it('bounds each body that it lets through by schema and size, and files by what they may be', () => {
    const writes = routes.filter((one) => /^(POST|PUT|PATCH) /.test(one.match));
    const [files, values] = [true, false].map((takes) => writes.filter(({ uploads }) => (uploads !== undefined) === takes));
    expect(files?.map(({ match, uploads }) => [match, uploads?.types, uploads?.maxFiles])).toEqual([
      ['POST /api/attachments', ['png', 'jpeg', 'pdf'], 1],
    ]);
    for (const route of values ?? []) {
      expect(route.schema, route.match).toMatchObject({ type: 'object', additionalProperties: false });
      expect(route.body?.maxBytes, route.match).toBeLessThanOrEqual(65_536);
    }
  });

  it('asks for a second factor before the bank card changes, and lets it change nowhere else', () => {
    const cards = routes.filter((route) => JSON.stringify(route.schema ?? {}).includes('bankCard'));
    expect(cards.map((route) => [route.match, route.auth])).toEqual([
      ['PUT /api/employees/:uid/bank-card', { mfa: { maxAgeSeconds: 300 } }],
    ]);
  });

  it('takes an honest coupon claim and no tampered one', () => {
    const passes = schemaOf('POST /api/claims');
    const claim = { campaignId: 'tea-2026', amountCents: 1_000, shop: 'SH001', qr: 'DT:SH001:tea-2026' };
    expect(passes(claim)).toBe(true);
    for (const wrong of [
      { amountCents: 100_000 },
      { amountCents: -1_000 },
      { amountCents: 10.5 },
      { amountCents: '1000' },
      { shop: '../SH001' },
      { approved: true },
    ]) {
      expect(passes({ ...claim, ...wrong }), JSON.stringify(wrong)).toBe(false);
    }
  });

  it('takes a change of contact details and no other field', () => {
    const passes = schemaOf('PUT /api/employees/:uid');
    expect(passes({ phone: '19900001234', bio: '' })).toBe(true);
    for (const wrong of [{}, { bankCard: '6299990000000000000' }, { bio: 'x', position: '总裁' }, { phone: '110' }]) {
      expect(passes(wrong), JSON.stringify(wrong)).toBe(false);
    }
  });
});

describe('examples/menshen.yaml', () => {
  const file = join(import.meta.dirname, '..', 'examples', 'menshen.yaml');
  const text = readFileSync(file, 'utf8');
  const environment: Record<string, string> = {
    DEMO_WECHAT_SECRET: demoAccounts.appSecret,
    DEMO_PUSH_TOKEN: demoAccounts.push.token,
    DEMO_PUSH_AES_KEY: demoAccounts.push.aesKey,
    DEMO_WECOM_SECRET: demoAccounts.agentSecret,
    DEMO_WECOM_CONTACTS_SECRET: demoAccounts.contactsSecret,
    DEMO_CALLBACK_TOKEN: demoAccounts.callback.token,
    DEMO_CALLBACK_AES_KEY: demoAccounts.callback.aesKey,
    DEMO_ROBOT_KEY: demoAccounts.securityGroup.key,
    DEMO_SMS_SECRET_ID: demoAccounts.sms.secretId,
    DEMO_SMS_SECRET_KEY: demoAccounts.sms.secretKey,
  };

  it('is the same configuration', () => {
    const filled = text
      .split('\n')
      .map((line) =>
        line.trimStart().startsWith('#')
          ? line
          : line.replace(/\$\{(\w+)\}/g, (_, name: string) => environment[name] ?? 'missing'),
      )
      .join('\n');
    const fromFile = configSchema.parse(parse(filled));
    const place = (path: string | undefined): string => resolve(dirname(file), path ?? '');
    expect({ ...fromFile, policies: place(fromFile.policies), addressPlaces: place(fromFile.addressPlaces) }).toEqual(config);
  });

  it('holds no secret', () => {
    for (const secret of Object.values(environment)) expect(text).not.toContain(secret);
    for (const line of text.split('\n')) {
      const value = /^\s*(?:secret|contactsSecret|token|aesKey):\s*(.*)$/.exec(line)?.[1];
      if (value !== undefined) expect(value).toMatch(/^\$\{DEMO_[A-Z_]+\}$/);
    }
  });

  it('refers to a policy folder that exists', () => {
    expect(existsSync(join(demoPolicies, 'schema.cedarschema'))).toBe(true);
  });
});
