import { describe, expect, it } from 'vitest';
import type { Act, Audit } from '../../audit/service.ts';
import { Metrics } from '../../gateway/metrics.ts';
import { describeEachStore, type OpenTestStore, type TestStore } from '../../store/testing.ts';
import { createLearning, type Learning } from './learning.ts';
import { createSchemaService, type SchemaService } from './service.ts';
import { createLearnedStore } from './store.ts';

const route = { app: 'portal', route: 'POST /orders' };
const key = new Uint8Array(32).fill(9);
const hour = 3_600_000;

interface Node {
  readonly service: SchemaService;
  readonly learning: Learning;
  readonly acts: string[];
  readonly store: TestStore;
  now: number;
}

/** A node of a store; `others` hear when it announces a change. */
async function startNode(open: OpenTestStore, name: string, url?: string, others: SchemaService[] = []): Promise<Node> {
  const store = await open(url === undefined ? {} : { url });
  const acts: string[] = [];
  const node = { now: 1_767_225_600_000 };
  const clock = (): number => node.now;
  const learning = createLearning({ key, clock });
  const audit = {
    record: async () => 0,
    act: async <T>(by: string, act: Act, perform: () => Promise<T>): Promise<T> => {
      acts.push(`${by} ${act.entity} ${JSON.stringify(act.detail)}`);
      return await perform();
    },
  } as Pick<Audit, 'record' | 'act'> as Audit;
  const service = await createSchemaService({
    ...{ store: createLearnedStore(store), learning, audit, metrics: new Metrics(), node: name, clock },
    announce: async () => {
      for (const other of others) await other.refresh();
    },
  });
  return Object.assign(node, { service, learning, acts, store });
}

/** People order tea; `more` is what a new version of the app adds. */
function order(
  node: Node,
  count: number,
  options: { kind?: 'accepted' | 'refused'; persons?: number; more?: object } = {},
): void {
  const { kind = 'accepted', persons = 20, more = {} } = options;
  for (let at = 0; at < count; at += 1) {
    // Twenty requests of a route are looked at in a second.
    node.now += 60;
    node.service.note(
      route,
      kind,
      { body: { sku: `TEA-${at % 9}`, count: (at % 5) + 1, ...more }, query: {}, path: {} },
      `u${at % persons}`,
    );
    if (at % 50 === 49) node.learning.drain();
  }
  node.learning.drain();
}

const check = (node: Node, body: unknown) => node.service.snapshot().approved.get('portal POST /orders')?.body?.check.check(body);
const good = { sku: 'TEA-1', count: 2 };

