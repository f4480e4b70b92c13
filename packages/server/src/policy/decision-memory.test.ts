import { randomBytes } from 'node:crypto';
import { type AuthorizationRequest, type CedarRecord, type Entity, EntityRef, loadPolicies } from '@menshen/policy';
import { describe, expect, it } from 'vitest';
import type { Person } from '../directory/model.ts';
import { DirectorySnapshot } from '../directory/snapshot.ts';
import { createKeys } from '../keys/master.ts';
import { describeEachStore, type TestStore } from '../store/testing.ts';
import { createDecisionMemory } from './decision-memory.ts';
import { createQuestionStore } from './question-store.ts';

const day = 86_400_000;
const start = 1_767_225_600_000;

const person = (uid: string): Person =>
  ({
    uid,
    name: uid,
    status: 'active',
    kind: 'employee',
    departments: [],
    leads: [],
    roles: [],
    position: null,
  }) as unknown as Person;
const directory = new DirectorySnapshot([], [person('zhang'), person('li')], 1);
const keys = createKeys(Buffer.alloc(32, 7), (size) => randomBytes(size));

const order = (attrs: CedarRecord): Entity => ({ type: 'Portal::Order', id: '17', attrs, ancestors: new Set() });
const asked = (
  uid: string,
  action = 'order.read',
  context: CedarRecord = { address: '10.0.0.7', risk: 0 },
): AuthorizationRequest => ({
  principal: { type: 'Menshen::User', id: uid },
  action: { type: 'Menshen::Action', id: action },
  resource: { type: 'Portal::Order', id: '17' },
  context,
});
const allows = (
  text: string,
  question: { request: AuthorizationRequest; entities: { get(type: string, id: string): Entity | undefined } },
): boolean => {
  const loaded = loadPolicies({ files: [{ name: 'a.cedar', text }], schema: null });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.policies.decideStrict(question.request, question.entities).allow;
};

describeEachStore((open) =>
  describe('the memory of questions', () => {
    const node = (store: TestStore, clock: () => number) =>
      createDecisionMemory({ store: createQuestionStore(store), keys, directory: () => directory, clock });

    it('outlives a restart, and holds what the other node was asked', async () => {
      let now = start;
      const store = await open();
      const [first, second] = [node(store, () => now), node(store, () => now)];
      const zhang = directory.get('Menshen::User', 'zhang') ?? order({});
      first.note(asked('zhang'), zhang, order({ owner: 'zhang', amount: 5, state: 'new' }), 'r1');
      second.note(asked('li'), zhang, order({ owner: 'zhang', amount: 5, state: 'new' }), 'r2');
      await first.flush();
      await second.flush();
      const restarted = node(store, () => now);
      expect(await restarted.count()).toBe(2);
      const policy =
        'permit (principal, action, resource) when { resource.owner == principal.uid && resource.amount < 10 && resource.state == "new" };';
      const questions = await restarted.recent([policy]);
      expect(questions.map(({ request, reference }) => [request.principal.id, reference]).sort()).toEqual([
        ['li', 'r2'],
        ['zhang', 'r1'],
      ]);
      expect(questions.map((question) => [question.request.principal.id, allows(policy, question)]).sort()).toEqual([
        ['li', false],
        ['zhang', true],
      ]);
      const inRange = 'permit (principal, action, resource) when { context has ip && context.ip.isInRange(ip("10.0.0.0/8")) };';
      expect(questions.every((question) => allows(inRange, question))).toBe(true);
      expect((await restarted.find('r1', []))?.request.principal.id).toBe('zhang');
      expect(await restarted.find('r9', [])).toBeNull();
      now += day + 1;
      await restarted.maintain();
      expect(await restarted.count()).toBe(0);
    });

    it('writes of what a backend says no text that nobody named before', async () => {
      const store = await open();
      const memory = node(store, () => start);
      const secret = 'Wang Wu, diabetes';
      memory.note(
        asked('zhang'),
        directory.get('Menshen::User', 'zhang') ?? order({}),
        order({ diagnosis: secret, of: new EntityRef('Portal::Case', secret) }),
        'r1',
      );
      await memory.flush();
      const rows = await store.db.selectFrom('policy_questions').selectAll().execute();
      expect(rows).toHaveLength(1);
      const opened = keys.openText(rows[0]?.question ?? new Uint8Array(), {
        table: 'policy_questions',
        column: 'question',
        key: rows[0]?.key ?? '',
      });
      expect(opened).not.toContain('Wang');
      expect(Buffer.from(rows[0]?.question ?? []).includes('zhang')).toBe(false);
      const [question] = await node(store, () => start).recent([]);
      if (question === undefined) throw new Error('not kept');
      expect(allows(`permit (principal, action, resource) when { resource.diagnosis == "${secret}" };`, question)).toBe(false);
      const [told] = await node(store, () => start).recent([`"${secret}"`]);
      if (told === undefined) throw new Error('not kept');
      expect(allows(`permit (principal, action, resource) when { resource.diagnosis == "${secret}" };`, told)).toBe(true);
    });

    it('counts equal questions once, adds their times over nodes, and does not write them at every request', async () => {
      let now = start;
      const store = await open();
      const [first, second] = [node(store, () => now), node(store, () => now)];
      const zhang = directory.get('Menshen::User', 'zhang') ?? order({});
      for (const memory of [first, second]) {
        for (let nth = 0; nth < 3; nth += 1) memory.note(asked('zhang'), zhang, order({}), `r${nth}`);
        await memory.flush();
      }
      const times = async (): Promise<number> =>
        Number((await store.db.selectFrom('policy_questions').select('times').executeTakeFirst())?.times);
      expect(await times()).toBe(6);
      first.note(asked('zhang'), zhang, order({}), 'r4');
      await first.flush();
      expect(await times()).toBe(6);
      now += 600_000;
      await first.flush();
      expect(await times()).toBe(7);
    });

    it('is bounded: the oldest go first', async () => {
      const store = await open();
      const questions = createQuestionStore(store);
      const row = (nth: number) => ({
        key: `k${nth}`,
        at: start + nth,
        times: 1,
        reference: `r${nth}`,
        question: new Uint8Array([1]),
      });
      await questions.save(Array.from({ length: 250 }, (_, nth) => row(nth)));
      await questions.trim(start + 10, 100);
      expect(await questions.count(0)).toBe(100);
      const page = await questions.page(0, null, 60);
      expect(page[0]?.key).toBe('k249');
      const rest = await questions.page(0, page.at(-1) ?? null, 60);
      expect(rest).toHaveLength(40);
      expect(new Set([...page, ...rest].map(({ key }) => key)).size).toBe(100);
    });
  }),
);
