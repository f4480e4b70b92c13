import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildConsole } from '@menshen/console';
import { type ConfigInput, configSchema } from '@menshen/contract';
import { demoCast, demoConfig, demoEmulator } from '@menshen/demo';
import { type EmulatorServer, startEmulator } from '@menshen/emulator';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spawnMenshen } from '../cli/testing/process.ts';
import type { Platform } from '../platform/model.ts';
import { startPlatform } from '../platform.ts';
import { openLibrary } from './courses/library.ts';
import { answerRightly, closePages, expectToFit, launchBrowser, phone, watchPage, withoutBrowser } from './testing-browser.ts';
import { startMailServer, type TestMailServer } from './testing-mail.ts';

const labMs = 180_000;
const base = 30_000 + Math.floor(Math.random() * 9_000);
const learnPort = base + 4;
/** A host that browsers take to this machine without a name server (RFC 6761 §6.3). */
const desk = { id: 'desk', name: 'IT 服务台', from: 'desk@it-desk.example', url: `http://it-desk.localhost:${learnPort}` };

describe.skipIf(withoutBrowser)(
  "an employee's whole way, on a phone, in the demonstration company",
  { timeout: 4 * labMs },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'menshen-whole-way-'));
    const library = openLibrary();
    const problems: string[] = [];
    let mail: TestMailServer;
    let emulator: EmulatorServer;
    let platform: Platform;
    let browser: Browser;
    const { employee } = demoCast;

    beforeAll(async () => {
      await buildConsole();
      mail = await startMailServer();
      emulator = await startEmulator({ ...demoEmulator(`http://127.0.0.1:${base}`), port: base + 2 });
      const demo = demoConfig({
        ...{ ports: { gateway: base, console: base + 1 }, dataDir: folder, emulatorUrl: emulator.url },
        backendUrl: `http://127.0.0.1:${base + 3}`,
      });
      const input: ConfigInput = {
        ...demo,
        notify: { channels: [...(demo.notify?.channels ?? []), mail.channel as never] },
        training: {
          ...demo.training,
          mailChannel: 'mail',
          labs: { enabled: true, atOnce: 1, minutes: 30 },
          drills: { enabled: true, approvers: ['auditor'], domains: ['dingtai.example'], senders: [desk] },
        },
      };
      platform = await startPlatform({
        config: configSchema.parse(input),
        ...{ folder, file: null, version: '0.0.0-test', demo: true, consoleFolder: null, detection: false },
      });
      await platform.directory.sync('test');
      browser = await launchBrowser();
    }, 2 * labMs);
    afterAll(async () => {
      await closePages(browser);
      await platform?.close();
      await emulator?.close();
      await mail?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const shot = async (page: Page, name: string): Promise<void> => {
      await expectToFit(page);
      const shots = process.env['MENSHEN_SCREENSHOTS'];
      if (shots === undefined || shots === '') return;
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: join(shots, `way-${name}.png`), fullPage: true });
    };
    /** Reads the cards to the end, then takes the test with all answers right. */
    const takeCourse = async (page: Page, id: string): Promise<void> => {
      const course = library.courses.get(id);
      if (course === undefined) throw new Error(`no course ${id}`);
      const { cards } = course.text.zh;
      await page.getByRole('heading', { name: cards[0]?.title ?? '' }).waitFor();
      for (let at = 0; at < cards.length - 1; at += 1) await page.getByRole('button', { name: '下一张' }).click();
      await page.getByRole('button', { name: '去测验' }).click();
      await page.getByRole('button', { name: '开始测验' }).click();
      await page.getByRole('button', { name: '交卷' }).waitFor();
      await answerRightly(page, course);
      await page.getByRole('button', { name: '交卷' }).click();
      await page.getByRole('heading', { name: '通过了' }).waitFor();
    };

    it('takes a course, fails a phishing drill, learns, passes the lab, and gets a certificate that a stranger verifies', async () => {
      const { train } = platform;
      const learn = platform.learnUrl() ?? '';
      await train.assignments.create(
        {
          ...{ course: 'account-theft', target: { kind: 'people', uids: [employee] }, due: null, dueDays: 14, again: false },
          ...{ reason: '年度必修', origin: null },
        },
        'security',
      );
      const context = await browser.newContext({ ...phone, locale: 'zh-CN', acceptDownloads: true });
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      watchPage(page, problems);

      // She signs in with WeCom and takes the course that was assigned: the test alone is not enough for its certificate.
      await page.goto(learn);
      await page.getByRole('button', { name: '企业微信扫码登录' }).click();
      await page.getByRole('link', { name: '林晓彤' }).click();
      await page.getByRole('heading', { name: '林晓彤，你好' }).waitFor();
      await page.getByText('待完成 1 门').waitFor();
      await shot(page, 'home');
      const theft = library.courses.get('account-theft')?.text.zh.title ?? '';
      await page.getByRole('link', { name: new RegExp(theft) }).click();
      await takeCourse(page, 'account-theft');
      expect(await page.getByRole('link', { name: '查看证书' }).count()).toBe(0);
      await shot(page, 'test-passed');
      expect(await train.certificates.ofPerson(employee)).toEqual(new Map());

      // A drill comes by mail, in another name; she opens its link.
      const { id: drill } = await train.drills.create(
        { template: 'password', sender: 'desk', target: { kind: 'people', uids: [employee] }, reason: '季度演练' },
        'security',
      );
      await train.drills.start(drill, 'security', 'auditor');
      await train.drills.maintain();
      await expect.poll(() => mail.mails.length, { timeout: 15_000 }).toBe(1);
      const [sent] = mail.mails;
      expect([sent?.from, sent?.to]).toEqual(['desk@it-desk.example', `${employee}@dingtai.example`]);
      const [link = ''] = /http:\/\/it-desk\.localhost:\d+\/r\/[\w-]{22}/.exec(sent?.parts[0] ?? '') ?? [];
      await page.goto(link);
      await page.getByRole('heading', { name: '这是一次钓鱼演练' }).waitFor();
      await page.getByText('desk@it-desk.example').waitFor();
      expect(await page.locator('form, input, textarea, select, [contenteditable]').count()).toBe(0);
      await shot(page, 'caught');
      // What is kept of it is that it was opened; one person is no group, so nobody sees a figure.
      expect((await train.drills.views())[0]).toMatchObject({ recipients: 1, unreached: 0, figures: null, groups: [] });

      // She learns at once, on the company's own page.
      await page.getByRole('link', { name: '花 7 分钟学会识别' }).click();
      await takeCourse(page, 'phishing');
      expect(new URL(page.url()).origin).toBe(learn);
      await page.getByRole('link', { name: '查看证书' }).waitFor();

      // The lab: a real portal is attacked, protected, attacked again, and still serves her.
      await page.goto(learn);
      await page.getByRole('link', { name: '动手实验：被盗的微信登录' }).click();
      await page.getByRole('button', { name: '启动实验环境' }).click();
      await page.getByRole('button', { name: '打开防护' }).waitFor({ timeout: labMs });
      const card = (name: string) => page.getByRole('region', { name, exact: true });
      const send = async (name: string, said: string): Promise<void> => {
        await card(name).getByRole('button', { name: '发送' }).click();
        await card(name).getByText(said).first().waitFor();
      };
      const [reads, writes] = ['盗号者：读取她的档案', '盗号者：把她的手机号改成自己的'];
      await send(reads, '攻击得手了。');
      await card(writes)
        .getByLabel(/手机号/)
        .fill('13800001111');
      await send(writes, '攻击得手了。');
      await page.getByRole('button', { name: '打开防护' }).click();
      await page.getByText('防护已打开。').waitFor();
      await send(reads, '防护后：被拦住了');
      await send(writes, '防护后：被拦住了');
      await send('林晓彤本人：在办公室看自己的档案', '防护后：正常通过');
      await send('林晓彤本人：更新住址', '防护后：正常通过');
      await page.getByText('实验通过！').waitFor();
      await shot(page, 'lab-passed');

      // Now the certificate is hers.
      await page.getByRole('link', { name: '查看证书' }).click();
      await page.getByText('证书有效').waitFor();
      await shot(page, 'certificate');
      const address = page.url();
      const save = async (name: string): Promise<string> => {
        const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
        const path = join(folder, file.suggestedFilename());
        await file.saveAs(path);
        return path;
      };
      const [certificate, key] = [await save('下载证书文件'), await save('下载公钥')];
      await context.close();

      // A stranger without a session sees that it holds, and another without our server verifies the file alone.
      const stranger = await (await browser.newContext({ ...phone, locale: 'en-GB' })).newPage();
      watchPage(stranger, problems);
      await stranger.goto(address);
      await stranger.getByText('This certificate is valid').waitFor();
      await stranger.getByText('林晓彤').waitFor();
      await shot(stranger, 'stranger');
      await stranger.context().close();
      const verify = async (file: string) => {
        const command = spawnMenshen(['training', 'verify', file, '--key', key, '--json'], { cwd: folder });
        return { code: await command.ended, said: command.out() };
      };
      const held = await verify(certificate);
      expect([held.code, JSON.stringify(JSON.parse(held.said))]).toEqual([0, expect.stringContaining('林晓彤')]);
      const forged = join(folder, 'forged.json');
      writeFileSync(forged, readFileSync(certificate, 'utf8').replaceAll('林晓彤', '罗书航'));
      expect((await verify(forged)).code).toBe(1);
      expect(problems).toEqual([]);
    });
  },
);
