import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { busyWorld } from '../fake/world.ts';
import { chromiumForTests } from './chromium.ts';
import { type Keys, keysOf } from './keys.ts';
import { type Stage, setStage, type Visit } from './stage.ts';

const chromium = chromiumForTests();

describe.skipIf(chromium.skip)('training, in a real browser and by keyboard', () => {
  let stage: Stage;
  let visit: Visit;
  let keys: Keys;
  beforeAll(async () => {
    stage = await setStage(chromium.path());
  });
  afterAll(async () => {
    await stage?.close();
  });
  beforeEach(async () => {
    stage.server.world = busyWorld();
    stage.server.writes.length = 0;
    visit = await stage.visit();
    keys = keysOf(visit);
  });
  afterEach(async () => {
    expect(visit.takeProblems()).toEqual([]);
    await visit.close();
  });

  it('a proposal is assigned with a reason, to whom it says', async () => {
    const { press, type, tabTo, dialog, button } = keys;
    await visit.open('/training');
    await tabTo(visit.page.getByRole('button', { name: '指派课程“识别钓鱼邮件与消息”给研发中心' }));
    await press('Enter');
    const asked = dialog('指派课程');
    await asked.getByText('最近一周出现 3 起').first().waitFor();
    await tabTo(asked.getByRole('textbox', { name: '原因' }));
    await type('上周的告警');
    await tabTo(button('指派课程', asked));
    await press('Enter');
    await asked.waitFor({ state: 'hidden' });
    expect(stage.server.writes).toMatchObject([
      {
        id: 'createTrainingAssignment',
        body: { course: 'phishing', target: { kind: 'department', department: '2' }, proposed: true },
      },
    ]);
  });

  it('nobody is shown by name without a reason', async () => {
    const { press, type, tabTo, dialog, button } = keys;
    await visit.open('/training');
    await tabTo(button('按姓名查看'));
    await press('Enter');
    const asked = dialog('按姓名查看');
    await tabTo(button('查看', asked));
    await press('Enter');
    await asked.getByRole('alert').first().waitFor();
    expect(stage.server.writes).toEqual([]);
    await tabTo(asked.getByRole('textbox', { name: '原因' }));
    await type('逾期谈话');
    await tabTo(button('查看', asked));
    await press('Enter');
    await visit.page.getByText('这次查看已写入审计日志').waitFor();
    expect(stage.server.writes).toMatchObject([{ id: 'readTrainingPeople', body: { reason: '逾期谈话', state: 'overdue' } }]);
  });

  it('a course is checked before it is saved, and exported as a file', async () => {
    const { press, tabTo, button } = keys;
    await visit.open('/training/new');
    const text = visit.page.getByRole('textbox', { name: '中文' });
    await text.fill((await text.inputValue()).replace('draw: 3', 'draw: 9'));
    await tabTo(button('检查并预览'));
    await press('Enter');
    await visit.page.getByText('中文第 6 行：').waitFor();
    await text.fill((await text.inputValue()).replace('draw: 9', 'draw: 3'));
    await tabTo(button('检查并预览'));
    await press('Enter');
    await visit.page.getByText('没有问题，可以保存。').waitFor();
    // What stands in a course as a script is a text of the preview.
    await visit.page.getByText('<script>alert(1)</script>').waitFor();
    await visit.open('/training/our-rules');
    const save = visit.page.getByRole('button', { name: '导出 SCORM 1.2' });
    const [file] = await Promise.all([visit.page.waitForEvent('download'), save.click()]);
    expect(file.suggestedFilename()).toBe('menshen-phishing.zip');
    expect((await readFile(await file.path())).subarray(0, 2).toString()).toBe('PK');
  });
});
