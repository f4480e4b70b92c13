import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeItem } from '../fake/compliance-handlers.ts';
import { busyWorld } from '../fake/world.ts';
import { chromiumForTests } from './chromium.ts';
import { type Keys, keysOf } from './keys.ts';
import { type Stage, setStage, type Visit } from './stage.ts';

const chromium = chromiumForTests();

describe.skipIf(chromium.skip)('compliance and reports, by keyboard', () => {
  let stage: Stage;
  let visit: Visit;
  let keys: Keys;
  beforeAll(async () => {
    stage = await setStage(chromium.path());
    stage.server.world = busyWorld();
    visit = await stage.visit();
    keys = keysOf(visit);
  });
  afterAll(async () => {
    expect(visit?.takeProblems() ?? []).toEqual([]);
    await visit?.close();
    await stage?.close();
  });
  const written = (id: string) => stage.server.writes.filter((one) => one.id === id);

  it('goes from a cell to the requirement, and from there to where the gap is closed', async () => {
    const { page } = visit;
    await visit.open('/compliance?state=gap');
    const [cell] = await page.getByRole('link', { name: /：缺口$/ }).all();
    if (cell === undefined) throw new Error('no gap');
    await keys.tabTo(cell);
    await keys.press('Enter');
    await page.waitForURL(/\/compliance\/mlps/);
    await visit.settle();
    await page.getByRole('link', { name: '让每位管理员登记二次验证' }).first().press('Enter');
    await page.waitForURL(/\/administrators/);
  });

  it('says of a requirement that it does not apply, with a reason', async () => {
    await visit.open(`/compliance/${fakeItem}`);
    const open = keys.button('标记为不适用');
    await keys.tabTo(open);
    await keys.press('Enter');
    // The dialog is open when its reason has the focus.
    await keys.hasFocus(keys.dialog('标记为不适用').getByRole('textbox').first());
    await keys.type('本单位没有使用无线网络');
    await keys.tabTo(keys.button('标记为不适用', keys.dialog('标记为不适用')));
    await keys.press('Enter');
    await expect.poll(() => written('excludeComplianceItem').length).toBe(1);
    expect(written('excludeComplianceItem')[0]?.body).toMatchObject({ reason: '本单位没有使用无线网络' });
  });

  it('makes a report, and reads what changed since the last', async () => {
    const { page } = visit;
    await visit.open('/reports');
    await keys.tabTo(keys.button('生成报告'));
    await keys.press('Enter');
    const dialog = keys.dialog('生成报告');
    await dialog.waitFor();
    await keys.tabTo(keys.button('生成报告', dialog));
    await keys.press('Enter');
    await expect.poll(() => written('makeReport').length).toBe(1);
    expect(written('makeReport')[0]?.body).toMatchObject({ kind: 'mlps', lang: 'zh' });
    await dialog.waitFor({ state: 'hidden' });
    await keys.tabTo(keys.button('与第 2 号比较：第 8 号报告'));
    await keys.press('Enter');
    await keys.dialog('第 8 号与第 2 号').getByText('8.1.4.1 d').waitFor();
    await page.keyboard.press('Escape');
  });

  it('checks a file that somebody holds, and sends its hash alone', async () => {
    const { page } = visit;
    await visit.open('/reports');
    await page.getByLabel('选择报告文件').setInputFiles({ name: 'r.html', mimeType: 'text/html', buffer: Buffer.from('abc') });
    await page.getByText(/签名有效/).waitFor();
    // SHA-256 of "abc" (FIPS 180-4).
    expect(written('verifyReport').at(-1)?.body).toEqual({
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
  });
});
