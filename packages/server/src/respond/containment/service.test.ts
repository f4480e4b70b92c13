import { createHash } from 'node:crypto';
import { type ApprovalView, applyMeasure, type Measured } from '@menshen/contract';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Carrier } from '../../administrators/approvals/service.ts';
import { createMemoryCoordination } from '../../coordination/memory.ts';
import { DirectorySnapshot } from '../../directory/snapshot.ts';
import type { Runtime } from '../../gateway/runtime.ts';
import type { Session } from '../../identity/model.ts';
import { describeEachStore, type TestStore } from '../../store/testing.ts';
import { type ActParts, createActs } from './acts.ts';
import { openLiveMeasures } from './live.ts';
import type { Request } from './model.ts';
import { createContainmentHolding } from './personal-data.ts';
import { createReopeningStore } from './reopening/store.ts';
import { createMembers } from './scope.ts';
import { type ContainmentParts, createContainmentService } from './service.ts';
import { createContainmentStore } from './store.ts';

const start = 1_767_225_600_000;
const hour = 3_600_000;
const alone = { approval: null, approvedBy: null, forced: false } as const;

const person = (uid: string, department: string) =>
  ({ uid, departments: [department], status: 'active', leads: [], roles: [], kind: 'employee' }) as never;
const department = (id: string, parent: string | null) => ({ id, name: id, parent, order: 0, source: 'test' });
const directory = new DirectorySnapshot(
  [department('1', null), department('2', '1'), department('3', '2')],
  [person('zhang', '3'), person('li', '1')],
  1,
);
const runtime = {
  apps: new Map([['portal', { id: 'portal', routes: [], guards: { campaigns: new Map() }, config: { sealedFields: [{}] } }]]),
  config: { gateway: { trustedProxies: ['10.20.0.0/16'] } },
} as unknown as Runtime;

