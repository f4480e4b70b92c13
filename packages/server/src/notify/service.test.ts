import { type NotifyConfig, notifySchema } from '@menshen/contract';
import { describe, expect, it, vi } from 'vitest';
import { createMemoryCoordination } from '../coordination/memory.ts';
import { describeEachStore, type TestStore } from '../store/testing.ts';
import { createAttentionNotices } from './attention-notices.ts';
import { ChannelError, type ChannelProblem, maxAttempts, type NewNotice } from './model.ts';
import { createNotifyService } from './service.ts';
import { createNotifyStore } from './store.ts';

const start = 1_767_225_600_000;
const text = (zh: string) => ({ zh, en: zh });
const notice = (changes: Partial<NewNotice> = {}): NewNotice => ({
  ...{ kind: 'alert', severity: 'high', app: 'portal', matter: 'm', title: text('t'), happened: text('h') },
  ...{ done: null, asked: null, path: '/alerts' },
  ...changes,
});

describeEachStore((open) => {
  describe('telling people', () => {
    let store: TestStore;

    async function service(config: object, nodes = 1) {
      store = await open();
      const clock = { now: start };
      const said: { channel: string; subject: string }[] = [];
      const failing = new Map<string, ChannelProblem>();
      const hanging = new Map<string, Promise<void>>();
      const parsed: NotifyConfig = notifySchema.parse(config);
      const coordination = createMemoryCoordination({ clock: () => clock.now });
      const acts: string[] = [];
      let next = 0;
      const make = () =>
        createNotifyService({
          store: createNotifyStore(store),
          config: () => parsed,
          channels: () =>
            new Map(
              parsed.channels.map(({ id }) => [
                id,
                {
                  ...{ id, kind: 'wecomRobot', language: 'en' },
                  channel: {
                    async send({ subject }) {
                      const problem = failing.get(id);
                      if (problem !== undefined) throw new ChannelError(problem);
                      await hanging.get(id);
                      said.push({ channel: id, subject });
                    },
                  },
                },
              ]),
            ),
          base: () => null,
          coordination,
          audit: {
            async act(by, { entity }, perform) {
              acts.push(`${by} ${entity}`);
              return await perform();
            },
          },
          metrics: { add: () => undefined },
          clock: () => clock.now,
          random: (size) => {
            next += 1;
            const bytes = new Uint8Array(size);
            new DataView(bytes.buffer).setUint32(0, next);
            return bytes;
          },
          changed: () => undefined,
        });
      return { clock, said, failing, hanging, acts, services: Array.from({ length: nodes }, make), one: make() };
    }
    const robot = (id: string) => ({ id, by: { wecomRobot: { key: 'k' } } });

    it('reaches each channel once, however many nodes send', async () => {
      const { one, services, said } = await service({ channels: ['a', 'b'].map(robot) }, 4);
      await one.send(notice());
      await Promise.all(services.map((node) => node.work()));
      expect(said.map(({ channel }) => channel).sort()).toEqual(['a', 'b']);
      const [listed] = await one.list({ open: true, before: null }, 10);
      expect(listed?.deliveries.map(({ state }) => state)).toEqual(['sent', 'sent']);
    });

    it('is one notice where nodes tell of one matter in the same instant', async () => {
      const { one, services, said } = await service({ channels: [robot('a')] }, 4);
      const ids = await Promise.all([...services, ...services].map((node) => node.send(notice())));
      expect(new Set(ids).size).toBe(1);
      await one.work();
      expect(said).toHaveLength(1);
      expect((await one.list({ open: true, before: null }, 10)).map(({ count }) => count)).toEqual([8]);
    });

    it('counts what comes again about one matter, and speaks up when it is worse', async () => {
      const { one, said, clock } = await service({ channels: [robot('a')], foldMinutes: 10 });
      const first = await one.send(notice());
      expect(await one.send(notice())).toBe(first);
      await one.work();
      expect(said).toHaveLength(1);
      expect((await one.list({ open: true, before: null }, 10))[0]?.count).toBe(2);
      await one.send(notice({ severity: 'critical' }));
      await one.work();
      clock.now += 11 * 60_000;
      await one.send(notice());
      await one.work();
      expect(said).toHaveLength(3);
    });

    it('keeps nobody waiting for a channel that does not answer', async () => {
      const { one, hanging, said } = await service({ channels: ['dead', 'healthy'].map(robot) });
      const { promise, resolve } = Promise.withResolvers<void>();
      hanging.set('dead', promise);
      await one.send(notice());
      await one.begin();
      await vi.waitFor(() => expect(said).toHaveLength(1));
      await one.send(notice({ matter: 'another' }));
      await one.begin();
      await vi.waitFor(() => expect(said.map(({ channel }) => channel)).toEqual(['healthy', 'healthy']));
      resolve();
      await one.settled();
      expect(said).toHaveLength(4);
    });

    it('tries again with longer and longer waits, and then says that it has given up', async () => {
      const { one, failing, clock, said } = await service({ channels: [robot('a')] });
      failing.set('a', 'unreachable');
      await one.send(notice());
      const tries: number[] = [];
      for (let second = 0; second < 3 * 3_600; second += 30) {
        const [before] = (await one.list({ open: true, before: null }, 1))[0]?.deliveries ?? [];
        await one.work();
        const [after] = (await one.list({ open: true, before: null }, 1))[0]?.deliveries ?? [];
        if (after?.attempts !== before?.attempts) tries.push(second);
        if (after?.state === 'failed') break;
        clock.now += 30_000;
      }
      expect(tries).toEqual([0, 30, 90, 210, 450, 930, 1_890, 3_690]);
      expect(tries).toHaveLength(maxAttempts);
      expect(await one.channels()).toMatchObject([{ id: 'a', sent: 0, failed: 1 }]);
      expect(said).toEqual([]);
    }, 60_000);

    it('wakes the next one up unless somebody has seen it', async () => {
      const config = {
        channels: ['a', 'boss'].map(robot),
        routes: [{ channels: ['a'], escalate: [{ afterMinutes: 15, channels: ['boss'] }] }],
      };
      const { one, said, clock, acts } = await service(config);
      const seen = await one.send(notice({ matter: 'seen' }));
      await one.send(notice({ matter: 'not seen' }));
      await one.work();
      expect(await one.acknowledge(seen, 'li')).toBe(true);
      expect(await one.acknowledge(seen, 'wu')).toBe(false);
      clock.now += 15 * 60_000;
      await one.work();
      expect(said.map(({ channel }) => channel)).toEqual(['a', 'a', 'boss']);
      expect(acts).toEqual(['li notice', 'wu notice']);
      const all = await one.list({ open: true, before: null }, 10);
      expect(all.map(({ matter }) => matter)).toEqual(['not seen']);
    });

    it('sends again what a node was sending when it died', async () => {
      const { one, said, clock } = await service({ channels: [robot('a')] });
      await one.send(notice());
      const raw = createNotifyStore(store);
      const [delivery] = await raw.due(clock.now, 1);
      if (delivery === undefined) throw new Error('nothing is due');
      await raw.take(delivery, clock.now);
      await one.work();
      expect(said).toEqual([]);
      clock.now += 120_001;
      await one.work();
      expect(said).toHaveLength(1);
    });

    it('sends nothing again that was read again after it was sent', async () => {
      const { one, clock } = await service({ channels: [robot('a')] });
      await one.send(notice());
      await one.work();
      const [sent] = (await one.list({ open: true, before: null }, 1))[0]?.deliveries ?? [];
      expect(sent?.state).toBe('sent');
      expect(sent && (await createNotifyStore(store).take(sent, clock.now))).toBe(false);
    });

    it('holds back what a robot would not take, and loses none of it', async () => {
      const { one, said, clock } = await service({ channels: [robot('a')] });
      for (let at = 0; at < 40; at += 1) await one.send(notice({ matter: `m${at}` }));
      await one.work();
      await one.work();
      expect(said).toHaveLength(15);
      for (let minute = 0; minute < 10; minute += 1) {
        clock.now += 60_000;
        await one.work();
      }
      expect(said).toHaveLength(40);
    }, 60_000);

    it('forgets after half a year, deliveries with their notices', async () => {
      const { one, clock } = await service({ channels: [robot('a')] });
      await one.send(notice());
      clock.now += 181 * 86_400_000;
      await one.maintain();
      expect(await one.list({ open: false, before: null }, 10)).toEqual([]);
      expect(await store.db.selectFrom('notice_deliveries').selectAll().execute()).toEqual([]);
    });
  });
});

