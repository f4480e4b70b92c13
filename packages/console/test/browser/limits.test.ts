import { expect, it } from 'vitest';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('limits and lists, by keyboard', { look: { language: 'en' } }, (at) => {
  const dialog = () => at.visit.page.getByRole('dialog');

  it('a caller that looks automated is denied with a reason, an owner and an end', async () => {
    const { page } = at.visit;
    await at.visit.open('/limits');
    await page.getByRole('button', { name: 'Put 203.0.113.7 on the deny list' }).press('Enter');
    await dialog().getByText('Every node follows within a second.', { exact: false }).waitFor();
    expect(await dialog().getByLabel('Values, one a line').inputValue()).toBe('203.0.113.7');
    await at.visit.screenshot('deny dialog');
    expect(await at.visit.violations()).toEqual([]);
    // Neither owner nor reason: nothing is sent.
    await dialog().getByRole('button', { name: 'Add to a list' }).click();
    await dialog().getByText('Give a reason', { exact: false }).waitFor();
    await dialog().getByLabel('Owner').fill('security team');
    await dialog().getByLabel('Reason').fill('sweeps over routes');
    await dialog().getByRole('button', { name: 'Add to a list' }).press('Enter');
    await dialog().waitFor({ state: 'hidden' });
    await at.visit.open('/lists');
    await page.getByText('6 entries').waitFor();
    expect(at.visit.takeProblems()).toEqual([]);
  });

  it('an entry is removed, and somebody who is limited is let go, each with a reason', async () => {
    const { page } = at.visit;
    await at.visit.open('/lists');
    await page.getByRole('button', { name: 'Remove sqlmap' }).click();
    await dialog().getByText('sqlmap will not be denied any more, from now on.').waitFor();
    await dialog().locator('textarea').fill('no longer needed');
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await dialog().waitFor({ state: 'hidden' });
    await at.visit.open('/limits');
    await page.getByRole('button', { name: 'Lift the limit on 203.0.113.40' }).click();
    await dialog().locator('textarea').fill('a test of ours');
    await dialog().getByRole('button', { name: 'Lift' }).click();
    await dialog().waitFor({ state: 'hidden' });
    expect(at.visit.takeProblems()).toEqual([]);
  });

  it('a limit shows where in the configuration it is changed', async () => {
    const { page } = at.visit;
    await at.visit.open('/limits');
    await page.getByRole('button', { name: 'How to change a limit of portal: Each person: 5 in 1 minute' }).click();
    await dialog()
      .getByText('limit: { per: person, requests: 5, windowSeconds: 60, shared: true, answer: mfa }', { exact: false })
      .waitFor();
    await at.visit.screenshot('change dialog');
    expect(await at.visit.violations()).toEqual([]);
    expect(at.visit.takeProblems()).toEqual([]);
  });
});
