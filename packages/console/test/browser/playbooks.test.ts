import { expect, it } from 'vitest';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('playbooks, by keyboard', { look: { language: 'en' } }, (at) => {
  const dialog = () => at.visit.page.getByRole('dialog');

  it('a playbook is tried on recorded alerts, and started with what it needs and a reason', async () => {
    const { page } = at.visit;
    await at.visit.open('/playbooks/stolen-credential');
    await page.getByRole('button', { name: 'Try', exact: true }).press('Enter');
    await page.getByText('214 alerts, 9 of them are triggers; it would have run 6 times').waitFor();
    await page.getByText('48 requests of 3 persons, 0 of them above suspicion').waitFor();
    await at.visit.screenshot('playbook tried');
    expect(await at.visit.violations()).toEqual([]);
    await page.getByRole('button', { name: 'Start by hand' }).click();
    await dialog().getByText('must be approved by somebody other than you', { exact: false }).waitFor();
    // The dialog is open when its reason has the focus.
    await dialog().locator('textarea:focus').waitFor();
    await dialog().getByLabel('Account (needed)').fill('zhang');
    await dialog().getByRole('button', { name: 'Start by hand' }).click();
    await dialog().getByText('Give a reason', { exact: false }).waitFor();
    await dialog().locator('textarea').fill('the phone was stolen');
    await dialog().getByRole('button', { name: 'Start by hand' }).click();
    await page.waitForURL('**/playbooks/runs/*');
    expect(at.visit.takeProblems()).toEqual([]);
  });

  it('a playbook is told to ask each time, and a run is stopped, each with a reason', async () => {
    const { page } = at.visit;
    await at.visit.open('/playbooks');
    await page.getByRole('button', { name: 'Change how the playbook Stolen credential runs' }).click();
    await dialog()
      .getByRole('radio', { name: /Asks each time/ })
      .check();
    await at.visit.screenshot('playbook mode');
    expect(await at.visit.violations()).toEqual([]);
    await dialog().locator('textarea').fill('to watch it first');
    await dialog().getByRole('button', { name: 'Change', exact: true }).click();
    await dialog().waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: /Look and decide/ }).press('Enter');
    await page.getByRole('button', { name: 'Approve the step Lock the account' }).waitFor();
    await at.visit.screenshot('playbook decision');
    expect(await at.visit.violations()).toEqual([]);
    // Whoever decides reads whom it is about before they do.
    await page.getByRole('button', { name: 'Approve the step Lock the account' }).press('Enter');
    await dialog().getByText('Lock accounts (Person zhang · For 24h)', { exact: false }).waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Abort', exact: true }).click();
    await dialog().locator('textarea').fill('it was the person');
    await dialog().getByRole('button', { name: 'Abort', exact: true }).click();
    await dialog().waitFor({ state: 'hidden' });
    expect(at.visit.takeProblems()).toEqual([]);
  });
});
