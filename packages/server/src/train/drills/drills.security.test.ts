import { MenshenError, trainingSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import type { Person } from '../../directory/model.ts';
import { DirectorySnapshot } from '../../directory/snapshot.ts';
import { metaMigrations } from '../../store/meta-tables.ts';
import { describeEachStore, type OpenTestStore } from '../../store/testing.ts';
import { trainMigrations } from '../tables.ts';
import { createDrillService } from './service.ts';
import { createDrillStore, type DrillStore } from './store.ts';

const start = Date.UTC(2026, 2, 2, 1);
const minute = 60_000;
const department = (id: string, parent: string | null) => ({ id, name: id, parent, order: 0, source: 'test' });
const person = (uid: string, main: string, email: string | null, status = 'active'): Person =>
  ({
    ...{ uid, name: uid, kind: 'employee', departments: [main], leads: [], position: null, phone: null, email },
    ...{ number: null, roles: [], sourceRoles: [], status, sourceStatus: status, blocked: false, source: 'test' },
  }) as never as Person;
const desk = { id: 'desk', name: 'IT 服务台', from: 'desk@it-desk.example', url: 'https://it-desk.example' };
const on = { enabled: true, approvers: ['wang'], domains: ['corp.example'], exempt: ['worker0'], senders: [desk] };

async function drills(open: OpenTestStore, change: Record<string, unknown> = {}, more: readonly Person[] = []) {
  const store = await open({ migrations: [...metaMigrations, ...trainMigrations] });
  const clock = { now: start };
  const acts: unknown[] = [];
  const sent = new Map<string, string>();
  const bouncing = new Set<string>();
  const settings = { current: trainingSchema.parse({ mailChannel: 'mail', minimumGroup: 5, drills: on, ...change }) };
  const staff = Array.from({ length: 12 }, (_, at) => person(`worker${at}`, at < 6 ? 'rd' : 'hr', `worker${at}@corp.example`));
  const directory = new DirectorySnapshot(
    [department('root', null), department('rd', 'root'), department('hr', 'root')],
    [...staff, ...more],
    1,
  );
  const make = (pace = (own: DrillStore) => own) =>
    createDrillService({
      store: pace(createDrillStore(store)),
      directory: () => directory,
      settings: () => settings.current,
      async send(uid, _text, _sender, token) {
        if (bouncing.has(uid)) throw new Error('refused');
        if (sent.has(uid)) throw new Error(`twice to ${uid}`);
        sent.set(uid, token);
      },
      audit: {
        async act(by, act, perform) {
          acts.push({ by, ...act });
          return await perform();
        },
      },
      clock: () => clock.now,
      random: (size) => crypto.getRandomValues(new Uint8Array(size)),
    });
  const service = make();
  const draft = { template: 'parcel', sender: 'desk', target: { kind: 'everyone' }, reason: '年度演练' } as const;
  const tokenOf = (uid: string): string => sent.get(uid) ?? '';
  return { store, clock, acts, sent, bouncing, settings, make, service, draft, tokenOf };
}

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'none',
    (error: unknown) => (error instanceof MenshenError ? error.code : String(error)),
  );

describe('the configuration', () => {
  it('has drills off, with nobody to approve and nowhere to send', () => {
    expect(trainingSchema.parse({}).drills).toEqual({ enabled: false, approvers: [], domains: [], exempt: [], senders: [] });
  });
});