describe('what Today shows', () => {
  it('is told once when it appears, and again when it is worse or comes back', async () => {
    const sent: string[] = [];
    const clock = { now: start };
    let found: { id: string; severity: 'critical' | 'high' | 'low' }[] = [];
    const look = createAttentionNotices(
      { send: async ({ matter, severity }) => void sent.push(`${severity} ${matter}`) as never },
      async () =>
        found.map(({ id, severity }) => ({
          id,
          severity,
          title: text('t'),
          detail: text('d'),
          since: 0,
          action: { to: '/x', label: text('l') },
        })),
      () => clock.now,
    );
    const minute = async (...shown: typeof found): Promise<void> => {
      found = shown;
      clock.now += 60_000;
      await look();
    };
    // An alert has had a notice of its own.
    await minute({ id: 'keys', severity: 'high' }, { id: 'idle', severity: 'low' }, { id: 'alert-a_1', severity: 'critical' });
    await minute({ id: 'keys', severity: 'high' });
    await minute({ id: 'keys', severity: 'critical' });
    await minute();
    await minute({ id: 'keys', severity: 'high' });
    expect(sent).toEqual(['high attention keys', 'critical attention keys', 'high attention keys']);
    // A clock that is set back by eight hours makes nobody deaf for eight hours.
    clock.now -= 8 * 3_600_000;
    await minute({ id: 'log', severity: 'critical' });
    expect(sent.at(-1)).toBe('critical attention log');
  });
});
