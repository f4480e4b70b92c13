import { expect, it } from 'vitest';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('security bulletins, in a real browser and by keyboard', {}, (at) => {
  it('one is written, looked at in both languages, and saved', async () => {
    const { press, type, tabTo, button } = at.keys;
    await at.visit.open('/bulletins/new');
    const { page } = at.visit;
    for (const [label, text] of [
      ['标题（中文）', '锁屏再离开'],
      ['正文（中文）', '按 Win+L'],
      ['标题（英文）', 'Lock your screen'],
      ['正文（英文）', 'Press Win+L'],
    ] as const) {
      await tabTo(page.getByRole('textbox', { name: label }));
      await type(text);
    }
    await tabTo(button('预览'));
    await press('Enter');
    await page.getByText('[Security tip] Lock your screen').waitFor();
    await page.getByText('现在会发给 60 人').waitFor();
    await tabTo(button('保存草稿'));
    await press('Enter');
    await page.waitForURL('**/bulletins/tb_*');
    expect(at.stage.server.writes).toMatchObject([
      { id: 'previewBulletin' },
      { id: 'createBulletin', body: { kind: 'tip', title: { zh: '锁屏再离开' }, schedule: { kind: 'once', at: null } } },
    ]);
  });

  it('is stopped with a reason, and says whom it did not reach', async () => {
    const { press, type, tabTo, dialog, button } = at.keys;
    await at.visit.open('/bulletins');
    await tabTo(at.visit.page.getByRole('button', { name: '1 人未送达' }));
    await press('Enter');
    await at.visit.page.getByText('没有可用的邮箱或企业微信账号').waitFor();
    await tabTo(at.visit.page.getByRole('button', { name: '停止发送“离开座位先锁屏”' }));
    await press('Enter');
    const asked = dialog('停止发送');
    await tabTo(asked.getByRole('textbox', { name: '原因' }));
    await type('内容有误');
    await tabTo(button('停止发送', asked));
    await press('Enter');
    await asked.waitFor({ state: 'hidden' });
    expect(at.stage.server.writes).toMatchObject([{ id: 'stopBulletin', body: { reason: '内容有误' } }]);
  });
});
