import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { busyWorld } from '../fake/world.ts';
import { chromiumForTests } from './chromium.ts';
import { type Stage, setStage, type Visit } from './stage.ts';

const chromium = chromiumForTests();

describe.skipIf(chromium.skip)('inspection, by keyboard', () => {
  let stage: Stage;
  let visit: Visit;
  beforeAll(async () => {
    stage = await setStage(chromium.path());
    visit = await stage.visit({ language: 'en' });
  });
  afterAll(async () => {
    await stage?.close();
  });
  beforeEach(() => {
    stage.server.world = busyWorld();
  });

  const attacked = (): string =>
    stage.server.world.entries.find(({ traffic }) => traffic?.code === 'request_blocked')?.traffic?.requestId ?? '';
  const dialog = () => visit.page.getByRole('dialog');

  it('a false positive becomes an exception with two presses and a reason', async () => {
    const { page } = visit;
    await visit.open(`/traffic/${attacked()}`);
    await page.getByRole('button', { name: 'Not an attack: make an exception' }).focus();
    await page.keyboard.press('Enter');
    await dialog().getByText('sql.union_select').waitFor();
    await dialog().getByText('Blocked → passes').first().waitFor();
    await visit.screenshot('except dialog');
    expect(await visit.violations()).toEqual([]);
    // The reason has the focus, and none is refused.
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
    await dialog().getByRole('button', { name: 'Make the exception' }).click();
    await dialog().getByText('Give a reason', { exact: false }).waitFor();
    await dialog().locator('textarea').fill('texts of the SQL course');
    await dialog().getByRole('button', { name: 'Make the exception' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('The exception is made and ends by itself in 30 days.').waitFor();
    expect(visit.takeProblems()).toEqual([]);
  });

  it('a field that cannot be named has no such button', async () => {
    await visit.open(`/traffic/${attacked()}`);
    await visit.page.getByText("The field's name holds unusual characters, so there can be no exception for it.").waitFor();
    expect(await visit.page.getByRole('button', { name: 'Not an attack: make an exception' }).count()).toBe(1);
  });

  it('a route goes to monitor only with the approval of another, after a look at what that would change', async () => {
    const { page } = visit;
    await visit.open('/inspection');
    await page.getByRole('button', { name: 'Only monitor GET /api/me' }).focus();
    await page.keyboard.press('Enter');
    await dialog().getByText('Attacks on GET /api/me will be recorded and no longer stopped.').waitFor();
    await dialog().getByText('What cannot be replayed').waitFor();
    await visit.screenshot('monitor dialog');
    await dialog().locator('textarea').fill('a look first');
    await dialog().getByRole('button', { name: 'Monitor' }).click();
    await page.getByText('approval', { exact: false }).first().waitFor();
    expect(visit.takeProblems()).toEqual([]);
  });

  it('back to enforce needs nobody else', async () => {
    const { page } = visit;
    await visit.open('/inspection');
    await page.getByRole('button', { name: 'Enforce PUT /api/people/:uid/profile' }).click();
    await dialog().locator('textarea').fill('looked at for a week');
    await dialog().getByRole('button', { name: 'Enforce' }).click();
    await dialog().waitFor({ state: 'hidden' });
    expect(visit.takeProblems()).toEqual([]);
  });
});
