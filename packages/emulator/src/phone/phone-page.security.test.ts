import { existsSync, readFileSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CompanyFile } from '../company/model.ts';
import { type EmulatorServer, startEmulator } from '../server.ts';
import { appid, company, corpid, createBench, portalSecret, secret } from '../testing/emulated-company.ts';

const attack = '<img src=x onerror="window.attacked=1"><script>window.attacked=1</script>';
const hostile: CompanyFile = {
  ...company,
  corp: { name: attack.slice(0, 128) },
  users: company.users.map((user, index) =>
    index === 1 ? { ...user, name: '<b onclick=alert(1)>李四</b>', position: attack } : user,
  ),
};

const executablePath = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));

describe('the files of the phone page', () => {
  it('carry a policy that lets only their own script and style run', async () => {
    const bench = createBench();
    for (const url of ['/', '/phone.js', '/phone.css']) {
      const { headers, status } = await bench.get(url);
      expect(status).toBe(200);
      const policy = headers['content-security-policy'] ?? '';
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('have no inline handler, script or style, and write no markup', async () => {
    const bench = createBench();
    const html = (await bench.get('/')).text;
    expect(html).not.toMatch(/\son\w+\s*=|\sstyle\s*=|<style|javascript:/i);
    expect(html.match(/<script[^>]*>/g)).toEqual(['<script src="/phone.js" type="module">']);
    const script = readFileSync(new URL('../../phone/phone.js', import.meta.url), 'utf8');
    expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/);
  });
});

describe.skipIf(executablePath === undefined && process.env.CI !== 'true')('the phone page in Chromium', () => {
  let browser: Browser;
  let server: EmulatorServer;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    server = await startEmulator({
      people: hostile,
      wechatApps: [{ appid, secret, name: '员工门户' }],
      wecom: { corpid, contactsSecret: 'contacts', agents: [{ agentid: 1000002, secret: portalSecret, name: '门户助手' }] },
    });
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1180, height: 820 } });
    page = await context.newPage();
    problems = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(server.url);
    await page.locator('.person').first().waitFor();
  });
  afterEach(async () => {
    await page.context().close();
    await server.close();
  });

  async function call(path: string, body?: unknown) {
    const init =
      body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    // biome-ignore lint/suspicious/noExplicitAny: each path has an answer of its own
    return (await fetch(server.url + path, init)).json() as Promise<any>;
  }

  it('mints codes that the platforms take', async () => {
    const shown = (): Promise<string | null> => page.locator('#code').textContent();
    const none = await shown();
    await page.getByRole('button', { name: '获取登录 code' }).click();
    await expect.poll(shown).not.toBe(none);
    const code = await shown();
    const query = new URLSearchParams({ appid, secret, js_code: code ?? '', grant_type: 'authorization_code' });
    expect(await call(`/sns/jscode2session?${query}`)).toMatchObject({ unionid: 'union-zhang' });

    await page.locator('#app').selectOption('wecom');
    expect(await page.getByRole('button', { name: '获取手机号 code' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: '获取登录 code' }).click();
    await expect.poll(shown).not.toBe(code);
    const { access_token } = await call(`/cgi-bin/gettoken?corpid=${corpid}&corpsecret=${portalSecret}`);
    const js_code = (await shown()) ?? '';
    const login = new URLSearchParams({ access_token, js_code, grant_type: 'authorization_code' });
    expect(await call(`/cgi-bin/miniprogram/jscode2session?${login}`)).toMatchObject({ userid: 'ZhangSan' });
    expect(problems).toEqual([]);
  });

  it('shows names and messages as text, whatever they hold', async () => {
    await page.locator('#search').fill('lisi');
    await page.locator('.person').click();
    expect(await page.locator('#owner-name').textContent()).toBe('<b onclick=alert(1)>李四</b>');
    const { access_token } = await call(`/cgi-bin/gettoken?corpid=${corpid}&corpsecret=${portalSecret}`);
    const message = { touser: 'lisi', agentid: 1000002, msgtype: 'text', text: { content: attack } };
    await call(`/cgi-bin/message/send?access_token=${access_token}`, message);
    await page.locator('.message').waitFor();
    expect(await page.locator('.message p').textContent()).toBe(attack);
    expect(await page.locator('.message img, .message script, .people b, header img').count()).toBe(0);
    expect(await page.evaluate('window.attacked')).toBeUndefined();
    expect(problems).toEqual([]);
  });

  it('speaks Chinese and English, and remembers which', async () => {
    expect(await page.title()).toBe('门神 · 模拟手机');
    await page.getByRole('button', { name: 'English' }).click();
    expect(await page.title()).toBe('Menshen · emulated phone');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.reload();
    await page.getByRole('button', { name: 'Get a login code' }).waitFor();
    expect(await page.locator('body').textContent()).not.toMatch(/获取|选择|收到/);
    expect(problems).toEqual([]);
  });

  it('says so when the emulator is gone', async () => {
    await server.close();
    await page.getByRole('button', { name: '获取登录 code' }).click();
    await expect.poll(() => page.locator('#problem').textContent()).toContain('没有应答');
  });
});
