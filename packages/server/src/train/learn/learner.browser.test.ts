import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildConsole } from '@menshen/console';
import { contestPlan } from '@menshen/contract';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';
import { openLibrary } from '../courses/library.ts';
import type { Course } from '../courses/model.ts';
import { learnBrowser, withTraining } from '../testing.ts';
import { answerRightly, closePages, expectToFit, launchBrowser, phone, watchPage, withoutBrowser } from '../testing-browser.ts';

const wecomAgent =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Mobile/15E148 wxwork/5.0.0 MicroMessenger/7.0.1';

describe.skipIf(withoutBrowser)("an employee's way, on a phone in Chromium", { timeout: 120_000 }, () => {
  let deployment: Deployment;
  let browser: Browser;
  const problems: string[] = [];
  /** The phone's wall clock is three hours late. */
  let ahead = 3 * 3_600_000;
  const course = openLibrary().courses.get('phishing') as Course;

  beforeAll(async () => {
    await buildConsole();
    deployment = await startDeployment({ clock: () => Date.now() + ahead, change: (config) => withTraining(config) });
    browser = await launchBrowser();
    await deployment.platform.train.assignments.create(
      {
        ...{ course: 'phishing', target: { kind: 'everyone' }, due: null, dueDays: 14, again: false },
        ...{ reason: '年度必修', origin: null },
      },
      'test',
    );
  }, 300_000);
  afterAll(async () => {
    await closePages(browser);
    await deployment?.close();
  });

  const visit = async (options: Parameters<Browser['newContext']>[0] = {}): Promise<{ context: BrowserContext; page: Page }> => {
    const context = await browser.newContext({ ...phone, locale: 'zh-CN', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    watchPage(page, problems);
    return { context, page };
  };
  const secondsLeft = async (page: Page): Promise<number> =>
    Number(/剩余 (\d+) 秒/.exec((await page.getByRole('timer').textContent()) ?? '')?.[1]);
  const shot = async (page: Page, name: string): Promise<void> => {
    const folder = process.env['MENSHEN_SCREENSHOTS'];
    if (folder === undefined || folder === '') return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `learn-${name}.png`), fullPage: true });
  };
  it('takes an assigned course from the code to scan to a certificate that a stranger verifies', async () => {
    const { context, page } = await visit();
    const base = deployment.platform.learnUrl() ?? '';
    await page.goto(base);
    await shot(page, 'sign-in');
    await page.getByRole('button', { name: '企业微信扫码登录' }).click();
    // The emulator stands in for WeCom: whose phone scans the code?
    await page.getByRole('link', { name: '张三' }).click();
    await page.getByRole('heading', { name: '张三，你好' }).waitFor();
    // Neither the code nor the state stays in the address.
    expect(new URL(page.url()).search).toBe('');
    await page.getByText('待完成 1 门').waitFor();
    await shot(page, 'home');
    await expectToFit(page);

    await page.getByRole('link', { name: /识别钓鱼邮件与消息/ }).click();
    const cards = course.text.zh.cards ?? [];
    await page.getByRole('heading', { name: cards[0]?.title ?? '' }).waitFor();
    await shot(page, 'card');
    await expectToFit(page);
    await page.getByRole('button', { name: '下一张' }).click();
    // A question on a card, answered wrongly and then rightly.
    await page.getByText('利益与好奇', { exact: true }).click();
    await page.getByRole('button', { name: '看看对不对' }).click();
    await page.getByText('不对', { exact: true }).waitFor();
    await shot(page, 'check');
    await page.getByRole('button', { name: '再想想' }).click();
    for (let at = 1; at < cards.length - 1; at += 1) await page.getByRole('button', { name: '下一张' }).click();
    await page.getByRole('button', { name: '去测验' }).click();
    await page.getByRole('button', { name: '开始测验' }).click();
    await page.getByRole('button', { name: '交卷' }).waitFor();
    await shot(page, 'test');
    await expectToFit(page);
    // An empty sheet is asked about, and then fails.
    await page.getByRole('button', { name: '交卷' }).click();
    await page.getByRole('button', { name: '仍然交卷' }).click();
    await page.getByRole('heading', { name: '还差一点' }).waitFor();
    await shot(page, 'failed');
    await page.getByRole('button', { name: /再测一次/ }).click();
    await page.getByRole('button', { name: '交卷' }).waitFor();
    await answerRightly(page, course);
    await page.getByRole('button', { name: '交卷' }).click();
    await page.getByRole('heading', { name: '通过了' }).waitFor();
    await page.getByText('100 分').waitFor();
    await shot(page, 'passed');
    await page.getByRole('link', { name: '查看证书' }).click();
    await page.getByText('证书有效').waitFor();
    const address = page.url();
    await shot(page, 'certificate');
    await page.goto(base);
    await page.getByText('没有待完成的课程。').waitFor();
    await page.getByRole('link', { name: '复习', exact: true }).click();
    await page.getByText('现在没有要复习的题。').waitFor();
    await page.getByRole('link', { name: '排行', exact: true }).click();
    await page.getByRole('button', { name: '我要参加' }).click();
    await page.getByText('100 分').waitFor();
    await shot(page, 'board');
    await page.getByRole('link', { name: '设置', exact: true }).click();
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.getByRole('button', { name: '企业微信扫码登录' }).waitFor();
    await context.close();

    const stranger = await visit({ locale: 'en-GB' });
    await stranger.page.goto(address);
    await stranger.page.getByText('This certificate is valid').waitFor();
    await stranger.page.getByText('张三').waitFor();
    await shot(stranger.page, 'certificate-en');
    await expectToFit(stranger.page);
    await stranger.context.close();
    expect(problems.splice(0)).toEqual([]);
  });

  it('comes in by itself inside WeCom, and goes on where it was going', async () => {
    const { context, page } = await visit({ userAgent: wecomAgent });
    await page.goto(`${deployment.platform.learnUrl()}/courses/phishing`);
    await page.getByText('以谁的身份打开？').waitFor();
    await page.getByRole('link', { name: '李四' }).click();
    await page.getByRole('heading', { name: course.text.zh.cards[0]?.title ?? '' }).waitFor();
    await context.close();
    expect(problems.splice(0)).toEqual([]);
  });

  it('is opened by the mini program with a ticket, in English, and says so when the ticket is spent', async () => {
    const token = await deployment.token('li');
    const { body } = await deployment.call('POST', '/_menshen/v1/learn', { token, body: {} });
    const { context, page } = await visit({ locale: 'en-GB' });
    await page.goto(String(body['url']));
    await page.getByRole('heading', { name: 'Hello, 李四' }).waitFor();
    expect(page.url()).not.toContain('ticket');
    await shot(page, 'home-en');
    await context.clearCookies();
    await page.goto('about:blank');
    await page.goto(String(body['url']));
    await page.getByRole('alert').waitFor();
    await context.close();
    expect(problems.splice(0)).toEqual([]);
  });

  it('plays a contest against the clock of the server, by number, and finds its place on the board', async () => {
    const now = Date.now() + ahead;
    const { contests } = deployment.platform.train;
    const plan = {
      title: '安全月竞赛',
      courses: ['phishing'],
      questions: 3,
      seconds: 300,
      starts: now - 1_000,
      ends: now + 600_000,
    };
    const id = await contests.create(contestPlan.parse({ ...plan, freeze: 0 }), 'test');
    const li = learnBrowser(deployment);
    await li.signIn('li');
    const { context, page } = await visit();
    const url = deployment.platform.learnUrl() ?? '';
    await context.addCookies([...li.cookies].map(([name, value]) => ({ name, value, url })));
    await page.goto(url);
    await page.getByText('正在进行：安全月竞赛').waitFor();
    await page.getByRole('link', { name: '去看看' }).click();
    // By number, unless somebody chooses otherwise.
    expect(await page.getByRole('checkbox', { name: '榜单上显示我的姓名' }).isChecked()).toBe(false);
    await page.getByRole('button', { name: '报名' }).click();
    await page.getByRole('button', { name: '开始答题' }).click();
    for (let place = 1; place <= 3; place += 1) {
      await page.getByText(`第 ${place}/3 题`).waitFor();
      await answerRightly(page, course);
      if (place === 2) {
        // The phone sleeps for a hundred seconds in which its own clocks stand still: the server's go on.
        const before = await secondsLeft(page);
        expect([before > 200, before <= 300]).toEqual([true, true]);
        ahead += 100_000;
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
        await expect.poll(() => secondsLeft(page), { timeout: 15_000 }).toBeLessThanOrEqual(before - 100);
        expect(await page.locator('fieldset.question input:checked').count()).toBeGreaterThan(0);
      }
      if (place === 1) {
        await shot(page, 'contest-question');
        await expectToFit(page);
      }
      await page.getByRole('button', { name: '提交' }).click();
      await page.getByText('答对了').waitFor();
      await page.getByRole('button', { name: '下一题' }).click();
    }
    await page.getByText('你已经答完，等待公布成绩。').waitFor();
    // Three questions that nobody else has solved: each its full worth and 5 %.
    await page.getByText('1575 分').waitFor();
    expect(await page.getByText('李四').count()).toBe(0);
    await page.getByText('1 号选手').waitFor();
    await shot(page, 'contest-board');
    await expectToFit(page);
    await contests.cancel(id, 'end of the test', 'test');
    await context.close();
    expect(problems.splice(0)).toEqual([]);
  });

  it('teaches behind the link of a drill without a sign-in, with nothing to type, and takes a report by one button', async () => {
    const stranger = await visit({ locale: 'en-GB' });
    const shown = { from: 'desk@it-desk.example', host: 'it-desk.example', learnUrl: deployment.platform.learnUrl() };
    const answer = { json: { template: 'parcel', course: 'phishing', ...shown } };
    // What the server says to a link it knows is held by its own tests; here it is what the page makes of it.
    const said: (string | null)[] = [];
    await stranger.page.route('**/api/learn/v1/drills/*', async (route) => {
      said.push(route.request().postData());
      await route.fulfill(answer);
    });
    await stranger.page.goto(`${deployment.platform.learnUrl()}/r/${'A'.repeat(22)}`);
    await stranger.page.getByRole('heading', { name: 'This was a phishing drill' }).waitFor();
    await stranger.page.getByText('It came from desk@it-desk.example').waitFor();
    expect(await stranger.page.locator('form, input, textarea, select, [contenteditable]').count()).toBe(0);
    expect(new Set(said)).toEqual(new Set(['{}']));
    await shot(stranger.page, 'caught-en');
    await expectToFit(stranger.page);
    await stranger.page.getByRole('button', { name: '中文' }).click();
    await stranger.page.getByRole('heading', { name: '这是一次钓鱼演练' }).waitFor();
    await shot(stranger.page, 'caught');
    await stranger.context.close();
    const li = learnBrowser(deployment);
    await li.signIn('li');
    const { context, page } = await visit();
    const url = deployment.platform.learnUrl() ?? '';
    await context.addCookies([...li.cookies].map(([name, value]) => ({ name, value, url })));
    await page.goto(url);
    await page.getByRole('button', { name: '举报可疑邮件' }).click();
    await page.getByText('这不是演练').waitFor();
    await context.close();
    expect(problems.splice(0)).toEqual([]);
  });

  it('stops bulletins by one button behind the link of a mail, and by nothing less', async () => {
    const { bulletins, preferences } = deployment.platform.train;
    const { context, page } = await visit();
    await page.goto(`${deployment.platform.learnUrl()}${bulletins.links.path('boss', 'bulletins')}`);
    await page.getByRole('button', { name: '不再接收' }).waitFor();
    await shot(page, 'unsubscribe');
    await expectToFit(page);
    expect((await preferences.find('boss')).bulletins).toBe(true);
    await page.getByRole('button', { name: '不再接收' }).click();
    await page.getByText('已退订').waitFor();
    expect((await preferences.find('boss')).bulletins).toBe(false);
    await context.close();
    expect(problems.splice(0)).toEqual([]);
  });

  it('runs no script that stands in a course', async () => {
    const attack = '<img src=x onerror="window.attacked=1"><script>window.attacked=1</script>';
    const front =
      '---\nid: hostile\nversion: 1\ntitle: 带攻击的课程\nsummary: 这门课的文本里写着脚本，看它会不会运行。\nminutes: 5\naudience: [everyone]\ndraw: 3\n---\n';
    const card = (title: string): string => `# ${title}\n\n正文 ${attack} **粗体** \`${attack}\`\n\n`;
    const question = (id: string): string => `?${id} 题目 ${attack} ${id}\n+ 对 ${attack}\n- 错\n> 因为 ${attack}\n\n`;
    const zh = `${front}${card(`一 ${attack}`.slice(0, 70))}${question('on-card')}${card('二')}${card('三')}# ?\n\n${['a1', 'a2', 'a3'].map(question).join('')}`;
    const { courses } = deployment.platform.train;
    const { id, version } = await courses.save({ zh, en: null }, 'test');
    await courses.publish(id, version, 'test');
    const li = learnBrowser(deployment);
    await li.signIn('li');
    const { context, page } = await visit();
    await context.addCookies(
      [...li.cookies].map(([name, value]) => ({ name, value, url: deployment.platform.learnUrl() ?? '' })),
    );
    await page.goto(`${deployment.platform.learnUrl()}/courses/hostile`);
    await page.getByText('<script>window.attacked=1</script>').first().waitFor();
    await shot(page, 'hostile');
    for (let at = 0; at < 2; at += 1) await page.getByRole('button', { name: '下一张' }).click();
    await page.getByRole('button', { name: '去测验' }).click();
    await page.getByRole('button', { name: '开始测验' }).click();
    await page.getByRole('button', { name: '交卷' }).waitFor();
    expect(await page.evaluate('window.attacked')).toBeUndefined();
    expect(await page.locator('img[src="x"], main script').count()).toBe(0);
    await context.close();
    expect(problems.splice(0)).toEqual([]);
  });
});
