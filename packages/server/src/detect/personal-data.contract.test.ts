import { expect, it } from 'vitest';
import { createGuardHolding } from '../guard/personal-data.ts';
import { createNoticeHolding } from '../notify/personal-data.ts';
import { createNotifyStore } from '../notify/store.ts';
import { describeEachStore } from '../store/testing.ts';
import { createAlertHolding } from './personal-data.ts';
import { createDetectStore } from './store.ts';

const alertOf = (id: string, user: string | null) => ({
  ...({
    id,
    rule: 'odd_hours',
    ts: 1_000,
    last: 2_000,
    severity: 'high',
    entity: `user ${user}`,
    user,
    ip: '203.0.113.9',
  } as const),
  ...{ device: 'Mi 17', session: 's1', events: ['7'], score: 9, repeats: 1 },
  facts: { title: 'Odd hours', title_zh: '异常时间', uid: user ?? '', place: '杭州' },
});
const tuningOf = (id: string, value: string) => ({
  ...{
    id,
    rule: 'odd_hours',
    factor: 2,
    subject: { kind: 'user', value } as const,
    reason: '夜班',
    createdAt: 1,
    createdBy: 'anquan',
  },
  ...{ expiresAt: 9_000, revokedAt: null },
});
const both = (text: string) => ({ zh: text, en: text });
const noticeOf = (matter: string, words: string) => ({
  ...({ kind: 'alert', severity: 'high', app: null, matter, path: '/alerts/a1' } as const),
  ...{ title: both('Odd hours'), happened: both(words), done: null, asked: null },
});

describeEachStore((open) => {
  it('leaves an alert with its rule and verdict, naming nobody, and takes back what was tuned for the person', async () => {
    const store = await open();
    const alerts = createDetectStore(store);
    for (const alert of [alertOf('a1', 'zhang.san'), alertOf('a2', 'zhang'), alertOf('a3', null)])
      await alerts.put(alert, 'audit.example.com');
    await alerts.judge('a1', 'expected', '张三值夜班', 'anquan', 3_000);
    for (const tuning of [tuningOf('t1', 'zhang.san'), tuningOf('t2', 'zhang')]) await alerts.addTuning(tuning);
    const holding = createAlertHolding(store);
    expect((await holding.uids()).toSorted()).toEqual(['zhang', 'zhang.san']);
    expect([await holding.count('zhang.san', 'person'), await holding.count('zhang.san', 'wechat')]).toEqual([2, 0]);
    expect(await holding.read('zhang.san', 10)).toMatchObject([
      { rule: 'odd_hours', address: '203.0.113.9', verdict: 'expected' },
    ]);

    expect(await holding.erase('zhang.san', 'person', 'p_1')).toBe(2);
    expect(await holding.count('zhang.san', 'person')).toBe(0);
    const left = await alerts.find('a1');
    expect(left).toMatchObject({ rule: 'odd_hours', verdict: 'expected', uid: 'p_1', address: null, device: null, note: '' });
    expect(left?.facts).toEqual({ title: 'Odd hours', title_zh: '异常时间' });
    expect(await alerts.find('a2')).toMatchObject({ uid: 'zhang', address: '203.0.113.9' });
    expect((await alerts.tunings(0)).map(({ id }) => id)).toEqual(['t2']);
  });

  it('removes the notices that name a person, and no other', async () => {
    const store = await open();
    const notices = createNotifyStore(store);
    const delivery = { channel: 'mail', reason: 'route', state: 'waiting', due: 1 } as const;
    await notices.tell('n1', noticeOf('alert odd_hours user zhang.san', 'Somebody'), { now: 1, since: 0 }, [
      { id: 'd1', ...delivery },
    ]);
    await notices.tell('n2', noticeOf('alert odd_hours', '用户zhang.san（夜间）登录。'), { now: 2, since: 0 }, []);
    await notices.tell('n3', noticeOf('alert odd_hours user zhang.sang', 'li-zhang.san and zhang.san2'), { now: 3, since: 0 }, [
      { id: 'd3', ...delivery },
    ]);
    const holding = createNoticeHolding(store);
    expect(await holding.count('zhang.san', 'person')).toBe(2);
    expect(await holding.erase('zhang.san', 'person', 'p_1')).toBe(2);
    expect([await holding.count('zhang.san', 'person'), await holding.count('zhang.sang', 'person')]).toEqual([0, 1]);
    expect((await store.db.selectFrom('notices').select('id').execute()).map(({ id }) => id)).toEqual(['n3']);
    expect((await store.db.selectFrom('notice_deliveries').select('id').execute()).map(({ id }) => id)).toEqual(['d3']);
  });

  it('keeps nothing of a person in the id of what they violated', async () => {
    const store = await open();
    const row = { app: 'a', campaign: 'c', side: 'request', act: 'claim', code: 'guard_not_granted', address: '203.0.113.9' };
    const facts = { expected: 'asked:1', seen: 'coupon:C1', request: 'r', first: 1, last: 1, count: 1 };
    await store.db
      .insertInto('guard_violations')
      .values({ ...row, ...facts, id: 'request/a/c/zhang.san/x/claim/1', person: 'zhang.san' })
      .execute();
    const holding = createGuardHolding(store, (size) => new Uint8Array(size).fill(1));
    expect(await holding.erase('zhang.san', 'person', 'p_1')).toBe(1);
    const [left] = await store.db.selectFrom('guard_violations').selectAll().execute();
    expect(left).toMatchObject({ person: null, address: null, seen: '', expected: 'asked:1' });
    expect(left?.id).not.toContain('zhang');
  });
});
