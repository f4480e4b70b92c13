import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('the data inventory, in a real browser', {}, (at) => {
  it('a field is corrected by keyboard, and the focus comes back', async () => {
    const { press, type, tabTo, hasFocus, dialog, button } = at.keys;
    const field = encodeURIComponent('data.items[].name');
    await at.visit.open(`/data/field?of=portal&match=${encodeURIComponent('GET /api/people')}&field=${field}`);
    const correct = button('更正');
    await tabTo(correct);
    await press('Enter');
    const asked = dialog('更正字段信息');
    await tabTo(asked.getByRole('textbox', { name: '责任人' }));
    await type('HR');
    await tabTo(button('保存更正', asked));
    await press('Enter');
    await asked.waitFor({ state: 'hidden' });
    await hasFocus(correct);
    expect(at.stage.server.writes.map(({ id }) => id)).toEqual(['correctDataField']);
  });

  it('an exported file ends with the watermark of its entry in the audit log', async () => {
    await at.visit.open('/data');
    const save = at.visit.page.getByRole('button', { name: '导出 CSV' });
    const [file] = await Promise.all([at.visit.page.waitForEvent('download'), save.click()]);
    expect(file.suggestedFilename()).toBe('menshen-data-inventory.csv');
    const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 7 + 1);
    expect(lines.at(-1)).toMatch(/^# Menshen export menshen\.example\/601 \| admin \| .* \| menshen-data-inventory \| 7$/);
    expect(at.stage.server.writes.map(({ id }) => id)).toEqual(['registerExport']);
  });
});
