import { copyFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createIdempotency } from '../guard/idempotency.ts';
import { createLedger } from '../guard/ledger.ts';
import { claimOrder, expectBalanced, noLimits, openKeys } from '../guard/testing.ts';
import { createTransactions } from '../guard/transactions.ts';
import { createViolations } from '../guard/violations.ts';
import { openProofKeys } from '../keys/proofs/service.ts';
import { describeSqliteStore, type OpenTestStore, type TestStore } from '../store/testing.ts';
import { carryOver } from './carry-over.ts';

const fileOf = ({ url }: TestStore): string => url.slice('file:'.length);

/** A store, something done in it, a copy of it, something else done, and the copy after the restore. */
async function restored(
  open: OpenTestStore,
  before: (store: TestStore) => Promise<unknown>,
  since: (store: TestStore) => Promise<unknown>,
): Promise<TestStore> {
  const first = await open();
  await before(first);
  await first.close();
  const copy = await open.place();
  copyFileSync(fileOf(first), copy.slice('file:'.length));
  const newest = await open({ url: first.url });
  await since(newest);
  await newest.close();
  carryOver(copy.slice('file:'.length), fileOf(first));
  return await open({ url: copy });
}

const roomsOf = (store: TestStore) => {
  const ledger = createLedger(createIdempotency(openKeys));
  return { ledger, violations: createViolations(ledger), ...createTransactions(store) };
};
const claims = async (store: TestStore, count: number, limits = noLimits): Promise<string[]> => {
  const { ledger, run } = roomsOf(store);
  const kinds: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const outcome = await run((db) => ledger.reserve(db, claimOrder({ limits })));
    kinds.push(outcome.kind === 'refused' ? outcome.code : outcome.kind);
  }
  return kinds;
};

describeSqliteStore((open) => {
  it('spends no budget a second time after an older state is put back', async () => {
    const store = await restored(
      open,
      (then) => claims(then, 2),
      (now) => claims(now, 3),
    );
    await expectBalanced(store);
    expect(await claims(store, 2, { ...noLimits, budgetCents: 6_000 })).toEqual(['reserved', 'guard_budget_exhausted']);
  });

  it('leaves a campaign stopped that has stopped since', async () => {
    const stop = async (store: TestStore) => {
      const { violations, run } = roomsOf(store);
      await run((db) => violations.setStop(db, 'portal', 'tea', { at: 1, by: 'menshen', reason: 'answers 3' }, 1));
    };
    const store = await restored(open, (then) => claims(then, 1), stop);
    expect(await claims(store, 1)).toEqual(['guard_campaign_stopped']);
  });

  it('signs with no key again that was rotated away, and verifies what was signed since', async () => {
    const keysOf = (store: TestStore, byte = 5) =>
      openProofKeys({
        ...{ store, maxAgeDays: () => 365, metrics: { gauge: () => undefined }, clock: () => 1_000 },
        keys: { ...openKeys, derive: (purpose) => Buffer.alloc(32, purpose.length) },
        audit: { act: async (_by: string, _act: unknown, perform: () => Promise<unknown>) => await perform() } as never,
        random: (size) => Buffer.alloc(size, byte),
      });
    let rotated = '';
    const store = await restored(open, keysOf, async (now) => {
      rotated = (await (await keysOf(now)).rotate('reports', 'chen')).id;
    });
    expect((await keysOf(store)).current('reports').id).toBe(rotated);
  });

  it('shows WeChat no secret again that was replaced', async () => {
    const secret = (id: string, state: string) => ({
      ...{ id, app: 'portal', kind: 'wechat', provider: 'wx1', configured: 'm0', mark: id, value: null, previous: null, state },
      ...{ staged_at: 1, staged_by: 'chen', accepted: 1 as const, since: 1, by: 'chen', measure: null },
      ...{ overlap_until: null, taken: null, fell_back: null },
    });
    const store = await restored(
      open,
      (then) => then.db.insertInto('app_secrets').values(secret('s1', 'live')).execute(),
      async (now) => {
        await now.db.updateTable('app_secrets').set({ state: 'ended' }).execute();
        await now.db.insertInto('app_secrets').values(secret('s2', 'live')).execute();
      },
    );
    const rows = await store.db.selectFrom('app_secrets').select(['id', 'state']).orderBy('id').execute();
    expect(rows).toEqual([
      { id: 's1', state: 'ended' },
      { id: 's2', state: 'live' },
    ]);
  });
});
