import { type BulletinDraft, bulletinDraft, MenshenError, trainingSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import type { Person } from '../../directory/model.ts';
import { DirectorySnapshot } from '../../directory/snapshot.ts';
import { createKeys } from '../../keys/master.ts';
import { ChannelError } from '../../notify/model.ts';
import type { PersonalMessage } from '../../notify/personal.ts';
import { metaMigrations } from '../../store/meta-tables.ts';
import { describeEachStore, type OpenTestStore } from '../../store/testing.ts';
import { createMailboxes } from '../bounces/mailboxes.ts';
import { createPreferenceStore } from '../learn/preferences.ts';
import { trainMigrations } from '../tables.ts';
import type { DigestFacts } from './digest.ts';
import type { OpenWork } from './message.ts';
import { createOptOutLinks } from './opt-out.ts';
import { createBulletinService } from './service.ts';
import { createBulletinStore } from './store.ts';

const minute = 60_000;
const day = 86_400_000;
/** Thursday, ten in the morning in Shanghai. */
const start = Date.parse('2026-11-26T02:00Z');
const uids = ['a', 'b', 'c', 'd'];
const person = (uid: string): Person => ({
  ...{
    uid,
    name: uid,
    kind: 'employee',
    departments: ['1'],
    leads: [],
    position: null,
    phone: null,
    email: `${uid}@corp.example`,
  },
  ...{ number: null, roles: [], sourceRoles: [], status: 'active', sourceStatus: 'active', blocked: false, source: 'test' },
});
const text = { zh: '锁屏再离开座位', en: 'Lock the screen before you leave' };
const draftOf = (change: Partial<Record<keyof BulletinDraft, unknown>> = {}): BulletinDraft =>
  bulletinDraft.parse({
    ...{ kind: 'tip', title: text, text, target: { kind: 'everyone' }, schedule: { kind: 'once', at: null }, ...change },
  });
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'none',
    (error: unknown) => (error instanceof MenshenError ? error.code : String(error)),
  );

async function company(open: OpenTestStore, settings: object = {}) {
  const store = await open({ migrations: [...metaMigrations, ...trainMigrations] });
  const clock = { now: start };
  const sent: { uid: string; way: 'wecom' | 'mail'; message: PersonalMessage }[] = [];
  /** What the next tries for a person end with. */
  const failing = new Map<string, ChannelError>();
  const acts: { by: string; entity: string }[] = [];
  const warned: unknown[] = [];
  const directory = {
    current: new DirectorySnapshot([{ id: '1', name: '一', parent: null, order: 0, source: 'test' }], uids.map(person), 1),
  };
  const config = { current: trainingSchema.parse(settings) };
  const wecom = { there: false };
  const facts: DigestFacts = { happened: [{ zh: '3 起告警', en: '3 alerts' }], reported: 42, contests: ['安全月'] };
  const openWork: OpenWork = { courses: [{ title: { zh: '识别钓鱼', en: 'Phishing' }, due: start + day }], refresh: 2 };
  const preferences = createPreferenceStore(store);
  const keys = createKeys(new Uint8Array(32).fill(5), (size) => crypto.getRandomValues(new Uint8Array(size)));
  const since: number[] = [];
  const make = () =>
    createBulletinService({
      store: createBulletinStore(store),
      courses: {
        find: async () => {
          throw new MenshenError('not_found');
        },
      },
      ...{ preferences, links: createOptOutLinks(keys), mailboxes: createMailboxes(store, keys.derive('test')) },
      directory: () => directory.current,
      settings: () => config.current,
      base: () => 'https://learn.example.com',
      channels: () => ({ wecom: wecom.there, mail: true }),
      ways: async (uid) => ({
        ...{ wecom: wecom.there, email: directory.current.person(uid)?.email ?? null },
        async send(message, by) {
          const error = failing.get(uid);
          if (error !== undefined) throw error;
          const way = by.wecom ? 'wecom' : 'mail';
          sent.push({ uid, way, message });
          return way;
        },
      }),
      incidents: {
        isOpen: async (id) => (id === 'live' ? true : id === 'over' ? false : null),
        warned: async (...told) => void warned.push(told),
      },
      openWork: async () => openWork,
      async facts(after) {
        since.push(after);
        return facts;
      },
      once: async () => true,
      audit: {
        async act(by, { entity }, perform) {
          acts.push({ by, entity });
          return await perform();
        },
      },
      metrics: { add: () => undefined },
      clock: () => clock.now,
      random: (size) => crypto.getRandomValues(new Uint8Array(size)),
    });
  const service = make();
  const begin = async (change: Parameters<typeof draftOf>[0] = {}): Promise<string> => {
    const id = await service.create(draftOf(change), 'li');
    await service.schedule(id, 'li');
    await service.work();
    return id;
  };
  const counts = async (id: string) => (await service.issues(id))[0]?.counts;
  const tokenOf = (message: PersonalMessage | undefined): string => message?.unsubscribe?.url.split('/').at(-1) ?? '';
  const box = { store, clock, sent, failing, acts, warned, directory, config, wecom, preferences, keys, since };
  return { ...box, make, service, begin, counts, tokenOf };
}

