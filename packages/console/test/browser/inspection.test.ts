import { expect, it } from 'vitest';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('inspection, by keyboard', { look: { language: 'en' } }, (at) => {
  const attacked = (): string =>
    at.stage.server.world.entries.find(({ traffic }) => traffic?.code === 'request_blocked')?.traffic?.requestId ?? '';
  const dialog = () => at.visit.page.getByRole('dialog');

  it('a false positive becomes an exception with two presses and a reason', async () => {
    const { page } = at.visit;
    await at.visit.open(`/traffic/${attacked()}`);
    await page.getByRole('button', { name: 'Not an attack: make an exception' }).press('Enter');
    await dialog().getByText('sql.union_select').waitFor();
    await dialog().getByText('The value adds a UNION SELECT query.').waitFor();
    await dialog().getByText('Blocked → passes').first().waitFor();
    await at.visit.screenshot('except dialog');
    expect(await at.visit.violations()).toEqual([]);
    // The reason has the focus, and none is refused.
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
    await dialog().getByRole('button', { name: 'Make the exception' }).click();
    await dialog().getByText('Give a reason', { exact: false }).waitFor();
    await dialog().locator('textarea').fill('texts of the SQL course');
    await dialog().getByRole('button', { name: 'Make the exception' }).press('Enter');
    await page.getByText('The exception is made and ends by itself in 30 days.').waitFor();
    expect(at.visit.takeProblems()).toEqual([]);
  });

  it('a field that cannot be named has no such button', async () => {
    await at.visit.open(`/traffic/${attacked()}`);
    await at.visit.page.getByText("The field's name holds unusual characters, so there can be no exception for it.").waitFor();
    expect(await at.visit.page.getByRole('button', { name: 'Not an attack: make an exception' }).count()).toBe(1);
  });

  it('a request that does not fit its types says which field, why that is refused and what to do', async () => {
    const { page } = at.visit;
    const misfit = at.stage.server.world.entries.find(({ traffic }) => traffic?.code === 'schema_mismatch');
    await at.visit.open(`/traffic/${misfit?.traffic?.requestId}`);
    await page.getByRole('heading', { name: 'Why, and what to do' }).waitFor();
    await page.locator('dd').getByText('field amountCents: it is too large').waitFor();
    await page.locator('dd').getByText('declare it in the schema first', { exact: false }).waitFor();
    await at.visit.screenshot('why a request was refused');
    expect(await at.visit.violations()).toEqual([]);
    expect(at.visit.takeProblems()).toEqual([]);
  });

  it('a route goes to monitor only with the approval of another, after a look at what that would change', async () => {
    const { page } = at.visit;
    await at.visit.open('/inspection');
    await page.getByRole('button', { name: 'Only monitor GET /api/me' }).press('Enter');
    await dialog().getByText('Attacks on GET /api/me will be recorded and no longer stopped.').waitFor();
    await dialog().getByText('What cannot be replayed').waitFor();
    await at.visit.screenshot('monitor dialog');
    await dialog().locator('textarea').fill('a look first');
    await dialog().getByRole('button', { name: 'Monitor' }).click();
    await page.getByText('approval', { exact: false }).first().waitFor();
    expect(at.visit.takeProblems()).toEqual([]);
  });

  it('back to enforce needs nobody else', async () => {
    const { page } = at.visit;
    await at.visit.open('/inspection');
    await page.getByRole('button', { name: 'Enforce PUT /api/people/:uid/profile' }).click();
    await dialog().locator('textarea').fill('looked at for a week');
    await dialog().getByRole('button', { name: 'Enforce' }).click();
    await dialog().waitFor({ state: 'hidden' });
    expect(at.visit.takeProblems()).toEqual([]);
  });
});

describeInBrowser('making an exception, in Chinese', {}, (at) => {
  it('says in words what the rules look for that are to be passed', async () => {
    const { page } = at.visit;
    const blocked = at.stage.server.world.entries.find(({ traffic }) => traffic?.code === 'request_blocked');
    await at.visit.open(`/traffic/${blocked?.traffic?.requestId}`);
    await page.getByRole('button', { name: '不是攻击' }).first().press('Enter');
    const rule = page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'sql.union_select' });
    await rule.getByText('值中拼接了 UNION SELECT 查询。').waitFor();
    await at.visit.screenshot('except dialog, in Chinese');
  });
});
