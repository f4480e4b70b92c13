import { expect, it } from 'vitest';
import { fakeIncident } from '../fake/incident-handlers.ts';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('the room of an incident, by keyboard', { look: { language: 'en' } }, (at) => {
  const dialog = () => at.visit.page.getByRole('dialog');
  const press = async (name: string): Promise<void> => {
    await at.visit.page.getByRole('button', { name, exact: true }).press('Enter');
  };

  it('what somebody heard is reported, and leads to its room', async () => {
    const { page } = at.visit;
    await at.visit.open('/incidents');
    await press('Report an incident');
    await dialog().getByLabel('In one line').fill('Calls that ask for codes');
    await dialog().getByLabel('Who told you').fill('a customer');
    await at.visit.screenshot('report dialog');
    expect(await at.visit.violations()).toEqual([]);
    await dialog().getByRole('button', { name: 'Report', exact: true }).click();
    await page.waitForURL(/\/incidents\/i_m+$/);
    expect(at.visit.takeProblems()).toEqual([]);
  });

  it('a step back takes a reason, and a clock keeps what it said', async () => {
    const { page } = at.visit;
    await at.visit.open(`/incidents/${fakeIncident}`);
    await press('Compare with the audit log');
    await page.getByText('one entry differs from the log').waitFor();
    await press('Contained');
    await dialog().getByText('It spreads no further.', { exact: false }).waitFor();
    await dialog().getByRole('button', { name: 'Contained' }).press('Enter');
    await dialog().waitFor({ state: 'hidden' });
    await press('Assign');
    await dialog().getByLabel('Owner').fill('night shift');
    await dialog().getByRole('button', { name: 'Assign' }).click();
    await dialog().waitFor({ state: 'hidden' });
    await press('False alarm');
    await dialog().getByRole('button', { name: 'False alarm' }).click();
    await dialog().getByText('at least 2', { exact: false }).waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'hidden' });
    await press('Correct a clock: Occurred');
    expect(await dialog().getByLabel('Time (Beijing)').inputValue()).toBe('2026-11-24T09:30');
    await dialog().locator('textarea').fill('the log says so');
    await at.visit.screenshot('clock dialog');
    expect(await at.visit.violations()).toEqual([]);
    await dialog().getByRole('button', { name: 'Correct', exact: true }).click();
    await dialog().waitFor({ state: 'hidden' });
    expect(at.visit.takeProblems()).toEqual([]);
  });

  it('a box of the checklist takes what proves it; what is open asks for a reason before it counts as recovered', async () => {
    await at.visit.open(`/incidents/${fakeIncident}?tab=recovery`);
    await press('Fill: Hardened');
    await dialog().getByText('Policies published', { exact: false }).waitFor();
    await at.visit.screenshot('recovery dialog');
    expect(await at.visit.violations()).toEqual([]);
    await dialog().getByRole('radio', { name: 'A named person states it' }).press('Space');
    await dialog().getByRole('button', { name: 'Fill' }).click();
    await dialog().getByText('A name is needed.').waitFor();
    await dialog().getByLabel('Who states it').fill('Wang Jianguo');
    await dialog().getByLabel('Reason').fill('looked at every table of the shop');
    await dialog().getByRole('button', { name: 'Fill' }).click();
    await dialog().waitFor({ state: 'hidden' });
    await press('Recovered');
    await dialog().getByText('Open in the checklist: Hardened and Reopened.', { exact: false }).waitFor();
    await at.visit.screenshot('exception dialog');
    await dialog().getByRole('button', { name: 'Recovered' }).click();
    await dialog().getByText('at least 10', { exact: false }).waitFor();
    await dialog().getByLabel('Reason for the exception').fill('the supplier repairs it next week');
    await dialog().getByRole('button', { name: 'Recovered' }).click();
    await dialog().waitFor({ state: 'hidden' });
    expect(at.visit.takeProblems()).toEqual([]);
  });

  it('a judgement states facts, says what the numbers point to, and stands by a name', async () => {
    const { page } = at.visit;
    await at.visit.open(`/incidents/${fakeIncident}?tab=judgement`);
    await press('Judge anew');
    const judge = page.getByRole('button', { name: 'Judge', exact: true });
    expect(await judge.isDisabled()).toBe(true);
    await page.getByText('By people and loss alone: considerable.', { exact: false }).waitFor();
    await page.getByLabel('People concerned (estimate)').fill('10');
    await page.getByText('By people and loss alone').waitFor({ state: 'hidden' });
    await page.getByLabel('Direct loss in yuan (estimate)').fill('6000000');
    await page.getByText('By people and loss alone: considerable.', { exact: false }).waitFor();
    await at.visit.screenshot('judgement form');
    expect(await at.visit.violations()).toEqual([]);
    await page.getByLabel('Ground').fill('the export log');
    await judge.press('Enter');
    await judge.waitFor({ state: 'hidden' });
    await press('Note it as done: Report to the provincial cyberspace administration');
    await dialog().getByLabel('Reference').fill('2026-118');
    await dialog().getByRole('button', { name: 'Note it as done' }).click();
    await dialog().waitFor({ state: 'hidden' });
    expect(at.visit.takeProblems()).toEqual([]);
  });

  it('evidence goes in, and one that is refused says why; reports say what is still empty', async () => {
    const { page } = at.visit;
    await at.visit.open(`/incidents/${fakeIncident}?tab=evidence`);
    await press('Add evidence');
    const put = (name: string) =>
      dialog()
        .locator('input[type=file]')
        .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from('hello') });
    const add = dialog().getByRole('button', { name: 'Add evidence' });
    expect(await add.isDisabled()).toBe(true);
    await put('tool.exe');
    await add.click();
    await dialog().getByText('Files of this type are not taken as evidence', { exact: false }).waitFor();
    await put('seen.txt');
    await add.click();
    await dialog().waitFor({ state: 'hidden' });
    const saved = page.waitForEvent('download');
    await press('Take out: gateway-0900.log');
    expect((await saved).suggestedFilename()).toBe('gateway-0900.log');
    await at.visit.open(`/incidents/${fakeIncident}?tab=reports`);
    const report = page.waitForEvent('download');
    await press('First report, Word file');
    expect((await report).suggestedFilename()).toBe('INC-0012-x.docx');
    await page.getByText('2 fields are still empty', { exact: false }).waitFor();
    await page.getByLabel('Cause').fill('a weak password');
    await press('Save');
    await page.getByText('Saved').waitFor();
    expect(at.visit.takeProblems()).toEqual([]);
  });
});
