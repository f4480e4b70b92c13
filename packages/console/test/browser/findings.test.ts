import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { busyWorld } from '../fake/world.ts';
import { chromiumForTests } from './chromium.ts';
import { type Keys, keysOf } from './keys.ts';
import { type Stage, setStage, type Visit } from './stage.ts';

const chromium = chromiumForTests();

describe.skipIf(chromium.skip)('findings, in a real browser', () => {
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

  it('several are judged at once by keyboard, with a reason', async () => {
    const { press, type, tabTo, dialog, button } = keys;
    await visit.open('/findings?severity=high');
    const boxes = visit.page.getByRole('checkbox');
    await tabTo(boxes.nth(0));
    await press('Space');
    await tabTo(boxes.nth(1));
    await press('Space');
    const bar = visit.page.getByRole('toolbar', { name: '批量操作' });
    await bar.getByText('已选 2 处').waitFor();
    await bar.getByRole('button', { name: '标为误报' }).focus();
    await press('Enter');
    const asked = dialog('把 2 处发现标为误报');
    await tabTo(asked.getByRole('textbox', { name: '原因' }));
    await type('只有定时触发器会调用');
    await tabTo(button('标为误报', asked));
    await press('Enter');
    await asked.waitFor({ state: 'hidden' });
    expect(stage.server.writes.map(({ id }) => id)).toEqual(['changeFindings']);
    // What was chosen is done.
    await bar.waitFor({ state: 'hidden' });
  });

  it('keep their filters in the address, so that a view can be sent on', async () => {
    await visit.open('/findings');
    await visit.page.getByRole('link', { name: '1', exact: true }).first().click();
    await visit.page.waitForURL(/[?&]show=overdue/);
    await visit.settle();
    await visit.page.getByText('1 处', { exact: true }).waitFor();
    await visit.page.getByRole('link', { name: '可以读取别人的数据' }).click();
    await visit.page.waitForURL(/\/findings\/f_b+/);
  });
});
