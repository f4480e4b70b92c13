import { bulletinDraft, trainingSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import type { Person } from '../directory/model.ts';
import { DirectorySnapshot } from '../directory/snapshot.ts';
import { createKeys } from '../keys/master.ts';
import { fixedSigner } from '../keys/proofs/testing.ts';
import { metaMigrations } from '../store/meta-tables.ts';
import { describeEachStore } from '../store/testing.ts';
import type { Duty } from './assignments/model.ts';
import type { Trouble } from './assignments/proposals.ts';
import { createAssignmentStore } from './assignments/store.ts';
import { trainAttention } from './attention.ts';
import { openLibrary } from './courses/library.ts';
import { trainingEvidence } from './evidence.ts';
import { readFigures, totalOf } from './overview.ts';
import { agedAnswers, createTrainHolding } from './personal-data.ts';
import { createTrainService } from './service.ts';
import { trainMigrations } from './tables.ts';

const dayMs = 86_400_000;
/** Ten in the morning in Shanghai. */
const start = Date.UTC(2026, 8, 21, 2);
const person = (uid: string): Person => ({
  ...{ uid, name: `姓名${uid}`, kind: 'employee', departments: ['2'], leads: [], position: null, phone: null, email: null },
  ...{ number: null, roles: [], sourceRoles: [], status: 'active', sourceStatus: 'active', blocked: false, source: 'wecom' },
});
const departments = [
  { id: '1', name: '总部', parent: null, order: 0, source: 'wecom' },
  { id: '2', name: '研发', parent: '1', order: 0, source: 'wecom' },
];
const uids = ['a', 'b', 'c', 'd', 'e'];
const ownCourse = (title: string): string =>
  `---\nid: own\nversion: 1\ntitle: ${title}\nsummary: 一门公司自己的课程，用来测试。\nminutes: 5\naudience: [everyone]\ndraw: 2\n---\n\n${['一', '二', '三'].map((card) => `# ${card}\n\n正文\n\n`).join('')}# ?\n\n${['q1', 'q2', 'q3'].map((id) => `?${id} 问？\n+ 对\n- 错\n> 因为\n\n`).join('')}`;

describeEachStore((open) => {
  describe('training', { timeout: 120_000 }, () => {
    async function company(nodes = 1) {
      const store = await open({ migrations: [...metaMigrations, ...trainMigrations] });
      let next = 0;
      const random = (size: number): Uint8Array => {
        next += 1;
        const bytes = new Uint8Array(size);
        new DataView(bytes.buffer).setUint32(0, next);
        return bytes;
      };
      const keys = createKeys(new Uint8Array(32).fill(5), random);
      const clock = { now: start };
      const sent: { uid: string; subject: string }[] = [];
      const failing = new Set<string>();
      const troubles: Trouble[] = [];
      const acts: string[] = [];
      const directory = new DirectorySnapshot(departments, uids.map(person), 1);
      const make = () =>
        createTrainService({
          ...{ store, keys, random, library: openLibrary(), signer: fixedSigner(keys.derive('test')) },
          audit: {
            record: async () => 0,
            act: async (by: string, { entity }: { entity: string }, perform: () => Promise<unknown>) => {
              acts.push(`${by} ${entity}`);
              return await perform();
            },
          } as never,
          startSandbox: () => {
            throw new Error('no lab is started here');
          },
          countLab: () => undefined,
          among: null,
          version: '0.0.0-test',
          settings: () => trainingSchema.parse({}),
          directory: () => directory,
          troubles: [async (since) => troubles.filter(({ at }) => at >= since)],
          async send(uid, { subject }) {
            if (failing.has(uid)) throw new Error('no_receiver');
            sent.push({ uid, subject: subject.en });
          },
          once: async () => true,
          contestMoved: () => undefined,
          sendDrill: async () => undefined,
          metrics: { add: () => undefined },
          bulletins: {
            base: () => 'https://learn.example.com',
            channels: () => ({ wecom: true, mail: false }),
            ways: async (uid) => ({ wecom: true, email: `${uid}@corp.example`, send: async () => 'wecom' as const }),
            incidents: { isOpen: async () => null, warned: async () => undefined },
          },
          clock: () => clock.now,
        });
      return {
        store,
        keys,
        clock,
        sent,
        failing,
        troubles,
        acts,
        directory,
        trains: Array.from({ length: nodes }, make),
        train: make(),
      };
    }
    type Company = Awaited<ReturnType<typeof company>>;

    const draft = {
      course: 'phishing',
      target: { kind: 'everyone' as const },
      due: null,
      dueDays: 14,
      again: false,
      reason: 'yearly',
      origin: null,
    };
    /** Takes the test with all answers right, or none. */
    async function take({ train }: Company, uid: string, right: boolean): Promise<void> {
      const { attempt } = await train.quizzes.start(uid, 'phishing', 'zh');
      const answers = right ? Object.fromEntries(attempt.drawn.map((one) => [one.id, one.right])) : {};
      const { passed, course, score } = await train.quizzes.submit(uid, attempt.id, answers, 'zh');
      if (!passed) return;
      await train.certificates.issue({ uid, name: `姓名${uid}` }, course, score, []);
      await train.assignments.done(uid, course.id);
    }

    it('goes from an assignment to figures, evidence and what needs a person', async () => {
      const here = await company();
      const { train, clock, directory } = here;
      expect(await train.assignments.create(draft, 'security')).toMatchObject({ people: 5 });
      await take(here, 'a', true);
      await take(here, 'b', false);
      await take(here, 'b', true);
      for (const uid of ['c', 'd', 'e']) await train.quizzes.seen(uid, 'phishing', 0);
      const now = (): Promise<ReturnType<typeof totalOf>> => readFigures(train, directory, clock.now).then(totalOf);
      expect(await now()).toEqual({ assigned: 5, done: 2, overdue: 0, firstTry: null, retention: null });
      for (const uid of ['c', 'd', 'e']) await take(here, uid, true);
      // Four of five passed at their first attempt; everything was right a moment ago, but for what b got wrong first.
      expect(await now()).toMatchObject({ done: 5, firstTry: 80, retention: 100 });
      clock.now += 20 * dayMs;
      expect((await now())?.retention).toBeLessThan(95);
      expect(await trainingEvidence(train, directory, clock.now)).toMatchObject({
        ...{
          people: 5,
          asked: 5,
          upToDate: 5,
          overdue: 0,
          trainedInYear: 5,
          trainedOnPersonalData: 0,
          labsInYear: 0,
          running: 1,
          certificates: 5,
        },
      });
      expect(await trainAttention(train, directory)).toEqual([]);
    });

    it('tells of what is overdue, of reminders that do not arrive, and of what last week calls for', async () => {
      const { train, clock, directory, failing, troubles } = await company();
      await train.assignments.create(draft, 'security');
      failing.add('a');
      troubles.push({
        ...{ kind: 'alert', at: start + 14 * dayMs, uid: 'b', role: null },
        names: [{ tag: 'alert', value: 'brute_force', label: { zh: '猜', en: 'guessing' } }],
      });
      clock.now = start + 16 * dayMs;
      await train.maintain();
      const found = await trainAttention(train, directory);
      expect(found.map(({ id }) => id)).toEqual(['training-overdue', 'training-proposals', 'training-unreached']);
      expect(JSON.stringify(found)).not.toContain('姓名');
    });

    it('reminds each person once, however many nodes look, and says who was not reached', async () => {
      const { trains, sent, clock, failing } = await company(4);
      await trains[0]?.assignments.create(draft, 'security');
      failing.add('e');
      clock.now = start + 8 * dayMs;
      await Promise.all(trains.map((one) => one.maintain()));
      await trains[1]?.maintain();
      const told = sent.length;
      clock.now += 12 * 3_600_000;
      // The next reminder would be due, and it is ten at night.
      clock.now += 5 * dayMs;
      await trains[2]?.maintain();
      expect(sent.length).toBe(told);
      clock.now -= 5 * dayMs + 12 * 3_600_000;
      expect(sent.map(({ uid }) => uid).sort()).toEqual(['a', 'b', 'c', 'd']);
      const duties = (await trains[0]?.assignments.duties()) ?? [];
      expect(duties.map(({ uid, problem }) => [uid, problem]).sort()).toEqual(
        uids.map((uid) => [uid, uid === 'e' ? 'no_receiver' : null]),
      );
    });

    it('undoes nothing that was done or reminded of between the reading of a plan and its writing', async () => {
      const { store, clock } = await company();
      const assignments = createAssignmentStore(store);
      const duty = (uid: string): Duty => ({
        ...{ uid, course: 'phishing', assignment: 'tn_1', assigned: start, due: start + dayMs },
        ...{ done: null, reminded: null, reminders: 0, problem: null },
      });
      await assignments.write({ put: uids.map(duty), remove: [] }, []);
      const standing = await assignments.duties();
      await assignments.done('a', 'phishing', clock.now);
      expect(await assignments.takeReminder(duty('b'), clock.now)).toBe(true);
      const later = standing.map((one) => ({ ...one, due: start + 2 * dayMs }));
      await assignments.write({ put: [...later, duty('new')], remove: [] }, standing);
      const now = new Map((await assignments.duties()).map((one) => [one.uid, one]));
      expect(now.get('a')).toMatchObject({ done: clock.now, due: start + dayMs });
      expect(now.get('b')).toMatchObject({ reminders: 1, reminded: clock.now, due: start + dayMs });
      expect(now.get('c')).toMatchObject({ done: null, due: start + 2 * dayMs });
      expect(now.has('new')).toBe(true);
    });

    it('keeps versions of own courses: one draft, one that is published, and those before', async () => {
      const { train, acts } = await company();
      const save = (title: string) => train.courses.save({ zh: ownCourse(title), en: null }, 'writer');
      expect(await save('第一稿')).toEqual({ id: 'own', version: 1 });
      expect(await save('第二稿')).toEqual({ id: 'own', version: 1 });
      expect((await train.courses.all()).has('own')).toBe(false);
      await train.courses.publish('own', 1, 'writer');
      expect((await train.courses.find('own')).text.zh.title).toBe('第二稿');
      expect(await save('第三稿')).toEqual({ id: 'own', version: 2 });
      expect((await train.courses.find('own')).text.zh.title).toBe('第二稿');
      await train.courses.publish('own', 2, 'writer');
      expect((await train.courses.find('own')).text.zh.title).toBe('第三稿');
      expect((await train.courses.versions('own')).map(({ state }) => state)).toEqual(['published', 'replaced']);
      await expect(train.courses.publish('own', 2, 'writer')).rejects.toMatchObject({ code: 'conflict' });
      await expect(train.courses.save({ zh: 'no course', en: null }, 'writer')).rejects.toMatchObject({ code: 'course_faulty' });
      const shipped = ownCourse('冒名').replace('id: own', 'id: phishing');
      await expect(train.courses.save({ zh: shipped, en: null }, 'writer')).rejects.toMatchObject({ code: 'conflict' });
      await train.courses.withdraw('own', 'old', 'writer');
      await expect(train.courses.find('own')).rejects.toMatchObject({ code: 'not_found' });
      expect(acts.length).toBeGreaterThanOrEqual(6);
    });

    it('grades an attempt by what was drawn, although the course was changed meanwhile', async () => {
      const here = await company();
      const { train } = here;
      await train.courses.save({ zh: ownCourse('旧版本'), en: null }, 'writer');
      await train.courses.publish('own', 1, 'writer');
      const { attempt } = await train.quizzes.start('a', 'own', 'zh');
      const swapped = ownCourse('新版本').replaceAll('+ 对\n- 错', '- 对\n+ 错');
      await train.courses.save({ zh: swapped, en: null }, 'writer');
      await train.courses.publish('own', 2, 'writer');
      const answers = Object.fromEntries(attempt.drawn.map((one) => [one.id, one.right]));
      expect((await train.quizzes.submit('a', attempt.id, answers, 'zh')).passed).toBe(true);
    });

    it('shows a person all that is held of them, and forgets it whole', async () => {
      const here = await company();
      const { store, keys, train, clock } = here;
      await train.assignments.create(draft, 'security');
      await take(here, 'a', true);
      await take(here, 'b', true);
      await train.preferences.put('a', { language: 'zh', leaderboard: true, mail: false, bulletins: true, warnings: true });
      const said = { zh: '锁屏再离开', en: 'Lock the screen' };
      const bulletin = bulletinDraft.parse({
        ...{ kind: 'tip', title: said, text: said, target: { kind: 'everyone' }, schedule: { kind: 'once', at: null } },
      });
      await train.bulletins.schedule(await train.bulletins.create(bulletin, 'security'), 'security');
      await train.bulletins.work();
      await store.db.insertInto('training_bounced_mailboxes').values({ uid: 'a', address: 'x', since: start }).execute();
      await train.sessions.open('a', 'wecom', { address: '127.0.0.1', userAgent: null, requestId: 'r' });
      const holding = createTrainHolding(store, keys);
      expect(await holding.uids()).toEqual(expect.arrayContaining(['a', 'b']));
      const kinds = new Set((await holding.read('a', 100)).map(({ kind }) => kind));
      expect([...kinds].sort()).toEqual([
        'assigned course',
        'bounced mailbox',
        'bulletin',
        'certificate',
        'choices',
        'progress',
        'refresher',
        'test',
      ]);
      expect(JSON.stringify(await holding.read('a', 100))).not.toContain('姓名b');
      const rows = await holding.count('a', 'person');
      const others = await holding.count('b', 'person');
      expect(rows).toBeGreaterThan(8);
      expect(await holding.count('a', 'wechat')).toBe(0);
      expect(await holding.erase('a', 'person', 'p')).toBe(rows);
      expect([await holding.count('a', 'person'), await holding.count('b', 'person')]).toEqual([0, others]);
      const aged = agedAnswers(store);
      expect(await aged.count(clock.now + 1)).toEqual({ due: 1, rows: 1 });
      expect(await aged.remove(clock.now + 1)).toBe(1);
      expect((await train.quizStore.progress('b'))[0]?.best).toBe(100);
    });
  });
});
