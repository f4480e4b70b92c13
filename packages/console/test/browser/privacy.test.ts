import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('privacy duties, in a real browser and by keyboard', {}, (at) => {
  const writes = (): string[] => at.stage.server.writes.map(({ id }) => id);

  it('a request is verified before anything else, with a word of how', async () => {
    const { press, type, tabTo, hasFocus, dialog, button } = at.keys;
    await at.visit.open('/privacy/requests/pr_BBBBBBBBBBBBBBBB');
    const verify = button('核实身份');
    await tabTo(verify);
    expect(await at.visit.page.getByRole('button', { name: '生成签名的副本并办结' }).count()).toBe(0);
    await press('Enter');
    const asked = dialog('核实身份');
    const confirm = button('核实身份', asked);
    await hasFocus(asked.getByRole('textbox', { name: '原因' }));
    await tabTo(confirm);
    await press('Enter');
    await asked.getByRole('alert').first().waitFor();
    expect(writes()).toEqual([]);
    await tabTo(asked.getByRole('textbox', { name: '原因' }));
    await type('called back');
    await tabTo(confirm);
    await press('Enter');
    await asked.waitFor({ state: 'hidden' });
    await hasFocus(verify);
    expect(writes()).toEqual(['advanceSubjectRequest']);
  });

  it('an erasure says what goes and asks why, and Escape calls it off', async () => {
    const { press, tabTo, hasFocus, dialog, button } = at.keys;
    await at.visit.open('/privacy/requests/pr_AAAAAAAAAAAAAAAA');
    const erase = button('删除个人信息');
    await tabTo(erase);
    await press('Enter');
    const asked = dialog('删除个人信息');
    await asked.getByText('将删除此人的 26 行数据').waitFor();
    await press('Escape');
    await asked.waitFor({ state: 'hidden' });
    await hasFocus(erase);
    expect(writes()).toEqual([]);
  });

  it('retention is tried before it is carried out, and a certificate is a file', async () => {
    const { press, tabTo, button } = at.keys;
    await at.visit.open('/privacy/erasure');
    await tabTo(button('试算'));
    await press('Enter');
    await at.visit.page.getByText('现在执行将删除').waitFor();
    expect(at.stage.server.writes).toMatchObject([{ id: 'runRetention' }]);
    const save = at.visit.page.getByRole('button', { name: '下载证明 er_AAAAAAAAAAAAAAAA' });
    const [file] = await Promise.all([at.visit.page.waitForEvent('download'), save.click()]);
    expect(file.suggestedFilename()).toBe('menshen-erasure-er_AAAAAAAAAAAAAAAA.json');
    expect(JSON.parse(await readFile(await file.path(), 'utf8'))).toMatchObject({ statement: '{}' });
  });

  it('a third party is entered from a suggestion', async () => {
    const { press, type, tabTo, dialog, button } = at.keys;
    await at.visit.open('/privacy/processors');
    await tabTo(at.visit.page.getByRole('button', { name: '登记 crm.example.com' }));
    await press('Enter');
    const asked = dialog('登记');
    await tabTo(asked.getByRole('textbox', { name: '目的' }));
    await type('service');
    await tabTo(asked.getByRole('textbox', { name: '处理地' }));
    await type('CN');
    await tabTo(button('保存', asked));
    await press('Enter');
    await asked.waitFor({ state: 'hidden' });
    expect(writes()).toEqual(['putProcessor']);
  });
});
