import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeEachStore, describePostgresStore } from '../store/testing.ts';
import { createIdempotency } from './idempotency.ts';
import { createLedger } from './ledger.ts';
import { claimOrder, expectBalanced, noLimits, openKeys } from './testing.ts';
import { createTransactions, type LedgerTransaction } from './transactions.ts';

const budgetCents = 12_000;
const limits = { ...noLimits, budgetCents, budgetCount: 9, personTotal: 4 };

/** What may happen next, in any order and all at once. Indexes point into what was reserved and granted so far. */
const step = fc.oneof(
  fc.record({
    do: fc.constant('reserve' as const),
    person: fc.nat(3),
    cents: fc.integer({ min: 1, max: 4_000 }),
    serial: fc.nat(6),
  }),
  fc.record({
    do: fc.constant('commit' as const),
    which: fc.nat(20),
    coupon: fc.nat(12),
    share: fc.integer({ min: 1, max: 120 }),
  }),
  fc.record({ do: fc.constant('release' as const), which: fc.nat(20) }),
  fc.record({ do: fc.constant('redeem' as const), coupon: fc.nat(12), how: fc.constantFrom('done', 'undone', 'unknown') }),
  fc.record({ do: fc.constant('refund' as const), coupon: fc.nat(12), how: fc.constantFrom('done', 'undone', 'unknown') }),
  fc.record({ do: fc.constant('void' as const), which: fc.nat(20) }),
  fc.record({ do: fc.constant('later' as const), ms: fc.integer({ min: 1, max: 90_000 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Makes all steps at once, spread over the nodes. Gives how often each coupon was redeemed for good. */
async function play(
  nodes: readonly { run<T>(work: (db: LedgerTransaction) => Promise<T>): Promise<T> }[],
  steps: readonly Step[],
) {
  const ledger = createLedger(createIdempotency(openKeys));
  const ids: string[] = [];
  const redeemed = new Map<string, number>();
  let now = 1_000_000;
  const make = async (one: Step, at: number): Promise<void> => {
    const node = nodes[at % nodes.length];
    if (node === undefined) return;
    const pick = (which: number): string => ids[which % Math.max(1, ids.length)] ?? 'none';
    switch (one.do) {
      case 'reserve': {
        const order = claimOrder({
          ...{ person: `p${one.person}`, cents: one.cents, limits, now, overdueBefore: now, expires: now + 60_000 },
          ...(one.serial < 5 ? { code: { batch: 1, serial: one.serial } } : {}),
        });
        const outcome = await node.run((db) => ledger.reserve(db, order));
        if (outcome.kind === 'reserved') ids.push(outcome.id);
        return;
      }
      case 'commit': {
        const id = pick(one.which);
        await node.run(async (db) => {
          const row = await ledger.find(db, id);
          const cents = Math.max(1, Math.floor(((row?.cents ?? 100) * one.share) / 100));
          return await ledger.commit(db, { id, coupon: `C${one.coupon}`, cents, now, key: null });
        });
        return;
      }
      case 'release':
        await node.run((db) => ledger.release(db, pick(one.which), null));
        return;
      case 'void':
        await node.run((db) => ledger.makeVoid(db, pick(one.which)));
        return;
      case 'later':
        now += one.ms;
        await node.run((db) => ledger.clearOverdue(db, now));
        await node.run((db) => ledger.settlePending(db, now));
        return;
      case 'redeem':
      case 'refund': {
        const coupon = `C${one.coupon}`;
        const order = { act: one.do, app: 'portal', campaigns: ['tea'], coupon, cents: null, person: null, grantedAfter: null };
        const held = await node.run((db) => ledger.turn(db, { ...order, now, expires: now + 30_000, key: null }));
        if (held.kind !== 'held') return;
        const how = one.how as 'done' | 'undone' | 'unknown';
        await node.run((db) => ledger.endTurn(db, { id: held.id, how, returnsBudget: true, key: null, answer: null }));
        if (one.do === 'redeem' && how !== 'undone') redeemed.set(held.id, (redeemed.get(held.id) ?? 0) + 1);
        return;
      }
    }
  };
  // A few at a time, so that what was reserved can be granted by a later step and yet steps run into each other.
  for (let at = 0; at < steps.length; at += 6)
    await Promise.all(steps.slice(at, at + 6).map((one, offset) => make(one, at + offset)));
  return redeemed;
}

const batch = {
  ...{ app: 'portal', campaign: 'tea', batch: 1, generation: 1, count: 5, label: 'x', place: null, expires: 9_000_000_000 },
  ...{ created: 0, created_by: 't', revoked_at: null, revoked_by: null, revoke_reason: null },
};

const tables = ['guard_grants', 'guard_campaigns', 'guard_batches'] as const;

describeEachStore((open) => {
  it('keeps every balance whatever happens in whatever order', { timeout: 120_000 }, async () => {
    const store = await open();
    const node = createTransactions(store);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        for (const table of tables) await store.db.deleteFrom(table).execute();
        await store.db.insertInto('guard_batches').values(batch).execute();
        const redeemed = await play([node], steps);
        await expectBalanced(store);
        const row = await store.db.selectFrom('guard_campaigns').selectAll().executeTakeFirst();
        expect(row?.cents ?? 0).toBeLessThanOrEqual(budgetCents);
        expect(row?.cents ?? 0).toBeGreaterThanOrEqual(0);
        expect(row?.grants ?? 0).toBeLessThanOrEqual(9);
        expect([...redeemed.values()].filter((times) => times > 1)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describePostgresStore((open) => {
  it('keeps them on two nodes of one store', { timeout: 120_000 }, async () => {
    const first = await open();
    const second = await open({ url: first.url });
    const nodes = [createTransactions(first), createTransactions(second)];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        for (const table of tables) await first.db.deleteFrom(table).execute();
        await first.db.insertInto('guard_batches').values(batch).execute();
        const redeemed = await play(nodes, steps);
        await expectBalanced(first);
        const row = await first.db.selectFrom('guard_campaigns').selectAll().executeTakeFirst();
        expect(row?.cents ?? 0).toBeLessThanOrEqual(budgetCents);
        expect([...redeemed.values()].filter((times) => times > 1)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});