describeEachStore((open) => {
  describe('measures', () => {
    let store: TestStore;
    const clock = { now: start };
    let events: string[] = [];
    let told: string[] = [];
    let rotated: string[] = [];
    let revoked: string[] = [];
    let ended: string[] = [];
    let drawn = 0;

    beforeEach(async () => {
      store = await open();
      clock.now = start;
      [events, told, rotated, revoked, ended] = [[], [], [], [], []];
    });

    /** A node on the store; `rotate` may be made to die. */
    const node = async (
      options: {
        readonly rotate?: () => Promise<never>;
        readonly sessions?: readonly Partial<Session>[];
        readonly ending?: Promise<void>;
        readonly approvals?: ContainmentParts['approvals'];
      } = {},
    ) => {
      const own = createContainmentStore(store);
      const reopenings = createReopeningStore(store);
      const live = await openLiveMeasures({ store: own, reopenings, clock: () => clock.now, failed: () => undefined });
      const sessions = (options.sessions ?? []) as readonly Session[];
      const parts: ActParts = {
        identity: {
          refresh: async () => undefined,
          endSessionsOf: async (uid) => {
            ended.push(`all of ${uid}`);
            return 1;
          },
          endSessions: async (sids) => {
            await options.ending;
            ended.push(...sids);
            return sids.length;
          },
          sessions: {
            all: () => sessions.values(),
            ofPerson: (uid: string) => sessions.filter((one) => one.person.uid === uid),
          } as never,
        },
        ring: {
          overview: async () =>
            ({ keys: [{ app: 'portal', state: 'active', algorithm: 'aes-256-gcm', created: start - 1 }] }) as never,
          rotate: async (app) => {
            await options.rotate?.();
            rotated.push(app);
            return {} as never;
          },
        },
        tokens: {
          list: async () =>
            [
              { id: 't1', state: 'active', created: start - 1 },
              { id: 't2', state: 'revoked', created: start - 1 },
              { id: 't3', state: 'active', created: start + 1 },
            ] as never,
          revoke: async (id) => void revoked.push(id),
        },
        secrets: { activate: async () => 1 },
        members: createMembers(() => directory),
      };
      const service = createContainmentService({
        ...{ store: own, reopenings, live, acts: createActs(parts), runtime: () => runtime, directory: () => directory },
        preview: async () => ({}) as never,
        secrets: { isThere: async () => true, waiting: async () => null, words: async () => [] },
        audit: {
          act: async (by: string, { activity, entity }: { activity: string; entity: string }, perform: () => Promise<never>) => {
            events.push(`${by} ${activity} ${entity}`);
            return await perform();
          },
          record: async (event: string) => events.push(event.includes('"by":"clock"') ? 'clock' : 'record'),
        } as never,
        metrics: { add: () => undefined },
        revocations: { publish: async () => 1 },
        coordination: createMemoryCoordination({ clock: () => clock.now }),
        approvals: options.approvals ?? {
          needed: () => false,
          request: async () => ({}) as never,
          get: async () => ({}) as never,
          carryOut: () => undefined,
        },
        watch: {
          notify: { send: async () => ({}) as never },
          ruleOf: async () => null,
          lastAlert: async () => null,
        },
        incidents: {
          sources: async () => [],
          peek: async (id) => (id === 'known' ? ({ id } as never) : null),
          appendToTimeline: async (incident, { text }) => {
            told.push(`${incident} ${text.en}`);
            return { id: '', index: 0 };
          },
        },
        changed: () => undefined,
        clock: () => clock.now,
        random(size) {
          drawn += 1;
          return createHash('sha256').update(String(drawn)).digest().subarray(0, size);
        },
      });
      return { service, live, own };
    };
    const request = (measured: Measured, key: string, more: Partial<Request> = {}): Request =>
      ({ ...measured, until: clock.now + hour, reason: 'a test of it', idempotencyKey: `key-${key}`, ...more }) as Request;
    const block: Measured = { kind: 'block_addresses', target: { addresses: ['203.0.113.0/24'] } };

    it('let requests come between them while they are looked after, and one of a person looks at nobody else', async () => {
      let walks = 0;
      let turn = 0;
      const turns: number[] = [];
      const sessions: Partial<Session>[] = [];
      sessions.values = () => {
        walks += 1;
        return [].values();
      };
      sessions.filter = () => {
        turns.push(turn);
        return [];
      };
      const { service } = await node({ sessions });
      const end = (person: string): Measured => ({ kind: 'end_sessions', target: { scope: 'person', person } });
      for (const [at, who] of ['zhang', 'li', 'zhang', 'li'].entries())
        await service.carryOut(request(end(who), `turn-${at}`), 'x', alone);
      clock.now += 120_000;
      turns.length = 0;
      const count = (): void => {
        turn += 1;
        next = setImmediate(count);
      };
      let next = setImmediate(count);
      await service.maintain();
      clearImmediate(next);
      expect(turns).toHaveLength(4);
      expect(new Set(turns).size).toBe(4);
      expect(walks).toBe(0);
    });

    it('are one for one key, also when two nodes are asked at once', async () => {
      const [a, b] = [await node(), await node()];
      const both = await Promise.all([a, b].map(({ service }) => service.carryOut(request(block, 'one'), 'x', alone)));
      expect(both[0]?.id).toBe(both[1]?.id);
      expect(await a.service.list({ show: 'all', limit: 10 })).toHaveLength(1);
    });

    const joining = { ifNoneStands: true } as const;
    const playbook = { id: 'playbook:p', username: 'playbook:p', power: 'security' } as const;
    /** The measure, and whether it was another's. */
    const joined = async ({ service }: Pick<Awaited<ReturnType<typeof node>>, 'service'>, asked: Request) => {
      const answer = await service.apply(asked, playbook);
      if ('approvalId' in answer) throw new Error('nobody is asked here');
      return [answer.measure.id, answer.takenOver];
    };

    it('are taken over where they stand long enough for the same target, and not where each has to be done anew', async () => {
      const bench = await node();
      const { service } = bench;
      const taken = await service.carryOut(request(block, 'first'), 'x', alone);
      const again = (key: string, more: Partial<Request> = {}) => joined(bench, request(block, key, { ...joining, ...more }));
      expect(await again('second')).toEqual([taken.id, true]);
      // Asked for again under its own key, it is its asker's.
      expect(await again('first')).toEqual([taken.id, false]);
      for (const [key, more] of [
        ['asked', { ifNoneStands: undefined }],
        ['other', { kind: 'block_addresses', target: { addresses: ['203.0.112.0/24'] } }],
        ['longer', { until: clock.now + 3 * hour }],
      ] as const)
        expect([key, (await again(key, more as Partial<Request>))[1]]).toEqual([key, false]);
      clock.now += 1.25 * hour + 1;
      expect((await again('late', { until: clock.now + 4 * hour }))[1]).toBe(false);
      const scope = { scope: 'person', person: 'zhang' } as const;
      for (const kind of ['end_sessions', 'force_step_up'] as const) {
        await service.carryOut(request({ kind, target: scope }, kind), 'x', alone);
        expect(await joined(bench, request({ kind, target: scope }, `${kind}-2`, joining))).toEqual([expect.any(String), false]);
      }
      expect(await service.list({ show: 'all', limit: 20 })).toHaveLength(9);
    });

    it('are one for any number of playbooks that ask at the same instant, on one node and on two', async () => {
      const nodes = [await node(), await node()];
      const asked = Array.from({ length: 12 }, (_, at) =>
        joined(nodes[at % 2] as (typeof nodes)[0], request(block, `at-${at}`, joining)),
      );
      const answers = await Promise.all(asked);
      expect(new Set(answers.map(([id]) => id)).size).toBe(1);
      expect(answers.filter(([, takenOver]) => takenOver === false)).toHaveLength(1);
      expect(await nodes[0]?.service.list({ show: 'all', limit: 20 })).toHaveLength(1);
    });

    it('are one also where each asker waits for a second person, and one that is lifted is not taken again', async () => {
      const carriers: Carrier[] = [];
      const asked = new Map<string, ApprovalView>();
      const approvals: ContainmentParts['approvals'] = {
        needed: () => true,
        async request(_by, { endpoint, body }) {
          const view = { id: `p_${asked.size}`, endpoint: endpoint.id, body, state: 'pending', spentAt: null, problem: null };
          asked.set(view.id, view as never);
          return view as never;
        },
        get: async (_by, id) => asked.get(id) as never,
        carryOut: (_endpoint, carrier) => void carriers.push(carrier),
      };
      const { service } = await node({ approvals });
      const stop: Measured = { kind: 'stop_app', target: { app: 'portal' } };
      for (const key of ['one', 'two'])
        expect(await service.apply(request(stop, `waits-${key}`, joining), playbook)).toEqual({ approvalId: expect.any(String) });
      const approve = async ([id, view]: [string, ApprovalView]) => {
        asked.set(id, { ...view, state: 'spent', spentAt: clock.now });
        const call = { params: undefined, query: undefined, body: view.body };
        await carriers[0]?.perform({ id, call, requester: playbook.username, approvedBy: 'y' });
      };
      await Promise.all([...asked].map(approve));
      const [taken, ...more] = await service.list({ show: 'all', limit: 10 });
      expect(more).toEqual([]);
      clock.now += 1_000;
      await service.lift(taken?.id ?? '', 'a mistake', 'x');
      const ends = await Promise.all([...asked.keys()].map((id) => service.pending(id)));
      expect(ends.map((end) => end?.state === 'applied' && [end.measure.id, end.takenOver]).toSorted()).toEqual([
        [taken?.id, false],
        [taken?.id, true],
      ]);
      // A node that looks again at what is spent finds it done.
      for (const id of asked.keys()) expect(await carriers[0]?.isDone(id)).toBe(true);
    });

    it('that were approved and cannot be done wait for nobody any more', async () => {
      const view = { id: 'p_1', endpoint: applyMeasure.id, body: {}, state: 'spent', spentAt: clock.now };
      const approval = { problem: 'validation_failed until too_soon' as string | null };
      const approvals: ContainmentParts['approvals'] = {
        needed: () => true,
        request: async () => view as never,
        get: async () => ({ ...view, ...approval }) as never,
        carryOut: () => undefined,
      };
      const { service } = await node({ approvals });
      expect(await service.pending('p_1')).toEqual({ state: 'failed', problem: 'validation_failed until too_soon' });
      // One that is being carried out is still to come.
      approval.problem = null;
      expect(await service.pending('p_1')).toEqual({ state: 'pending' });
    });

    it('that are being taken back in steps hold for everybody again when they are taken over', async () => {
      const bench = await node();
      const { service, live } = bench;
      const stop: Measured = { kind: 'stop_app', target: { app: 'portal' } };
      const taken = await service.carryOut(request(stop, 'open'), 'x', alone);
      const plan = {
        ...{ steps: [{ share: 100, seconds: 600 }], advance: 'manual' as const },
        watch: { windowSeconds: 300, minRequests: 4, errorPercent: 10, refusedPercent: 10 },
      };
      await service.reopenings.start(taken.id, plan, 'the fault is repaired', 'x');
      const held = () => live.snapshot.holds?.all[0]?.reopened;
      expect(held()?.share).toBe(100);
      expect(await joined(bench, request(stop, 'anew', joining))).toEqual([taken.id, true]);
      expect(held()?.share ?? 0).toBe(0);
      const moves = (await service.reopenings.of([taken.id])).get(taken.id)?.reopening.moves ?? [];
      expect(moves.map(({ by, state }) => [by, state])).toEqual([
        ['x', 'open'],
        ['playbook:p', 'closed'],
      ]);
    });

    it('are recorded as ended by the clock once, by whichever node comes first, at the time that was said', async () => {
      const [a, b] = [await node(), await node()];
      const taken = await a.service.carryOut(request(block, 'end'), 'x', alone);
      events.length = 0;
      clock.now += hour + 1;
      await Promise.all([a.service.maintain(), b.service.maintain()]);
      expect(events).toEqual(['clock']);
      expect(await b.service.find(taken.id)).toMatchObject({ state: 'expired', endedAt: taken.until });
      await expect(b.service.lift(taken.id, 'too late for it', 'x')).rejects.toMatchObject({ code: 'conflict' });
    });

    it('write what they stopped on all nodes into one count', async () => {
      const [a, b] = [await node(), await node()];
      const { id } = await a.service.carryOut(request(block, 'count'), 'x', alone);
      await b.live.refresh();
      for (const { live } of [a, b]) {
        const [held] = live.snapshot.holds?.all ?? [];
        if (held === undefined) throw new Error('nothing stands');
        held.count.unwritten += 3;
        held.count.last = clock.now;
        // Counts stay with the measure when the snapshot is made anew.
        await live.refresh();
      }
      await a.service.maintain();
      await b.service.maintain();
      expect(await a.service.find(id)).toMatchObject({ stopped: 6, lastStopped: clock.now });
    });

    it('that a dead node began are finished by another, once', async () => {
      const dead = await node({ rotate: () => Promise.reject(new Error('killed')) });
      const begun = request({ kind: 'rotate_keys', target: { app: 'portal' } }, 'rotate');
      await expect(dead.service.carryOut(begun, 'x', alone)).rejects.toThrow('killed');
      const other = await node();
      await other.service.maintain();
      expect(rotated).toEqual([]);
      clock.now += 61_000;
      await other.service.maintain();
      await other.service.maintain();
      expect(rotated).toEqual(['portal']);
      expect(await other.service.carryOut(begun, 'x', alone)).toMatchObject({ state: 'done', done: 1 });
    });

    it('revoke the tokens that were there, not those that were issued since', async () => {
      const { service } = await node();
      const done = await service.carryOut(request({ kind: 'revoke_tokens', target: {} }, 'tokens'), 'x', alone);
      expect(revoked).toEqual(['t1']);
      expect(done).toMatchObject({ state: 'done', done: 1 });
      expect(await service.list({ show: 'active', limit: 10 })).toEqual([]);
    });

    it('end the sessions of a department and those below it that began before, and look again for what was missed', async () => {
      const session = (sid: string, uid: string, created: number): Partial<Session> => ({
        ...{ sid, created, app: 'portal', device: null, build: null },
        person: { uid, name: '', kind: 'employee' },
      });
      const { service } = await node({
        sessions: [session('below', 'zhang', start), session('later', 'zhang', start + 1), session('above', 'li', start)],
      });
      const target: Measured = { kind: 'end_sessions', target: { scope: 'department', department: '2' } };
      await service.carryOut(request(target, 'department'), 'x', alone);
      expect(ended).toEqual(['below']);
      clock.now += 61_000;
      await service.maintain();
      expect(ended).toEqual(['below', 'below']);
    });

    it('answer before thousands of sessions are ended one by one: the rule holds them off already', async () => {
      let open = (): void => undefined;
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      const sessions = Array.from(
        { length: 501 },
        (_, at): Partial<Session> => ({
          ...{ sid: `s${at}`, created: start, app: 'portal', device: null, build: null },
          person: { uid: `u${at}`, name: '', kind: 'employee' },
        }),
      );
      const { service, live } = await node({ sessions, ending: gate });
      const all: Measured = { kind: 'end_sessions', target: { scope: 'everyone' } };
      const { id } = await service.carryOut(request(all, 'everyone'), 'x', alone);
      expect(ended).toEqual([]);
      expect(live.snapshot.holds?.ended).toHaveLength(1);
      open();
      await expect.poll(async () => (await service.find(id))?.done).toBe(501);
    });

    it('of an incident are told in its timeline; of one that there is not they are not taken', async () => {
      const { service } = await node();
      const { id } = await service.carryOut(request(block, 'told', { incident: 'known' }), 'x', alone);
      await service.lift(id, 'all is well', 'x');
      expect(told).toEqual([
        'known Measure taken: Block addresses: 203.0.113.0/24',
        'known Measure lifted: Block addresses: 203.0.113.0/24',
      ]);
      await expect(service.carryOut(request(block, 'other', { incident: 'unknown' }), 'x', alone)).rejects.toMatchObject({
        details: { problem: 'incident_unknown' },
      });
    });

    it.each(['10.20.3.4', '10.0.0.0/8', '127.0.0.1', '127.0.0.0/16', '::1'])(
      'never block what stands in front of us: %s',
      async (range) => {
        const { service } = await node();
        const measured: Measured = { kind: 'block_addresses', target: { addresses: ['203.0.113.7', range] } };
        await expect(
          service.carryOut(request(measured, range.replace(/[^0-9]/g, 'x').padEnd(8, 'x')), 'x', alone),
        ).rejects.toMatchObject({
          details: { field: 'target.addresses.1', problem: 'own_address' },
        });
      },
    );

    it('have an end within bounds', async () => {
      const { service } = await node();
      for (const [until, problem] of [
        [start + 59_999, 'too_soon'],
        [start + 31 * 24 * hour, 'too_late'],
      ] as const)
        await expect(service.carryOut(request(block, problem, { until }), 'x', alone)).rejects.toMatchObject({
          details: { problem },
        });
    });

    it('name nobody who was erased, and stay', async () => {
      const { service } = await node();
      const lock: Measured = { kind: 'lock_accounts', target: { persons: ['zhang', 'li'] } };
      const { id } = await service.carryOut(request(lock, 'lock'), 'x', alone);
      const holding = createContainmentHolding(store);
      expect((await holding.uids()).toSorted()).toEqual(['li', 'zhang']);
      expect(await holding.count('zhang', 'person')).toBe(1);
      expect(await holding.read('zhang', 10)).toMatchObject([{ kind: 'measure', measure: 'lock_accounts' }]);
      expect(await holding.erase('zhang', 'person', 'x_1')).toBe(1);
      expect(await holding.count('zhang', 'person')).toBe(0);
      expect((await service.find(id))?.target).toEqual({ persons: ['x_1', 'li'] });
    });
  });

  describe('a node that cannot read what stands', () => {
    it('keeps what it holds and reads again', async () => {
      const store = await open();
      const own = createContainmentStore(store);
      let broken = false;
      let reads = 0;
      const failures: string[] = [];
      const live = await openLiveMeasures({
        store: {
          async standing(now) {
            reads += 1;
            if (broken) throw new Error('away');
            return await own.standing(now);
          },
        },
        reopenings: createReopeningStore(store),
        clock: () => start,
        failed: () => void failures.push('failed'),
      });
      live.retry();
      expect(reads).toBe(1);
      broken = true;
      live.hear();
      await expect.poll(() => failures.length).toBe(1);
      broken = false;
      live.retry();
      await expect.poll(() => reads).toBe(3);
      live.retry();
      expect(reads).toBe(3);
    });
  });
});
