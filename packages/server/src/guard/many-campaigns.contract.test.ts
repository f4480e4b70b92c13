import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { KyselyPlugin, RootOperationNode } from 'kysely';
import { expect, it } from 'vitest';
import { createKeys } from '../keys/master.ts';
import { describeEachStore, describeSqliteStore, type OpenTestStore, type TestStore } from '../store/testing.ts';
import type { Campaign } from './campaign.ts';
import { createCodeBatches } from './code-batches.ts';
import { compileGuards } from './compile.ts';
import { createIdempotency } from './idempotency.ts';
import { createLedger } from './ledger.ts';
import { createGuardOverview } from './overview.ts';
import { createGuardHolding } from './personal-data.ts';
import { campaignApp, campaignInput, claimOrder, openKeys, testCampaign } from './testing.ts';
import { createTransactions } from './transactions.ts';

const now = 1_000_000_000;
const keys = createKeys(Buffer.alloc(32, 1), (size) => Buffer.alloc(size, 2));
const { claim } = campaignInput();
const coded = testCampaign({ codes: { generation: 1 }, claim: { ...claim, code: 'body.code' } });
const of = (id: string): Campaign => ({ ...coded, id });

/** A store that tells which statements it is asked for. */
function watched(store: TestStore): { readonly store: TestStore; readonly asked: string[] } {
  const asked: string[] = [];
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }): RootOperationNode {
      asked.push(store.db.getExecutor().compileQuery(node, queryId).sql);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const db = store.db.withPlugin(plugin);
  return {
    store: { ...store, db, transaction: (work) => store.transaction((inner) => work(inner.withPlugin(plugin) as never)) },
    asked,
  };
}

const rooms = (store: TestStore) => {
  const transactions = createTransactions(store);
  const audit = { act: async (_by: string, _act: unknown, perform: () => Promise<unknown>) => await perform() } as never;
  return {
    ...{ transactions, ledger: createLedger(createIdempotency(openKeys)), overview: createGuardOverview(store) },
    codes: createCodeBatches({ ...{ store, transactions, keys, audit }, clock: () => now }),
  };
};

const opened = async (open: OpenTestStore) => {
  const store = await open();
  const { ledger, transactions, codes } = rooms(store);
  let made = 0;
  /** Coupons of people, newest last. */
  const give = async (campaign: string, people: readonly string[]) => {
    for (const person of people) {
      made += 1;
      const order = claimOrder({ campaign, person, now: now + made, request: `r${made}`, place: 'SH001' });
      await transactions.run(async (db) => {
        const reserved = await ledger.reserve(db, order);
        if (reserved.kind !== 'reserved') throw new Error(reserved.kind);
        await ledger.commit(db, { id: reserved.id, coupon: `C${made}`, cents: 1_000, now: now + made, key: null });
      });
    }
  };
  return { store, ledger, transactions, codes, give };
};

describeEachStore((open) => {
  it('says of many campaigns in two questions how they stand', async () => {
    const { store, give, transactions } = await opened(open);
    for (const campaign of ['a', 'b', 'c']) await give(campaign, campaign === 'a' ? ['zhang', 'li', 'wang'] : ['zhang']);
    await store.db.updateTable('guard_grants').set({ uncertain: 1 }).where('campaign', '=', 'b').execute();
    const { ledger } = rooms(store);
    await transactions.run((db) => ledger.ensureCampaign(db, 'portal', 'd'));
    const { asked, store: seen } = watched(store);
    const standings = await createGuardOverview(seen).standings(now + 1_000);
    expect(asked).toHaveLength(2);
    const short = [...standings].map(([name, { cents, grants, uncertain, recent }]) => [
      name,
      cents,
      grants,
      uncertain,
      recent.claims,
    ]);
    expect(short.sort()).toEqual([
      ['portal/a', 3_000, 3, 0, 3],
      ['portal/b', 1_000, 1, 1, 1],
      ['portal/c', 1_000, 1, 0, 1],
      ['portal/d', 0, 0, 0, 0],
    ]);
    const [only, ...others] = await createGuardOverview(store).standings(now + 86_400_000 * 2, of('a'));
    expect(only).toMatchObject(['portal/a', { grants: 3, recent: { claims: 0 } }]);
    expect(others).toEqual([]);
  });

  it('finds who has most, however many pages it is read in', async () => {
    const { store, give } = await opened(open);
    const people = Array.from({ length: 30 }, (_, at) => `p${at}`);
    await give('a', [...people, ...people.slice(4, 9), ...people.slice(7, 9), 'p8']);
    const first = (pageOfTop: number) => createGuardOverview(store, pageOfTop).top(of('a'));
    const top = (await first(1_000)).map(({ person, claims }) => `${person} ${claims}`);
    expect(top.slice(0, 2)).toEqual(['p8 4', 'p7 3']);
    for (const page of [1, 2, 7, 29, 39]) {
      const found = await first(page);
      expect(found).toHaveLength(10);
      expect(
        found
          .slice(0, 5)
          .map(({ person, claims }) => `${person} ${claims}`)
          .sort(),
      ).toEqual(top.slice(0, 5).sort());
    }
  });

  it('searches page by page what each column holds, newest first and none twice', async () => {
    const { store, give } = await opened(open);
    await give('a', ['zhang', 'li', 'zhang', 'SH001', 'zhang']);
    await give('b', ['zhang']);
    const { overview } = rooms(store);
    const search = async (q: string): Promise<string[]> => {
      const found: string[] = [];
      for (let after: { created: number; id: string } | null = null; ; ) {
        const rows = await overview.grants(of('a'), { uncertain: false, q }, 2, after);
        found.push(...rows.map(({ coupon }) => String(coupon)));
        const last = rows.at(-1);
        if (last === undefined) return found;
        after = { created: last.created, id: last.id };
      }
    };
    expect(await search('zhang')).toEqual(['C5', 'C3', 'C1']);
    // A place, and somebody who is called like it.
    expect(await search('SH001')).toEqual(['C5', 'C4', 'C3', 'C2', 'C1']);
    expect(await search('C2')).toEqual(['C2']);
    expect(await search('r4')).toEqual(['C4']);
    expect(await search('C6')).toEqual([]);
  });

  it('counts the claimed codes of each batch, and of no other whose number begins the same', async () => {
    const { codes, ledger, transactions } = await opened(open);
    for (let at = 0; at < 11; at += 1)
      await codes.issue(of('a'), { count: 5, label: `b${at}`, place: null, expires: now + 1_000 }, 'chen');
    const claimed = [
      [1, 0],
      [1, 4],
      [10, 0],
      [11, 0],
      [11, 1],
      [11, 2],
    ] as const;
    for (const [batch, serial] of claimed)
      await transactions.run((db) => ledger.reserve(db, claimOrder({ campaign: 'a', now, code: { batch, serial } })));
    const used = (await codes.list(of('a'))).filter((batch) => batch.used > 0).map((batch) => [batch.batch, batch.used]);
    expect(used).toEqual([
      [11, 3],
      [10, 1],
      [1, 2],
    ]);
  });

  it('lets others be answered while it makes the codes of a large batch', async () => {
    const { codes } = await opened(open);
    let turns = 0;
    let making = true;
    const answerOthers = (): void => {
      turns += 1;
      if (making) setImmediate(answerOthers);
    };
    await codes.issue(of('a'), { count: 10_000, label: 'all', place: null, expires: now + 1_000 }, 'chen');
    setImmediate(answerOthers);
    const made = await codes.codes(of('a'), 1, 'chen').finally(() => {
      making = false;
    });
    expect(new Set(made).size).toBe(10_000);
    expect(turns).toBeGreaterThan(4);
  });
});

