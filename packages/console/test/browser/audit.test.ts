import { expect, it } from 'vitest';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('the head of the audit log, in a real browser', {}, (at) => {
  it('is verified with the older logs that it continues, and says what a recovery lost', async () => {
    const { press, tabTo } = at.keys;
    await at.visit.open('/audit');
    await tabTo(at.visit.page.getByRole('button', { name: '验证整个日志' }));
    await press('Enter');
    const older = at.visit.page.getByRole('region', { name: '所接续的旧日志' });
    await older.waitFor();
    const text = await older.innerText();
    for (const part of ['完整', 'menshen.test/before', '48,211', '恢复时丢失 3 条']) expect(text).toContain(part);
    expect(at.stage.server.writes.map(({ id }) => id)).toEqual(['verifyAudit']);
  });
});
