import { expect, it } from 'vitest';
import { describeEachStore } from '../store/testing.ts';
import { createIdempotency } from './idempotency.ts';
import { createLedger } from './ledger.ts';
import type { ClaimOrder, KeyUse } from './model.ts';
import { claimOrder, expectBalanced, noLimits, openKeys } from './testing.ts';
import { createTransactions } from './transactions.ts';

describeEachStore((open) => {
  const opened = async () => {
    const store = await open();
    const ledger = createLedger(createIdempotency(openKeys));
    const transactions = createTransactions(store);
    const reserve = (change: Partial<ClaimOrder> = {}) => transactions.run((db) => ledger.reserve(db, claimOrder(change)));
    const commit = (id: string, coupon: string, cents = 1_000) =>
      transactions.run((db) => ledger.commit(db, { id, coupon, cents, now: 1_000_500, key: null }));
    const turn = (act: 'redeem' | 'refund', coupon: string, change = {}) =>
      transactions.run((db) =>
        ledger.turn(db, {
          ...{ act, app: 'portal', campaigns: ['tea'], coupon, cents: 1_000, person: 'zhang', grantedAfter: null },
          ...{ now: 1_001_000, expires: 1_061_000, key: null },
          ...change,
        }),
      );
    const end = (id: string, how: 'done' | 'undone' | 'unknown', returnsBudget = false) =>
      transactions.run((db) => ledger.endTurn(db, { id, how, returnsBudget, key: null, answer: null }));
    const granted = async (coupon: string, change: Partial<ClaimOrder> = {}): Promise<string> => {
      const made = await reserve(change);
      if (made.kind !== 'reserved') throw new Error(JSON.stringify(made));
      expect(await commit(made.id, coupon, change.cents ?? 1_000)).toBe('granted');
      return made.id;
    };
    return { store, ledger, transactions, reserve, commit, turn, end, granted };
  };
  const codeOf = (outcome: { kind: string; code?: string }) => outcome.code ?? outcome.kind;

  it('never reserves a cent over the budget, nor one grant over the count, however many ask at once', async () => {
    const { store, reserve } = await opened();
    const limits = { ...noLimits, budgetCents: 20_500 };
    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, at) => reserve({ person: `p${at}`, limits })));
    expect(outcomes.filter(({ kind }) => kind === 'reserved')).toHaveLength(20);
    expect(outcomes.filter((outcome) => codeOf(outcome) === 'guard_budget_exhausted')).toHaveLength(180);
    await expectBalanced(store);
    const byCount = await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        reserve({ campaign: 'other', person: `p${at}`, limits: { ...noLimits, budgetCount: 7 } }),
      ),
    );
    expect(byCount.filter(({ kind }) => kind === 'reserved')).toHaveLength(7);
    await expectBalanced(store);
  });

  it('reserves nothing of which no place is known where the campaign asks for one, nor for a shop that has left it', async () => {
    const { store, reserve } = await opened();
    const batch = {
      app: 'portal',
      campaign: 'tea',
      generation: 1,
      count: 9,
      label: 'x',
      expires: 9e12,
      created: 1,
      created_by: 'li',
    };
    for (const [at, place] of ['SH001', 'SH009', null].entries())
      await store.db
        .insertInto('guard_batches')
        .values({ ...batch, batch: at + 1, place, revoked_at: null, revoked_by: null, revoke_reason: null })
        .execute();
    const places = new Set(['SH001', 'SH002']);
    const of = (change: Partial<ClaimOrder>) => reserve({ places, placeNeeded: true, ...change }).then(codeOf);
    const code = (number: number) => ({ batch: number, serial: 0 });
    expect(await of({ place: null, code: null })).toBe('guard_value_missing');
    expect(await of({ place: null, code: code(3) })).toBe('guard_value_missing');
    expect(await of({ place: null, code: code(2) })).toBe('guard_place_mismatch');
    expect(await of({ place: 'SH001', code: code(2) })).toBe('guard_place_mismatch');
    expect(await of({ place: 'SH002', code: code(1) })).toBe('guard_place_mismatch');
    expect(await of({ place: null, code: code(1) })).toBe('reserved');
    expect(await of({ place: 'SH002', code: code(3) })).toBe('reserved');
    expect(await of({ place: 'SH002', code: null })).toBe('reserved');
  });

  it('counts what one person and one device got, in all and by day, also while it is only reserved', async () => {
    const { reserve } = await opened();
    const limits = { ...noLimits, personTotal: 3, personDay: 2, deviceTotal: 2 };
    const at = (day: string, person = 'zhang', device: string | null = `d-${person}-${day}`) =>
      reserve({ day, person, device, limits }).then(codeOf);
    expect(await Promise.all([at('1'), at('1'), at('1')])).toEqual(['reserved', 'reserved', 'guard_quota_exceeded']);
    expect(await at('2')).toBe('reserved');
    expect(await at('3')).toBe('guard_quota_exceeded');
    // Another person on a phone that has had its share.
    expect(await at('1', 'li', 'd-zhang-1')).toBe('guard_quota_exceeded');
    expect(await at('1', 'li', null)).toBe('guard_device_unknown');
    expect(await at('1', 'li')).toBe('reserved');
  });

  it('gives a code to one claim only, and to another when that came to nothing', async () => {
    const { store, ledger, transactions, reserve } = await opened();
    const batch = { app: 'portal', campaign: 'tea', batch: 1, generation: 1, count: 2, label: 'x', place: 'SH001' };
    await store.db
      .insertInto('guard_batches')
      .values({
        ...batch,
        ...{ expires: 2_000_000, created: 0, created_by: 't', revoked_at: null, revoked_by: null, revoke_reason: null },
      })
      .execute();
    const with1 = (change: Partial<ClaimOrder> = {}) => reserve({ code: { batch: 1, serial: 0 }, ...change });
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, at) => with1({ person: `p${at}` })));
    const [first, ...others] = outcomes.filter(({ kind }) => kind === 'reserved');
    expect(others).toEqual([]);
    expect(first).toMatchObject({ place: 'SH001' });
    expect(outcomes.filter((outcome) => codeOf(outcome) === 'guard_code_used')).toHaveLength(49);
    const id = first?.kind === 'reserved' ? first.id : '';
    expect(await transactions.run((db) => ledger.release(db, id, null))).toBe(true);
    expect(codeOf(await with1())).toBe('reserved');
    const of = (batchNumber: number, serial: number, change: Partial<ClaimOrder> = {}) =>
      reserve({ code: { batch: batchNumber, serial }, ...change }).then(codeOf);
    expect(await of(1, 2)).toBe('guard_code_invalid');
    expect(await of(2, 0)).toBe('guard_code_invalid');
    expect(await of(1, 1, { place: 'SH002' })).toBe('guard_place_mismatch');
    expect(await of(1, 1, { now: 2_000_000 })).toBe('guard_code_expired');
    await store.db.updateTable('guard_batches').set({ revoked_at: 1 }).execute();
    expect(await of(1, 1)).toBe('guard_code_expired');
    await expectBalanced(store);
  });

  it('frees what a smaller grant leaves, and what is released; a reservation that ended cannot be granted', async () => {
    const { store, reserve, commit, ledger, transactions } = await opened();
    const limits = { ...noLimits, budgetCents: 2_000 };
    const first = await reserve({ cents: 2_000, limits });
    expect(codeOf(await reserve({ cents: 500, limits }))).toBe('guard_budget_exhausted');
    const id = first.kind === 'reserved' ? first.id : '';
    expect(await commit(id, 'C1', 2_001)).toBe('too_much');
    expect(await commit(id, 'C1', 500)).toBe('granted');
    const second = await reserve({ cents: 1_500, limits });
    expect(second.kind).toBe('reserved');
    await expectBalanced(store);
    // Its time is over: another claim takes its place, and the late answer comes too late.
    const third = await reserve({ cents: 1_500, limits, now: 1_060_000, overdueBefore: 1_060_000 });
    expect(third.kind).toBe('reserved');
    expect(await commit(second.kind === 'reserved' ? second.id : '', 'C2', 1_500)).toBe('lost');
    expect(await commit(third.kind === 'reserved' ? third.id : '', 'C1', 1_500)).toBe('coupon_repeated');
    expect(await transactions.run((db) => ledger.release(db, id, null))).toBe(false);
    await expectBalanced(store);
  });

  it('knows no coupon that it did not grant, and none that is only reserved', async () => {
    const { turn, reserve } = await opened();
    await reserve();
    expect(codeOf(await turn('redeem', 'C1'))).toBe('guard_not_granted');
  });

  it('redeems a coupon once among many who try, for its amount and by its owner', async () => {
    const { store, turn, end, granted } = await opened();
    await granted('C1');
    expect(codeOf(await turn('redeem', 'C1', { cents: 100_000 }))).toBe('guard_amount_mismatch');
    expect(codeOf(await turn('redeem', 'C1', { person: 'li' }))).toBe('guard_not_owner');
    expect(codeOf(await turn('redeem', 'C1', { campaigns: ['other'] }))).toBe('guard_not_granted');
    expect(codeOf(await turn('redeem', 'C1', { grantedAfter: 1_000_501 }))).toBe('guard_coupon_expired');
    expect(codeOf(await turn('refund', 'C1'))).toBe('guard_not_redeemed');
    const tries = await Promise.all(Array.from({ length: 100 }, () => turn('redeem', 'C1')));
    const held = tries.filter(({ kind }) => kind === 'held');
    expect(held).toHaveLength(1);
    expect(tries.filter((one) => codeOf(one) === 'guard_in_flight')).toHaveLength(99);
    const id = held[0]?.kind === 'held' ? held[0].id : '';
    await end(id, 'done');
    expect(codeOf(await turn('redeem', 'C1'))).toBe('guard_already_redeemed');
    const back = await turn('refund', 'C1');
    expect(back.kind).toBe('held');
    await end(id, 'done', true);
    expect(codeOf(await turn('refund', 'C1'))).toBe('guard_coupon_void');
    expect(codeOf(await turn('redeem', 'C1'))).toBe('guard_coupon_void');
    await expectBalanced(store);
  });

  it('gives a coupon back after a definite no, and keeps it consumed when nobody knows', async () => {
    const { turn, end, granted, ledger, transactions } = await opened();
    const id = await granted('C1');
    await turn('redeem', 'C1');
    await end(id, 'undone');
    await turn('redeem', 'C1');
    await end(id, 'unknown');
    expect(codeOf(await turn('redeem', 'C1'))).toBe('guard_already_redeemed');
    // An administrator has asked at the shop.
    expect(await transactions.run((db) => ledger.resolve(db, id, false))).toMatchObject({ coupon: 'C1' });
    expect(await transactions.run((db) => ledger.resolve(db, id, false))).toBeNull();
    expect((await turn('redeem', 'C1')).kind).toBe('held');
    // The process dies here: when the time is over, the coupon stays consumed and is marked.
    expect(await transactions.run((db) => ledger.settlePending(db, 1_061_000))).toHaveLength(1);
    expect(codeOf(await turn('redeem', 'C1', { now: 2_000_000 }))).toBe('guard_already_redeemed');
    expect(await transactions.run((db) => ledger.find(db, id))).toMatchObject({ uncertain: 1, state: 'redeemed' });
  });

  it('makes void only what was granted and not redeemed', async () => {
    const { store, turn, granted, ledger, transactions } = await opened();
    const id = await granted('C1');
    await turn('redeem', 'C1');
    expect(await transactions.run((db) => ledger.makeVoid(db, id))).toBeNull();
    const other = await granted('C2');
    expect(await transactions.run((db) => ledger.makeVoid(db, other))).toMatchObject({ coupon: 'C2' });
    expect(codeOf(await turn('redeem', 'C2'))).toBe('guard_coupon_void');
    await expectBalanced(store);
  });

  it('does what stands under a key once, and tells another body, one under way and one that is lost apart', async () => {
    const { reserve, transactions, ledger } = await opened();
    const key = (body = 'a'): KeyUse => ({ route: 'POST /claims', person: 'zhang', key: 'k', body });
    const first = await reserve({ key: key() });
    const id = first.kind === 'reserved' ? first.id : '';
    expect(codeOf(await reserve({ key: key() }))).toBe('guard_in_flight');
    expect(codeOf(await reserve({ key: key('b') }))).toBe('guard_key_reused');
    expect(codeOf(await reserve({ key: { ...key('b'), person: 'li' }, person: 'li' }))).toBe('reserved');
    const answer = { status: 201, type: 'application/json', body: Buffer.from('{"id":"C1"}') };
    await transactions.run((db) =>
      ledger.commit(db, { id, coupon: 'C1', cents: 1_000, now: 1_000_001, key: { use: key(), answer } }),
    );
    expect(await reserve({ key: key() })).toEqual({ kind: 'replay', answer });
    expect(codeOf(await reserve({ key: key('b') }))).toBe('guard_key_reused');
    // A day later the key is forgotten.
    expect(codeOf(await reserve({ key: key('b'), now: 1_000_000 + 86_400_000 }))).toBe('reserved');
    // A crash: the hold is over, so the request may be made again under its key.
    const lost = { ...key(), key: 'lost' };
    await reserve({ key: lost });
    expect(codeOf(await reserve({ key: lost, now: 1_060_000 }))).toBe('reserved');
  });

  it('bounds the keys of one person', async () => {
    const { reserve } = await opened();
    const outcomes: string[] = [];
    for (let at = 0; at < 101; at += 1)
      outcomes.push(codeOf(await reserve({ key: { route: 'r', person: 'zhang', key: `k${at}`, body: 'b' } })));
    expect(outcomes.filter((one) => one === 'reserved')).toHaveLength(100);
    expect(outcomes.at(-1)).toBe('guard_keys_exhausted');
  });

  it('takes no step of others along when one of a group fails', async () => {
    const { reserve, transactions, store } = await opened();
    const broken = transactions.run(async (db) => {
      await db
        .insertInto('guard_campaigns')
        .values({ app: 'x' } as never)
        .execute();
    });
    const good = reserve();
    await expect(broken).rejects.toMatchObject({ code: 'store_constraint' });
    expect((await good).kind).toBe('reserved');
    await expectBalanced(store);
  });
});
