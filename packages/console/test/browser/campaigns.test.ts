import { expect, it } from 'vitest';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('hundreds of campaigns', { look: { language: 'en' } }, (at) => {
  it('are drawn fifty at once, and found by a part of their name', async () => {
    const { page } = at.visit;
    await page.route('**/api/v1/campaigns', async (route) => {
      const answer = await route.fetch();
      const { campaigns, ...rest } = await answer.json();
      const many = Array.from({ length: 500 }, (_, n) => ({
        ...{ ...campaigns[0], id: `many-${n}`, state: 'open', stop: null, name: { zh: `第${n}号`, en: `Number ${n}` } },
      }));
      await route.fulfill({ response: answer, json: { ...rest, campaigns: many } });
    });
    await at.visit.open('/campaigns');
    const rows = page.getByRole('link', { name: /^Number \d+$/ });
    await rows.first().waitFor();
    expect(await rows.count()).toBe(50);
    expect(await at.visit.violations()).toEqual([]);
    await page.getByRole('button', { name: 'More' }).press('Enter');
    await expect.poll(() => rows.count()).toBe(100);
    await page.getByLabel('Name, id or app').fill('number 49');
    // 49, and 490 to 499.
    await expect.poll(() => rows.count()).toBe(11);
    await page.getByLabel('Name, id or app').fill('nothing of this');
    await page.getByText('No campaign matches').waitFor();
    expect(at.visit.takeProblems()).toEqual([]);
  });
});
