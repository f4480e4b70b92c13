import { expect, it } from 'vitest';
import { fakeRisk } from '../fake/risk-handlers.ts';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('risk, by keyboard', {}, (at) => {
  const written = (id: string) => at.stage.server.writes.filter((one) => one.id === id);

  it('goes from the matrix to the list, to the risk, to the record it rests on', async () => {
    const { page } = at.visit;
    await at.visit.open('/risk');
    const cell = page.getByRole('link', { name: '1 项风险：可能性 4，损失 5' });
    await at.keys.tabTo(cell);
    await at.keys.press('Enter');
    await page.waitForURL(/likelihood=4/);
    await page
      .getByRole('link', { name: /内部人员批量导出数据/ })
      .first()
      .press('Enter');
    await page.getByText('按输入重算一致').waitFor();
    await page.getByRole('link', { name: '此接口的请求' }).press('Enter');
    await page.waitForURL(/\/traffic/);
  });

  it('shows what changed the risk, and says in words what the chart shows', async () => {
    const { page } = at.visit;
    await at.visit.open('/risk?tab=trend');
    await page.getByRole('img', { name: /风险值合计 1,140.4 → 1,050.4/ }).waitFor();
    await page.getByRole('row', { name: /措施生效.*二次验证.*-48.2/ }).waitFor();
    const table = page.getByText('表', { exact: true }).first();
    await table.click();
    await page.getByRole('table', { name: '风险值合计' }).getByRole('row').nth(59).waitFor();
    await page.getByRole('link', { name: 'SQL 语句由输入拼接而成' }).press('Enter');
    await page.waitForURL(/\/findings/);
  });

  it('tries a control, and shows what it would change', async () => {
    const { page } = at.visit;
    await at.visit.open('/risk?tab=what-if');
    await at.keys.tabTo(at.keys.button('试算'));
    await at.keys.press('Enter');
    await page.getByText('1,078.2 → 1,050.4').waitFor();
    expect(written('riskWhatIf').at(-1)?.body).toEqual({
      changes: [{ kind: 'control', control: 'second_factor', on: true, where: { tag: 'personal', app: null } }],
    });
  });

  it('scores a vector that somebody typed', async () => {
    const { page } = at.visit;
    await at.visit.open('/risk?tab=versions');
    const field = page.getByRole('textbox', { name: '向量' });
    await at.keys.tabTo(field);
    await at.keys.type('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H');
    await at.keys.press('Enter');
    await page.getByText('CVSS 3.1：9.8（critical）').waitFor();
    expect(written('scoreVulnerability')).toHaveLength(1);
  });

  it('plans a treatment with an owner and a day that ends in China', async () => {
    const { page } = at.visit;
    await at.visit.open(`/risk/${fakeRisk}`);
    await at.keys.tabTo(at.keys.button('制定处置计划'));
    await at.keys.press('Enter');
    const dialog = at.keys.dialog('制定处置计划');
    await dialog.getByRole('textbox', { name: '负责人' }).fill('王磊');
    await dialog.getByLabel('完成期限').fill('2026-12-31');
    await dialog.getByRole('button', { name: /保\s*存/ }).press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => written('addTreatment').length).toBe(1);
    expect(written('addTreatment')[0]?.body).toMatchObject({
      ...{ risk: fakeRisk, option: 'reduce', plan: '为接口设置 auth: mfa', owner: '王磊', cost: null, residual: null },
      due: Date.parse('2026-12-31T23:59:59+08:00'),
    });
    await page.getByText('风险值及其由来').waitFor();
  });
});
