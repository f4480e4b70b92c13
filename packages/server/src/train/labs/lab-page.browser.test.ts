import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildConsole } from '@menshen/console';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';
import { learnBrowser, withTraining } from '../testing.ts';
import { closePages, launchBrowser, phone, watchPage, withoutBrowser } from '../testing-browser.ts';

const startMs = 180_000;

describe.skipIf(withoutBrowser)('a lab, on a phone in Chromium', { timeout: 2 * startMs }, () => {
  let deployment: Deployment;
  let browser: Browser;
  const problems: string[] = [];
  beforeAll(async () => {
    await buildConsole();
    deployment = await startDeployment({
      change: (config) => withTraining(config, { labs: { enabled: true, atOnce: 1, minutes: 30 } }),
    });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await closePages(browser);
    await deployment?.close();
  });
  const visit = async (uid: string, locale: string): Promise<Page> => {
    const learner = learnBrowser(deployment);
    await learner.signIn(uid);
    const context = await browser.newContext({ ...phone, locale });
    const url = deployment.platform.learnUrl() ?? '';
    await context.addCookies([...learner.cookies].map(([name, value]) => ({ name, value, url })));
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    watchPage(page, problems);
    return page;
  };
  /** Nothing sticks out of a phone's screen, and what is touched is large enough (WCAG 2.2, 2.5.8). */
  const looks = async (page: Page, name: string): Promise<void> => {
    const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect([name, Number(wide) <= 0]).toEqual([name, true]);
    const small = await page.evaluate(`[...document.querySelectorAll('button, a.button, summary, input, textarea, nav a')]
        .map((element) => element.getBoundingClientRect())
        .filter(({ width, height }) => width > 0 && (height < 24 || width < 24)).length`);
    expect([name, small]).toEqual([name, 0]);
    const folder = process.env['MENSHEN_SCREENSHOTS'];
    if (folder === undefined || folder === '') return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `lab-${name}.png`), fullPage: true });
  };

  it('attacks, protects, attacks again, looks at honest use, and passes', async () => {
    const page = await visit('zhang', 'zh-CN');
    await page.goto(deployment.platform.learnUrl() ?? '');
    await page.getByRole('link', { name: /被盗的微信登录/ }).click();
    await looks(page, 'before');
    await page.getByRole('button', { name: '启动实验环境' }).click();
    await page.getByRole('button', { name: '打开防护' }).waitFor({ timeout: startMs });
    // The protection waits for attacks that succeed.
    expect(await page.getByRole('button', { name: '打开防护' }).isDisabled()).toBe(true);
    const card = (name: string) => page.getByRole('region', { name, exact: true });
    const send = async (name: string, said: string): Promise<void> => {
      await card(name).getByRole('button', { name: '发送' }).click();
      await card(name).getByText(said).first().waitFor();
    };
    await send('盗号者：读取她的档案', '攻击得手了。');
    await card('盗号者：把她的手机号改成自己的')
      .getByLabel(/手机号/)
      .fill('13800001111');
    await send('盗号者：把她的手机号改成自己的', '攻击得手了。');
    await card('盗号者：把她的手机号改成自己的').getByText('"phone": "13800001111"').first().waitFor();
    await looks(page, 'attacked');
    await page.getByRole('button', { name: '打开防护' }).click();
    await page.getByText('防护已打开。').waitFor();
    await page.getByText('改了哪些配置').click();
    await page.getByText('threshold: 3').waitFor();
    await send('盗号者：读取她的档案', '防护后：被拦住了');
    await send('盗号者：把她的手机号改成自己的', '防护后：被拦住了');
    await send('林晓彤本人：在办公室看自己的档案', '防护后：正常通过');
    expect(await page.getByText('实验通过！').count()).toBe(0);
    await send('林晓彤本人：更新住址', '防护后：正常通过');
    await page.getByText('实验通过！').waitFor();
    await card('决策日志').getByText('mfa_required').first().waitFor();
    await looks(page, 'passed');
    await page.getByRole('button', { name: '结束实验环境' }).click();
    await page.getByRole('button', { name: '启动实验环境' }).waitFor();
    await page.getByRole('link', { name: '返回' }).click();
    await page.getByRole('region', { name: '动手实验' }).getByText(/通过$/).waitFor();
    await looks(page, 'home');
    await page.context().close();
    expect(problems.splice(0)).toEqual([]);
  });

  it('says in English that every place is taken, and that a sandbox has ended, by keyboard too', async () => {
    const page = await visit('li', 'en-GB');
    const zhang = learnBrowser(deployment);
    await zhang.signIn('zhang');
    await zhang.call('POST', 'labs/stored-script/start', {});
    await page.goto(`${deployment.platform.learnUrl()}/labs/tampered-coupon`);
    await page.getByRole('button', { name: 'Start the sandbox' }).press('Enter');
    await page.getByRole('alert').getByText('All sandboxes are in use').waitFor();
    await looks(page, 'full-en');
    await zhang.call('POST', 'labs/stored-script/end', {});
    await page.getByRole('button', { name: 'Start the sandbox' }).press('Enter');
    const claim = page.getByRole('region', { name: 'Change the request: a larger amount' });
    await claim.waitFor({ timeout: startMs });
    await claim.getByLabel('amount in cents').fill('100000');
    await claim.getByLabel('shop').press('Enter');
    await claim.getByText('The attack succeeded.').waitFor();
    await looks(page, 'coupon-en');
    await deployment.platform.train.labs.close();
    await claim.getByRole('button', { name: 'Send' }).press('Enter');
    await claim.getByRole('alert').getByText('The sandbox has ended').waitFor();
    await page.context().close();
    expect(problems.splice(0)).toEqual([]);
  });
});
