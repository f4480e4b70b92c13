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

  it('of a lying backend says in words what was expected and what came', async () => {
    const { page } = at.visit;
    await at.visit.open(`/alerts/a_${'l'.repeat(22)}`);
    await page.locator('dd').getByText('5.00 至 20.00 元，每档 1.00 元', { exact: true }).waitFor();
    await page.locator('dd').getByText('99.00 元', { exact: true }).waitFor();
    expect(await page.locator('dd').getByText('cents:', { exact: false }).count()).toBe(0);
    await at.visit.screenshot('an alert of a lying backend');
  });
});

describeInBrowser('an alert, in English', { look: { language: 'en' } }, (at) => {
  it('of a lying backend says in words what was expected and what came', async () => {
    const { page } = at.visit;
    await at.visit.open(`/alerts/a_${'l'.repeat(22)}`);
    await page.locator('dd').getByText('5.00 to 20.00 yuan, in steps of 1.00', { exact: true }).waitFor();
    await page.locator('dd').getByText('99.00 yuan', { exact: true }).waitFor();
    await at.visit.screenshot('an alert of a lying backend, in English');
  });
});