describe('the draft of a bulletin', () => {
  it('lets nothing into the head of a mail that begins another line, and no mark that turns text round', () => {
    for (const title of ['a\r\nBcc: all@corp.example', 'a\u202eb', 'a\u2028b', ' ', 'x'.repeat(81)])
      expect(bulletinDraft.safeParse({ ...draftOf(), title: { zh: title, en: 'ok' } }).success).toBe(false);
    expect(bulletinDraft.safeParse({ ...draftOf(), text: { zh: '一\n\n二', en: 'one\ntwo' } }).success).toBe(true);
    expect(bulletinDraft.safeParse({ ...draftOf(), text: { zh: '一\u0000', en: 'one' } }).success).toBe(false);
  });

  it('of a warning is for once, and an incident is what a warning is about', () => {
    const weekly = { kind: 'weekly', weekdays: [1], time: '09:00' };
    expect(bulletinDraft.safeParse({ ...draftOf(), kind: 'warning', schedule: weekly }).success).toBe(false);
    expect(bulletinDraft.safeParse({ ...draftOf(), incident: 'live' }).success).toBe(false);
  });
});

describeEachStore((open) => {
  it('goes to each person once, from however many nodes, and the ledger says by which way', async () => {
    const { service, make, sent, begin, counts, wecom, acts } = await company(open);
    wecom.there = true;
    const id = await service.create(draftOf(), 'li');
    await service.work();
    expect(sent).toEqual([]);
    await service.schedule(id, 'li');
    await Promise.all([service.work(), make().work(), make().work()]);
    await Promise.all([service.work(), make().work(), make().work()]);
    expect(sent.map(({ uid, way }) => `${uid} ${way}`).sort()).toEqual(uids.map((uid) => `${uid} wecom`));
    expect(await counts(id)).toEqual({ waiting: 0, sent: 4, byWecom: 4, byMail: 0, failed: 0, skipped: 0 });
    expect(await codeOf(service.schedule(id, 'li'))).toBe('conflict');
    expect(await codeOf(service.change(id, draftOf(), 'li'))).toBe('conflict');
    const mailed = await begin({ way: 'mail' });
    expect(await counts(mailed)).toMatchObject({ sent: 4, byMail: 4 });
    expect(acts.map(({ by, entity }) => `${by} ${entity}`)).toEqual(Array.from({ length: 5 }, () => 'li security bulletin'));
  });

  it('is tried again after an answer for now, and given up after an answer for good', async () => {
    const { service, sent, failing, begin, counts, clock } = await company(open);
    failing.set('a', new ChannelError('limited'));
    failing.set('b', new ChannelError('refused', { permanent: true }));
    const id = await begin();
    expect(await counts(id)).toMatchObject({ sent: 2, waiting: 1, failed: 1 });
    expect((await service.unsent(id)).rows.map(({ uid, state, problem }) => [uid, state, problem])).toEqual([
      ['b', 'failed', 'refused'],
      ['a', 'waiting', 'limited'],
    ]);
    failing.clear();
    await service.work();
    expect(sent).toHaveLength(2);
    clock.now += minute;
    await service.work();
    expect(sent.map(({ uid }) => uid)).toEqual(expect.arrayContaining(['a', 'c', 'd']));
    expect(await counts(id)).toMatchObject({ sent: 3, waiting: 0, failed: 1 });
  });

  it('goes to no mailbox that has bounced until the address changes or somebody says so', async () => {
    const { service, failing, begin, counts, sent, directory, acts } = await company(open);
    failing.set('a', new ChannelError('no_receiver', { permanent: true, bounced: true }));
    // A policy of the mail server is nothing of the mailbox.
    failing.set('b', new ChannelError('refused', { permanent: true }));
    expect(await counts(await begin())).toMatchObject({ sent: 2, failed: 2 });
    expect((await service.bounced()).map(({ uid }) => uid)).toEqual(['a']);
    failing.clear();
    expect(await counts(await begin())).toMatchObject({ sent: 3, failed: 1 });
    directory.current = new DirectorySnapshot(
      [{ id: '1', name: '一', parent: null, order: 0, source: 'test' }],
      uids.map((uid) => ({ ...person(uid), ...(uid === 'a' ? { email: 'new@corp.example' } : {}) })),
      2,
    );
    expect(await counts(await begin())).toMatchObject({ sent: 4, failed: 0 });
    expect(JSON.stringify(await service.bounced())).not.toContain('corp.example');
    await service.release('a', '邮箱已恢复', 'li');
    expect(acts.at(-1)).toEqual({ by: 'li', entity: 'bounced mailbox' });
    expect(await codeOf(service.release('a', '邮箱已恢复', 'li'))).toBe('not_found');
    expect(sent.length).toBe(9);
  });

  it('is turned off by the link of one person for that person alone, and by no link that we have not made', async () => {
    const { service, begin, counts, sent, tokenOf, preferences, keys } = await company(open);
    await begin();
    const token = tokenOf(sent.find(({ uid }) => uid === 'a')?.message);
    for (const forged of [
      `${token.slice(0, -2)}AA`,
      token.slice(0, -8),
      Buffer.from('b:b').toString('base64url'),
      'A'.repeat(60),
    ])
      expect(await codeOf(service.unsubscribe(forged))).toBe('unsubscribe_invalid');
    // Another text that the same key has sealed is no link.
    const other = Buffer.from(keys.sealText('b:b', { table: 'training_certificates', column: 'statement', key: 'x' }));
    expect(await codeOf(service.unsubscribe(other.toString('base64url')))).toBe('unsubscribe_invalid');
    expect(await preferences.turnedOff('bulletins')).toEqual([]);
    await service.unsubscribe(token);
    await service.unsubscribe(token);
    expect(await preferences.turnedOff('bulletins')).toEqual(['a']);
    expect(await counts(await begin())).toMatchObject({ sent: 3, skipped: 1 });
  });

  it('of a live incident comes all the same, has no link to turn it off, and stands in the incident', async () => {
    const { service, begin, counts, sent, preferences, warned, config } = await company(open);
    const off = { language: null, leaderboard: false, mail: true, bulletins: false, warnings: false };
    await preferences.put('a', off);
    const id = await begin({ kind: 'warning', incident: 'live' });
    expect(await counts(id)).toMatchObject({ sent: 4, skipped: 0 });
    expect(sent.every(({ message }) => message.unsubscribe === undefined)).toBe(true);
    expect(warned).toEqual([['live', 4, text]]);
    expect(await codeOf(service.create(draftOf({ kind: 'warning', incident: 'over' }), 'li'))).toBe('incident_ended');
    expect(await codeOf(service.create(draftOf({ kind: 'warning', incident: 'none' }), 'li'))).toBe('not_found');
    // Where the company lets people choose, the choice holds.
    config.current = trainingSchema.parse({ bulletins: { warningsOptional: true } });
    const next = await begin({ kind: 'warning' });
    expect(await counts(next)).toMatchObject({ sent: 3, skipped: 1 });
    expect(sent.at(-1)?.message.unsubscribe).toBeDefined();
  });

  it('stops: neither what waits nor what was planned is sent, and neither to who has left or turned it off since', async () => {
    const { service, failing, begin, counts, clock, sent, directory, preferences } = await company(open);
    for (const uid of uids) failing.set(uid, new ChannelError('unreachable'));
    const id = await begin();
    failing.clear();
    await service.stop(id, '内容有误', 'li');
    clock.now += day;
    await service.work();
    expect([sent.length, await counts(id)]).toEqual([0, { waiting: 0, sent: 0, byWecom: 0, byMail: 0, failed: 0, skipped: 4 }]);
    for (const uid of uids) failing.set(uid, new ChannelError('unreachable'));
    const other = await begin();
    failing.clear();
    directory.current = new DirectorySnapshot(
      [{ id: '1', name: '一', parent: null, order: 0, source: 'test' }],
      uids.map((uid) => ({ ...person(uid), ...(uid === 'b' ? { status: 'left' as const } : {}) })),
      2,
    );
    await preferences.put('c', { language: null, leaderboard: false, mail: true, bulletins: false, warnings: true });
    clock.now += minute;
    await service.work();
    expect(await counts(other)).toMatchObject({ sent: 2, skipped: 2 });
  });

  it('comes by its plan, once for what was missed, and not at night', async () => {
    const { service, clock, sent } = await company(open);
    const id = await service.create(draftOf({ schedule: { kind: 'weekly', weekdays: [5], time: '23:30' } }), 'li');
    const next = await service.schedule(id, 'li');
    expect(new Date(next).toISOString()).toBe('2026-11-27T15:30:00.000Z');
    // Three weeks without a node: one issue, not three.
    clock.now = Date.parse('2026-12-16T16:00Z');
    await service.work();
    await service.work();
    expect(await service.issues(id)).toHaveLength(1);
    expect((await service.list())[0]?.next).toBe(Date.parse('2026-12-18T15:30Z'));
    // It is midnight in Shanghai: the messages wait for the morning.
    expect(sent).toEqual([]);
    clock.now = Date.parse('2026-12-17T01:00Z');
    await service.work();
    expect(sent).toHaveLength(4);
  });

  it('as a digest says what happened since the one before, and to each person what is theirs', async () => {
    const { service, clock, sent, since } = await company(open);
    const id = await service.create(draftOf({ kind: 'digest', schedule: { kind: 'monthly', day: 27, time: '10:00' } }), 'li');
    await service.schedule(id, 'li');
    clock.now += day;
    await service.work();
    const first = clock.now;
    clock.now = Date.parse('2026-12-28T02:00Z');
    await service.work();
    expect(since).toEqual([first - 30 * day, first]);
    expect(sent).toHaveLength(8);
    expect(sent[0]?.message.text.zh).toBe(
      '锁屏再离开座位\n\n最近发生的事：\n· 3 起告警\n· 上次钓鱼演练中，42% 的人举报了邮件\n· 知识竞赛：安全月',
    );
    expect(sent[0]?.message.more).toEqual([
      {
        label: { zh: '你的待办', en: 'Open for you' },
        text: { zh: '· 识别钓鱼（11月27日前）\n· 复习题 2 道', en: '· Phishing (by 27 November)\n· 2 questions to refresh' },
      },
    ]);
    // What the page shows to everybody who got it has nothing of a person.
    expect(JSON.stringify(await service.ofPerson('a'))).not.toContain('识别钓鱼');
  });
});