describeEachStore((open) => {
  it('send nothing unless everything is named: switch, approver, domain, mail channel', async () => {
    for (const change of [
      { drills: { ...on, enabled: false } },
      { drills: { ...on, approvers: [] } },
      { drills: { ...on, domains: [] } },
      { mailChannel: undefined },
    ]) {
      const { service, draft } = await drills(open, change);
      expect(await codeOf(service.create(draft, 'li'))).toBe('drills_off');
    }
  });

  it('write in a name of the configuration and in no other, also where it went while a drill waited', async () => {
    const { service, draft, settings, sent } = await drills(open);
    for (const sender of ['', 'ceo', 'Desk'])
      expect(await codeOf(service.create({ ...draft, sender }, 'li'))).toBe('drill_sender_unknown');
    const { id } = await service.create(draft, 'li');
    settings.current = { ...settings.current, drills: { ...on, senders: [] } };
    expect(await codeOf(service.start(id, 'li', 'wang'))).toBe('drill_sender_unknown');
    settings.current = { ...settings.current, drills: on };
    await service.start(id, 'li', 'wang');
    settings.current = { ...settings.current, drills: { ...on, senders: [] } };
    await service.maintain();
    expect(sent.size).toBe(0);
  });

  it('start with the word of somebody who is named, never of the one who starts, of another, or of nobody', async () => {
    const { service, draft, sent, acts } = await drills(open);
    const { id } = await service.create(draft, 'wang');
    await service.maintain();
    expect(sent.size).toBe(0);
    for (const [by, approvedBy] of [
      ['wang', 'wang'],
      ['li', 'zhao'],
      ['li', null],
      ['li', 'Wang'],
    ] as const)
      expect(await codeOf(service.start(id, by, approvedBy))).toBe('drill_not_approved');
    expect(await service.start(id, 'li', 'wang')).toBe(11);
    expect(await codeOf(service.start(id, 'li', 'wang'))).toBe('conflict');
    expect(acts.at(-1)).toMatchObject({ by: 'li', entity: 'phishing drill', detail: { approvedBy: 'wang', recipients: 11 } });
  });

  it('reach only active employees at the domains that are listed, and nobody who is exempt', async () => {
    const others = [
      person('outside', 'rd', 'me@gmail.example'),
      person('lookalike', 'rd', 'me@corp.example.evil.example'),
      person('under', 'rd', 'me@mail.corp.example'),
      person('two', 'rd', 'me@evil.example@corp.example'),
      person('none', 'rd', null),
      person('left', 'rd', 'left@corp.example', 'left'),
    ];
    const { service, draft, sent, settings } = await drills(open, {}, others);
    const { id } = await service.create(draft, 'li');
    await service.start(id, 'li', 'wang');
    // A change of the configuration after the start holds for the mails that wait.
    settings.current = { ...settings.current, drills: { ...on, exempt: ['worker0', 'worker1'] } };
    await service.maintain();
    expect([...sent.keys()].sort()).toEqual(['10', '11', '2', '3', '4', '5', '6', '7', '8', '9'].map((at) => `worker${at}`));
  });

  it('send each person one mail, from however many nodes, and none after the end', async () => {
    const { service, make, draft, sent, bouncing } = await drills(open);
    bouncing.add('worker3');
    const { id } = await service.create(draft, 'li');
    await service.start(id, 'li', 'wang');
    await Promise.all([service.maintain(), make().maintain(), make().maintain()]);
    expect(sent.size).toBe(10);
    const [view] = await service.views();
    expect(view).toMatchObject({ state: 'running', recipients: 11, unreached: 1, waiting: 0 });
    const other = await drills(open);
    const next = await other.service.create(other.draft, 'li');
    await other.service.start(next.id, 'li', 'wang');
    await other.service.end(next.id, '停止', 'li');
    await other.service.maintain();
    expect(other.sent.size).toBe(0);
  });

  it('send nothing more once somebody has ended them, also where a node read whom they wait for before', async () => {
    const { make, service, draft, sent } = await drills(open);
    const { id } = await service.create(draft, 'li');
    await service.start(id, 'li', 'wang');
    const slow = make((own) => ({
      ...own,
      async waiting(drill, most) {
        const uids = await own.waiting(drill, most);
        await service.end(id, 'a mistake', 'wang');
        return uids;
      },
    }));
    await slow.maintain();
    expect(sent.size).toBe(0);
  });

  it('keep that a link was opened and when, the first time, and no token', async () => {
    const { service, store, draft, tokenOf, clock } = await drills(open);
    const { id } = await service.create(draft, 'li');
    await service.start(id, 'li', 'wang');
    await service.maintain();
    clock.now += 7 * minute;
    expect(await service.opened(tokenOf('worker5'))).toEqual({ template: 'parcel', sender: desk });
    clock.now += minute;
    await service.opened(tokenOf('worker5'));
    expect(await codeOf(service.opened('a'.repeat(22)))).toBe('not_found');
    const rows = await store.db.selectFrom('training_drill_mails').selectAll().where('uid', '=', 'worker5').execute();
    expect(rows[0]?.opened).toBe(start + 7 * minute);
    expect(Object.keys(rows[0] ?? {}).sort()).toEqual(['drill', 'hash', 'opened', 'problem', 'reported', 'sent', 'uid']);
    expect(JSON.stringify(rows)).not.toContain(tokenOf('worker5'));
    // After its end a link teaches, and counts no more.
    await service.end(id, '结束', 'li');
    expect(await service.opened(tokenOf('worker6'))).toMatchObject({ template: 'parcel' });
    expect((await service.views())[0]?.figures?.opened).toBe(9);
  });

  it('show rates of groups that are large enough, and no group from which another follows', async () => {
    const { service, draft, tokenOf, clock, bouncing } = await drills(open, { drills: { ...on, exempt: [] } });
    const first = await service.create(draft, 'li');
    await service.start(first.id, 'li', 'wang');
    await service.maintain();
    clock.now += 4 * minute;
    for (const uid of ['worker1', 'worker2', 'worker7']) await service.opened(tokenOf(uid));
    for (const uid of ['worker3', 'worker4', 'worker5', 'worker8', 'worker9']) expect(await service.report(uid)).toBe(true);
    expect(await service.report('worker3')).toBe(false);
    const [view] = await service.views();
    expect(view?.figures).toEqual({ sent: 12, opened: 25, reported: 42, again: null, minutesToReport: 4 });
    expect(view?.groups.map(({ name, figures }) => [name, figures.sent, figures.opened, figures.minutesToReport])).toEqual([
      ['hr', 6, 17, null],
      ['rd', 6, 33, null],
    ]);
    // Four of a department alone: who opened it would be known among them, and by taking them from the total.
    const small = await drills(open, { drills: { ...on, exempt: [] } });
    for (const uid of ['worker6', 'worker7']) small.bouncing.add(uid);
    const second = await small.service.create(small.draft, 'li');
    await small.service.start(second.id, 'li', 'wang');
    await small.service.maintain();
    const [hidden] = await small.service.views();
    expect(hidden?.figures?.sent).toBe(10);
    expect(hidden?.groups).toEqual([]);
    expect(bouncing.size).toBe(0);
  });
});
