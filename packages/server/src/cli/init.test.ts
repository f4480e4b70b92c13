import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoAccounts } from '@menshen/demo';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConfigResult, loadConfig } from '../config/load.ts';
import { buildRuntime } from '../platform/build-runtime.ts';
import { init } from './init.ts';
import { policyCheck } from './policy.ts';
import { run } from './testing/terminal.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'menshen-init-'));
  file = join(folder, 'menshen.yaml');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The file as `serve` reads it. */
function loaded(): Extract<ConfigResult, { ok: true }> {
  const result = loadConfig(file, {
    env: { MENSHEN_WECHAT_SECRET: 'from the environment', MENSHEN_WECOM_SECRET: 'likewise' },
    readFile: (path) => readFileSync(path, 'utf8'),
  });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

describe('menshen init', () => {
  it('writes what the options say, with policies that permit the one route', async () => {
    const args = [
      '--app',
      'shop',
      '--upstream',
      'https://shop.internal:8443',
      '--appid',
      'wx0123456789abcdef',
      '--audience',
      'customer, partner',
    ];
    const { code, out, err } = await run(init, [file, ...args]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/MENSHEN_WECHAT_SECRET/);
    const { config, folder: base } = loaded();
    const runtime = buildRuntime(config, base, Date.now, null);
    const app = runtime.apps.get('shop');
    expect([app?.config.upstream, app?.config.wechat?.appid, app?.config.audience]).toEqual([
      'https://shop.internal:8443',
      'wx0123456789abcdef',
      ['customer', 'partner'],
    ]);
    const decide = (action: string, resource: string) =>
      runtime.policies?.decideStrict(
        {
          principal: { type: 'Menshen::Guest', id: 'c_1' },
          action: { type: 'Menshen::Action', id: action },
          resource: { type: 'Menshen::App', id: resource },
          context: {},
        },
        { get: () => undefined },
      ).allow;
    expect([decide('shop.me.read', 'shop'), decide('shop.me.read', 'other'), decide('shop.me.delete', 'shop')]).toEqual([
      true,
      false,
      false,
    ]);
    await app?.upstream.destroy();
  });

  it('takes the accounts of the emulator, and asks what is one’s own', async () => {
    const { asked } = await run(init, [file, '--emulator', 'http://127.0.0.1:8481'], { answers: ['', '', ''] });
    expect(asked).toHaveLength(3);
    const { config } = loaded();
    const { appid, corpid, agentid } = demoAccounts;
    const apiBase = 'http://127.0.0.1:8481';
    expect(config.gateway.mode).toBe('enforce');
    expect(config.apps[0]).toMatchObject({ wechat: { appid, apiBase }, wecom: { corpid, agentid, apiBase } });
    expect((await run(init, [`${file}.2`, '--emulator', 'a b'])).code).toBe(2);
  });

  it('takes the defaults where nobody can be asked', async () => {
    expect((await run(init, [file])).code).toBe(0);
    expect(loaded().config.apps.map((app) => app.id)).toEqual(['portal']);
  });

  it('asks a person in their language, keeps what they confirm, and asks again for what cannot be', async () => {
    const answers = ['Shop!', 'shop', '', 'wx0123456789abcdef', 'everybody', 'employee', 'ww0123456789abcdef', ''];
    const { code, asked, err } = await run(init, [file], { language: 'zh', answers });
    expect([code, asked]).toEqual([
      0,
      [
        '应用标识？ [portal] ',
        '应用标识？ [portal] ',
        '业务后端地址？ [http://127.0.0.1:8080] ',
        '小程序 AppID？ [wx0000000000000000] ',
        '服务对象？employee 员工、partner 合作伙伴、customer 顾客，可用逗号写多个 [employee] ',
        '服务对象？employee 员工、partner 合作伙伴、customer 顾客，可用逗号写多个 [employee] ',
        '企业微信的企业 ID（corpid）？不在企业微信中使用时留空 ',
        '企业微信中此小程序的 AgentId？ [1000002] ',
      ],
    ]);
    expect(err.match(/格式不正确/g)).toHaveLength(2);
    expect(loaded().config.apps).toMatchObject([{ id: 'shop', upstream: 'http://127.0.0.1:8080', audience: ['employee'] }]);
    expect(loaded().config.apps[0]?.wecom).toMatchObject({ corpid: 'ww0123456789abcdef', agentid: 1_000_002 });
  });

  it('lets a route be added with its policy, and no third file', async () => {
    await run(init, [file, '--app', 'shop']);
    const added = `${readFileSync(file, 'utf8')}      - match: GET /api/orders\n        action: shop.orders.list\n`;
    writeFileSync(file, added);
    writeFileSync(
      join(folder, 'policies', 'orders.cedar'),
      '@id("orders") permit (principal is Menshen::User, action == Menshen::Action::"shop.orders.list", resource) when { context.weekday < 6 };',
    );
    // As in a pipeline, which has no secrets.
    expect(process.env['MENSHEN_WECHAT_SECRET']).toBeUndefined();
    expect(await run(policyCheck, ['-c', file])).toMatchObject({ code: 0, out: 'The policies are valid.', err: '' });
    writeFileSync(
      join(folder, 'policies', 'orders.cedar'),
      '\npermit (principal, action == Menshen::Action::"shop.lost", resource);',
    );
    // The place is one of the policy's own file.
    expect((await run(policyCheck, ['-c', file])).err).toMatch(/^policies\/orders\.cedar:2:\d+\n/);
  });

  it('asks only what the options leave open', async () => {
    const { asked } = await run(init, [file, '--app', 'shop', '--upstream', 'http://10.0.0.1'], { answers: ['', '', ''] });
    expect(asked).toEqual([
      'AppID of the mini program? [wx0000000000000000] ',
      'Whom does it serve: employee, partner, customer, or several with commas? [employee] ',
      'WeCom company id (corpid)? Leave it empty without WeCom ',
    ]);
  });

  it('writes nothing when the person gives up, or never says anything that can be', async () => {
    expect(await run(init, [file], { answers: ['shop'] })).toMatchObject({ code: 2, err: 'Cancelled.' });
    expect((await run(init, [file], { answers: Array.from({ length: 10 }, () => '!') })).code).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses values that would say more than their field', async () => {
    for (const [name, value] of [
      ['app', 'a\nconsole: {}'],
      ['upstream', 'http://127.0.0.1:8080\n    routes: []'],
      ['upstream', 'http://user:password@127.0.0.1'],
      ['appid', 'wx"'],
      ['audience', 'employee], x: ['],
    ] as const)
      expect([name, (await run(init, [file, `--${name}`, value])).code]).toEqual([name, 2]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('neither overwrites a file unasked nor ever a policy', async () => {
    mkdirSync(join(folder, 'policies'));
    writeFileSync(join(folder, 'policies', 'portal.cedar'), '// mine');
    writeFileSync(file, '# mine');
    expect(await run(init, [file])).toMatchObject({ code: 2, err: expect.stringMatching(/--force/) });
    expect(readFileSync(file, 'utf8')).toBe('# mine');
    const { out } = await run(init, [file, '--force', '--json']);
    expect(JSON.parse(out)).toEqual({ written: [file] });
    expect(readFileSync(join(folder, 'policies', 'portal.cedar'), 'utf8')).toBe('// mine');
  });

  it.skipIf(process.platform === 'win32')('makes a file that others cannot read', async () => {
    await run(init, [file]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
