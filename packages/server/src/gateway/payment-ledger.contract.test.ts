import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createTransactions } from '../guard/transactions.ts';
import { createKeys } from '../keys/master.ts';
import type { Store } from '../store/store.ts';
import { describeEachStore } from '../store/testing.ts';
import { createPaymentLedger } from './payment-ledger.ts';

const master = randomBytes(32);
const ledgerOf = (store: Store) =>
  createPaymentLedger({ transactions: createTransactions(store), keys: createKeys(master, (size) => randomBytes(size)) });
const now = 1_767_225_600_000;
const event = { app: 'shop', route: 'POST /pay', id: 'EV-1' };

describeEachStore((open) => {
  it('notifications are held by one request of all nodes, known to all once taken, and free again when not', async () => {
    const first = await open();
    const nodes = [ledgerOf(first), ledgerOf(open.kind === 'postgres' ? await open({ url: first.url }) : first)] as const;
    const begin = (at: number, when = now) => nodes[at % 2 === 0 ? 0 : 1].begin(event, when, when + 5_000);
    const count = (answers: readonly string[]) => answers.filter((answer) => answer === 'new').length;

    const atOnce = await Promise.all(Array.from({ length: 20 }, (_, at) => begin(at)));
    expect([count(atOnce), new Set(atOnce)]).toEqual([1, new Set(['new', 'in_flight'])]);
    await nodes[0].release(event);
    expect([await begin(1), await begin(0)]).toEqual(['new', 'in_flight']);
    // Its node died: when the hold is over, the next delivery is forwarded.
    expect(await begin(0, now + 5_001)).toBe('new');
    await nodes[0].taken(event);
    expect(await Promise.all([begin(0), begin(1, now + 60_000)])).toEqual(['taken', 'taken']);
    await nodes[1].release(event);
    expect(await begin(1)).toBe('taken');
    expect(await nodes[1].begin({ ...event, route: 'POST /refund' }, now, now + 1)).toBe('new');
    expect(await nodes[1].begin({ ...event, app: 'other' }, now, now + 1)).toBe('new');
  });
});