it('guards five hundred campaigns of one app', () => {
  const shared = { ...claim, campaign: 'body.campaign' };
  const many = Array.from({ length: 500 }, (_, at) => campaignInput({ id: `c${at}`, claim: shared }));
  expect(compileGuards(campaignApp(many), 15_000).campaigns.size).toBe(500);
});

describeSqliteStore((open) => {
  it('looks at no coupon that it does not need', async () => {
    const { store, asked } = watched(await open());
    const { overview, ledger, transactions, codes } = rooms(store);
    const holding = createGuardHolding(store, randomBytes);
    const database = new DatabaseSync(store.url.slice('file:'.length), { readOnly: true });
    /** The indexes of coupons that what is done goes by; what reads all of them says so. */
    const waysOf = async (work: () => Promise<unknown>): Promise<string[]> => {
      asked.length = 0;
      await work();
      const steps = asked
        .filter((statement) => /^(select|delete|update)/i.test(statement) && statement.includes('guard_grants'))
        .flatMap((statement) =>
          database
            .prepare(`explain query plan ${statement}`)
            .all()
            .map(({ detail }) => String(detail)),
        );
      const ways = steps.filter((step) => step.includes('guard_grants'));
      return [...new Set(ways.map((way) => /(?:INDEX guard_grants_(\w+) .*\(.*)/.exec(way)?.[1] ?? way))].sort();
    };
    const page = (filter: Partial<Parameters<typeof overview.grants>[1]>, deep = false) =>
      overview.grants(of('a'), { uncertain: false, ...filter }, 21, deep ? { created: now, id: 'g_1' } : null);
    try {
      expect(await waysOf(() => overview.standings(now))).toEqual(['granted', 'uncertain']);
      expect(await waysOf(() => overview.hours(of('a'), now))).toEqual(['granted']);
      expect(await waysOf(() => overview.states(of('a')))).toEqual(['state']);
      expect(await waysOf(() => overview.top(of('a')))).toEqual(['person']);
      expect(await waysOf(() => page({}))).toEqual(['created']);
      expect(await waysOf(() => page({ state: 'reserved' }))).toEqual(['state']);
      expect(await waysOf(() => page({ uncertain: true }))).toEqual(['uncertain']);
      expect(await waysOf(() => page({ q: 'x' }, true))).toEqual(['code', 'coupon', 'person', 'place', 'request']);
      expect(await waysOf(() => codes.list(of('a')))).toEqual(['code']);
      for (const work of [() => holding.count('zhang', 'person'), () => holding.read('zhang', 10)])
        expect(await waysOf(work)).toEqual(['whose']);
      expect(await waysOf(() => holding.erase('zhang', 'person', 'e_1'))).toEqual(['whose']);
      const reserve = () => transactions.run((db) => ledger.reserve(db, claimOrder({ campaign: 'a', now })));
      expect(await waysOf(reserve)).toEqual(['reserved']);
    } finally {
      database.close();
    }
  });
});
