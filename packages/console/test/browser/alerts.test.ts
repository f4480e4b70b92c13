import { expect, it } from 'vitest';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('an alert, in a real browser', {}, (at) => {
  it('names the log of its events, and links only where the same number is the same entry', async () => {
    const { page } = at.visit;
    await at.visit.open(`/alerts/a_${'g'.repeat(22)}`);
    await page.getByText('序号属于本节点所写的日志 audit.example.com。').waitFor();
    expect(await page.getByRole('link', { name: '#598' }).getAttribute('href')).toBe('/audit/598');
    await at.visit.open(`/alerts/a_${'j'.repeat(22)}`);
    await page.getByText('序号属于另一节点所写的日志 node-2.audit.example.com').waitFor();
    await page.getByText('#40').waitFor();
    expect(await page.getByRole('link', { name: '#40' }).count()).toBe(0);
  });
});
