import { expect, it } from 'vitest';
import { buildLog } from '../fake/log.ts';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('the head of the audit log, in a real browser', {}, (at) => {
  it('is verified with the older logs that it continues, and says what a recovery lost', async () => {
    const { press, tabTo } = at.keys;
    await at.visit.open('/audit');
    await tabTo(at.visit.page.getByRole('button', { name: '由服务器验证整个日志' }));
    await press('Enter');
    const older = at.visit.page.getByRole('region', { name: '所接续的旧日志' });
    await older.waitFor();
    const text = await older.innerText();
    for (const part of ['完整', 'menshen.test/before', '48,211', '恢复时丢失 3 条']) expect(text).toContain(part);
    expect(at.stage.server.writes.map(({ id }) => id)).toEqual(['verifyAudit']);
  });

  it('is verified whole by the browser itself, which remembers what it saw and finds a log that was rewritten', async () => {
    const { press, tabTo } = at.keys;
    await at.visit.open('/audit');
    const own = at.visit.page.getByRole('region', { name: '在本浏览器中验证' });
    const button = own.getByRole('button', { name: '在本浏览器中验证整个日志' });
    await tabTo(button);
    await press('Enter');
    await own.getByText('本浏览器已确认').waitFor();
    const { log } = at.stage.server.world;
    const count = log.size.toLocaleString('zh-CN');
    expect(await own.innerText()).toContain(`核对了 ${count} 条`);
    await button.click();
    await own.getByText(`其前 ${count} 条与本浏览器上次核对的完全相同`).waitFor();
    const rewritten = buildLog([{ somebody: 'else' }, ...Array.from({ length: log.size }, (_, nth) => ({ nth }))]);
    at.stage.server.world = { ...at.stage.server.world, log: rewritten };
    await button.click();
    await own.getByText('日志开头与本浏览器上次核对的不同').waitFor();
    at.stage.server.world = { ...at.stage.server.world, log: { ...rewritten, file: () => null } };
    await button.click();
    await own.getByText('没有检查点').waitFor();
  });
});
