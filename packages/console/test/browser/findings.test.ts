import { expect, it } from 'vitest';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('findings, in a real browser', {}, (at) => {
  it('several are judged at once by keyboard, with a reason', async () => {
    const { press, type, tabTo, dialog, button } = at.keys;
    await at.visit.open('/findings?severity=high');
    const boxes = at.visit.page.getByRole('checkbox');
    await tabTo(boxes.nth(0));
    await press('Space');
    await tabTo(boxes.nth(1));
    await press('Space');
    const bar = at.visit.page.getByRole('toolbar', { name: '批量操作' });
    await bar.getByText('已选 2 处').waitFor();
    await bar.getByRole('button', { name: '标为误报' }).focus();
    await press('Enter');
    const asked = dialog('把 2 处发现标为误报');
    await tabTo(asked.getByRole('textbox', { name: '原因' }));
    await type('只有定时触发器会调用');
    await tabTo(button('标为误报', asked));
    await press('Enter');
    await asked.waitFor({ state: 'hidden' });
    expect(at.stage.server.writes.map(({ id }) => id)).toEqual(['changeFindings']);
    // What was chosen is done.
    await bar.waitFor({ state: 'hidden' });
  });

  it('keep their filters in the address, so that a view can be sent on', async () => {
    await at.visit.open('/findings');
    await at.visit.page.getByRole('link', { name: '1', exact: true }).first().click();
    await at.visit.page.waitForURL(/[?&]show=overdue/);
    await at.visit.settle();
    await at.visit.page.getByText('1 处', { exact: true }).waitFor();
    await at.visit.page.getByRole('link', { name: '可以读取别人的数据' }).click();
    await at.visit.page.waitForURL(/\/findings\/f_b+/);
  });
});
