import { expect, it } from 'vitest';
import { fakeItem } from '../fake/compliance-handlers.ts';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('compliance and reports, by keyboard', {}, (at) => {
  const written = (id: string) => at.stage.server.writes.filter((one) => one.id === id);

  it('goes from a cell to the requirement, and from there to where the gap is closed', async () => {
    const { page } = at.visit;
    await at.visit.open('/compliance?state=gap');
    const [cell] = await page.getByRole('link', { name: /：缺口$/ }).all();
    if (cell === undefined) throw new Error('no gap');
    await at.keys.tabTo(cell);
    await at.keys.press('Enter');
    await page.waitForURL(/\/compliance\/mlps/);
    await at.visit.settle();
    await page.getByRole('link', { name: '让每位管理员登记二次验证' }).first().press('Enter');
    await page.waitForURL(/\/administrators/);
  });

  it('says of a requirement that it does not apply, with a reason', async () => {
    await at.visit.open(`/compliance/${fakeItem}`);
    const open = at.keys.button('标记为不适用');
    await at.keys.tabTo(open);
    await at.keys.press('Enter');
    // The dialog is open when its reason has the focus.
    await at.keys.hasFocus(at.keys.dialog('标记为不适用').getByRole('textbox').first());
    await at.keys.type('本单位没有使用无线网络');
    await at.keys.tabTo(at.keys.button('标记为不适用', at.keys.dialog('标记为不适用')));
    await at.keys.press('Enter');
    await expect.poll(() => written('excludeComplianceItem').length).toBe(1);
    expect(written('excludeComplianceItem')[0]?.body).toMatchObject({ reason: '本单位没有使用无线网络' });
  });

  it('makes a report, and reads what changed since the last', async () => {
    const { page } = at.visit;
    await at.visit.open('/reports');
    await at.keys.tabTo(at.keys.button('生成报告'));
    await at.keys.press('Enter');
    const dialog = at.keys.dialog('生成报告');
    await dialog.waitFor();
    await at.keys.tabTo(at.keys.button('生成报告', dialog));
    await at.keys.press('Enter');
    await expect.poll(() => written('makeReport').length).toBe(1);
    expect(written('makeReport')[0]?.body).toMatchObject({ kind: 'mlps', lang: 'zh' });
    await dialog.waitFor({ state: 'hidden' });
    await at.keys.tabTo(at.keys.button('与第 2 号比较：第 8 号报告'));
    await at.keys.press('Enter');
    await at.keys.dialog('第 8 号与第 2 号').getByText('8.1.4.1 d').waitFor();
    await page.keyboard.press('Escape');
  });

  it('checks a file that somebody holds, and sends its hash alone', async () => {
    const { page } = at.visit;
    await at.visit.open('/reports');
    await page.getByText('未选择文件，也可以拖到这里').waitFor();
    await page.getByLabel('选择报告文件').setInputFiles({ name: 'r.html', mimeType: 'text/html', buffer: Buffer.from('abc') });
    await page.getByText(/签名有效/).waitFor();
    await page.getByText('r.html（3 B）').waitFor();
    // SHA-256 of "abc" (FIPS 180-4).
    expect(written('verifyReport').at(-1)?.body).toEqual({
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
  });
});