describeEachStore((open) => {
  describe('learned schemas', () => {
    it('are enforced after a person approves them, on every node, and after a restart', async () => {
      const place = await open.place();
      const first = await startNode(open, 'a', place);
      const others: SchemaService[] = [];
      // The embedded store belongs to one process.
      const second = open.kind === 'sqlite' ? first : await startNode(open, 'b', place, others);
      others.push(first.service);
      order(first, 150);
      order(second, 150);
      await first.service.maintain();
      await second.service.maintain();
      const { versions } = await second.service.knowledge(route);
      expect(versions).toMatchObject([{ version: expect.any(Number), state: 'proposed', by: null }]);
      const version = versions[0]?.version ?? 0;
      // Proposed is not in force.
      expect(check(first, { ...good, isAdmin: true })).toBeUndefined();
      await second.service.approve(route, version, 'admin li', 'looks right');
      for (const node of [first, second]) {
        expect(check(node, good)).toBeNull();
        expect(check(node, { ...good, isAdmin: true })).toMatchObject({ keyword: 'additionalProperties' });
        expect(check(node, { sku: { $ne: '' }, count: 1 })).toMatchObject({ where: '/sku' });
      }
      expect(second.acts.at(-1)).toContain('admin li learned schema');
      const known = first.learning.profile(route, 'accepted')?.requests.n;
      if (open.kind === 'sqlite') await first.store.close();
      const again = await startNode(open, 'a', place);
      expect(check(again, { ...good, isAdmin: true })).toMatchObject({ keyword: 'additionalProperties' });
      expect(again.learning.profile(route, 'accepted')?.requests.n).toBe(known);
    });

    it('can be edited, rejected, replaced, put back and withdrawn, each once and with a reason', async () => {
      const node = await startNode(open, 'a');
      const { service } = node;
      order(node, 250);
      await service.maintain();
      const [proposed] = (await service.knowledge(route)).versions;
      await service.reject(route, proposed?.version ?? 0, 'li', 'too early');
      // The same is not proposed again by itself.
      order(node, 10);
      node.now += 2 * hour;
      await service.maintain();
      expect((await service.knowledge(route)).versions.some(({ state }) => state === 'proposed')).toBe(false);
      // But when somebody asks, and then as what was learned, which nobody has edited.
      await service.propose(route);
      expect((await service.knowledge(route)).versions[0]).toMatchObject({ state: 'proposed', by: null });
      const strict = {
        body: { type: 'object', required: ['sku'], properties: { sku: { type: 'string', format: 'id' } } },
        query: null,
        path: null,
      };
      await expect(
        service.edit(route, { ...strict, body: { type: 'object', properties: { a: { pattern: '(?=x)' } } } }, 'li'),
      ).rejects.toMatchObject({ code: 'validation_failed' });
      expect(service.problem({ ...strict, body: { typo: 1 } })).toContain('not known');
      await service.edit(route, strict, 'li');
      const [draft] = (await service.knowledge(route)).versions;
      expect(draft).toMatchObject({ state: 'proposed', by: 'li' });
      await service.approve(route, draft?.version ?? 0, 'li', 'edited');
      await expect(service.approve(route, draft?.version ?? 0, 'li', 'twice')).rejects.toMatchObject({ code: 'conflict' });
      await expect(service.approve(route, 99, 'li', 'absent')).rejects.toMatchObject({ code: 'not_found' });
      expect(check(node, {})).toMatchObject({ keyword: 'required' });
      await service.edit(route, { body: true, query: null, path: null }, 'li');
      const [loose] = (await service.knowledge(route)).versions;
      await service.approve(route, loose?.version ?? 0, 'li', 'loose');
      expect(check(node, {})).toBeNull();
      await service.restore(route, draft?.version ?? 0, 'wang', 'back');
      expect(check(node, {})).toMatchObject({ keyword: 'required' });
      await service.withdraw(route, draft?.version ?? 0, 'wang', 'out');
      expect(check(node, {})).toBeUndefined();
      const states = (await service.knowledge(route)).versions.map(({ state }) => state);
      expect(states.filter((state) => state === 'approved')).toEqual([]);
    });

    it('propose an update from what five people were refused for, and not from fewer', async () => {
      const node = await startNode(open, 'a');
      const { service } = node;
      order(node, 250);
      await service.maintain();
      const [proposed] = (await service.knowledge(route)).versions;
      await service.approve(route, proposed?.version ?? 0, 'li', 'first');
      const update = async () => (await service.knowledge(route)).versions.find(({ state }) => state === 'proposed');
      // One person with a script, however busy.
      order(node, 400, { kind: 'refused', persons: 2, more: { isAdmin: true } });
      node.now += 2 * hour;
      await service.maintain();
      expect(await update()).toBeUndefined();
      order(node, 60, { kind: 'refused', persons: 12, more: { gift: true } });
      node.now += 2 * hour;
      await service.maintain();
      const found = await update();
      expect(JSON.stringify(found?.schemas.body)).toContain('"gift":{"type":"boolean"}');
      expect(JSON.stringify(found?.schemas.body)).not.toContain('isAdmin');
      expect((await service.knowledge(route)).drifted).toBe(true);
      await service.approve(route, found?.version ?? 0, 'li', 'gifts');
      expect(check(node, { ...good, gift: true })).toBeNull();
      expect(check(node, good)).toBeNull();
      expect((await service.knowledge(route)).drifted).toBe(false);
    });

    it('count what they refuse and would refuse, without a value', async () => {
      const node = await startNode(open, 'a');
      node.service.counts.checked(route, 3);
      node.service.counts.refused(route, 3, '/sku', 'format');
      node.service.counts.refused(route, 3, '/sku', 'format');
      const { counts } = await node.service.overview();
      expect(counts).toEqual([{ ...route, version: 3, count: 2 }]);
    });

    it('keep no person: the store holds neither uid nor value', async () => {
      const node = await startNode(open, 'a');
      for (let at = 0; at < 40; at += 1)
        node.service.note(route, 'accepted', { body: { phone: `1390000${1_000 + at}` }, query: {}, path: {} }, `wang.fang.${at}`);
      await node.service.maintain();
      const rows = await createLearnedStore(node.store).profiles(null, null);
      const text = JSON.stringify(rows);
      expect(rows).toHaveLength(1);
      expect(text).not.toContain('wang');
      expect(text).not.toContain('1390000');
    });
  });
});
