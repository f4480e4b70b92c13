import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('training, in a real browser and by keyboard', {}, (at) => {
  it('a proposal is assigned with a reason, to whom it says', async () => {
    const { press, type, tabTo, dialog, button } = at.keys;
    await at.visit.open('/training');
    await tabTo(at.visit.page.getByRole('button', { name: '指派课程“识别钓鱼邮件与消息”给研发中心' }));
    await press('Enter');
    const asked = dialog('指派课程');
    await asked.getByText('最近一周出现 3 起').first().waitFor();
    await tabTo(asked.getByRole('textbox', { name: '原因' }));
    await type('上周的告警');
    await tabTo(button('指派课程', asked));
    await press('Enter');
    await asked.waitFor({ state: 'hidden' });
    expect(at.stage.server.writes).toMatchObject([
      {
        id: 'createTrainingAssignment',
        body: { course: 'phishing', target: { kind: 'department', department: '2' }, proposed: true },
      },
    ]);
  });

  it('nobody is shown by name without a reason', async () => {
    const { press, type, tabTo, dialog, button } = at.keys;
    await at.visit.open('/training');
    await tabTo(button('按姓名查看'));
    await press('Enter');
    const asked = dialog('按姓名查看');
    await tabTo(button('查看', asked));
    await press('Enter');
    await asked.getByRole('alert').first().waitFor();
    expect(at.stage.server.writes).toEqual([]);
    await tabTo(asked.getByRole('textbox', { name: '原因' }));
    await type('逾期谈话');
    await tabTo(button('查看', asked));
    await press('Enter');
    await at.visit.page.getByText('这次查看已写入审计日志').waitFor();
    expect(at.stage.server.writes).toMatchObject([{ id: 'readTrainingPeople', body: { reason: '逾期谈话', state: 'overdue' } }]);
  });

  it('a course is checked before it is saved, and exported as a file', async () => {
    const { press, tabTo, button } = at.keys;
    await at.visit.open('/training/new');
    const text = at.visit.page.getByRole('textbox', { name: '中文' });
    await text.fill((await text.inputValue()).replace('draw: 3', 'draw: 9'));
    await tabTo(button('检查并预览'));
    await press('Enter');
    await at.visit.page.getByText('中文第 6 行：').waitFor();
    await text.fill((await text.inputValue()).replace('draw: 9', 'draw: 3'));
    await tabTo(button('检查并预览'));
    await press('Enter');
    await at.visit.page.getByText('没有问题，可以保存。').waitFor();
    // What stands in a course as a script is a text of the preview.
    await at.visit.page.getByText('<script>alert(1)</script>').waitFor();
    await at.visit.open('/training/our-rules');
    const save = at.visit.page.getByRole('button', { name: '导出 SCORM 1.2' });
    const [file] = await Promise.all([at.visit.page.waitForEvent('download'), save.click()]);
    expect(file.suggestedFilename()).toBe('menshen-phishing.zip');
    expect((await readFile(await file.path())).subarray(0, 2).toString()).toBe('PK');
  });
});
