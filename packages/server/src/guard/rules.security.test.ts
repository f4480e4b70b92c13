import type { GuardRuleConfig } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import type { Department, Person } from '../directory/model.ts';
import { DirectorySnapshot } from '../directory/snapshot.ts';
import { describeEachStore } from '../store/testing.ts';
import type { RuleInput } from './rule-input.ts';
import { compileRule, type Undo } from './rules.ts';
import { createTransactions } from './transactions.ts';

const department = (id: string, parent: string | null) =>
  ({ id, name: id, parent, source: 'file', order: 0 }) as unknown as Department;
const member = (uid: string, change: Partial<Person>) =>
  ({
    uid,
    name: uid,
    kind: 'employee',
    departments: [],
    leads: [],
    number: null,
    roles: [],
    status: 'active',
    ...change,
  }) as Person;
/** head > east > shop, head > west. */
const directory = new DirectorySnapshot(
  [department('head', null), department('east', 'head'), department('shop', 'east'), department('west', 'head')],
  [
    member('zhang', { departments: ['east'], leads: ['east'], number: '1001' }),
    member('li', { departments: ['shop'], number: '1002' }),
    member('wang', { departments: ['west'] }),
    member('zhao', { departments: ['east'] }),
    member('left', { departments: ['east'], leads: ['head'], status: 'left' }),
  ],
  1,
);

const input = (body: unknown, change: Partial<RuleInput> = {}): RuleInput => ({
  request: { parsedBody: body, parsedQuery: null, params: {}, request: { headers: {} } as RuleInput['request']['request'] },
  person: 'zhang',
  device: 'd1',
  directory,
  now: 1_000_000,
  ...change,
});
const rule = (config: GuardRuleConfig) => compileRule('portal', 'test', config);

it('holds numbers to their range and steps', () => {
  const check = rule({ kind: 'range', value: 'body.n', min: 100, max: 500, step: 50, optional: false }).check;
  for (const n of [100, 150, 500, '200']) expect(check?.(input({ n }))).toBeNull();
  for (const n of [99, 501, 120, -100]) expect(check?.(input({ n }))).toBe('guard_number_out_of_range');
  for (const n of [undefined, null, 100.5, '1e2', '0100', [100], { valueOf: () => 100 }, true, Number.NaN])
    expect(check?.(input({ n }))).toBe('guard_value_missing');
  const optional = rule({ kind: 'range', value: 'body.n', max: 5, optional: true }).check;
  expect(optional?.(input({}))).toBeNull();
  expect(optional?.(input({ n: null }))).toBe('guard_value_missing');
});

describe('a value that a backend may read from another member', () => {
  const optional = rule({ kind: 'range', value: 'body.cents', max: 500, optional: true }).check;
  const query = rule({ kind: 'range', value: 'query.shop_id', max: 500, optional: true }).check;
  const header = rule({ kind: 'range', value: 'header.x-shop', max: 500, optional: true }).check;
  const asked = (parsedQuery: Record<string, string | readonly string[]>) =>
    input({}, { request: { ...input({}).request, parsedQuery } });
  const sent = (headers: Record<string, string | string[]>) =>
    input({}, { request: { ...input({}).request, request: { headers } as unknown as RuleInput['request']['request'] } });

  it.each([
    ['Cents', 'Go and .NET take no notice of capitals'],
    ['CENTS', 'as above'],
    ['centſ', 'Unicode folds a long s to s'],
    ['cents[]', 'PHP makes a list of it'],
    ['cents[0]', 'as above'],
    [' cents', 'PHP takes the space away'],
  ])('is refused beside or in place of %s: %s', (name) => {
    expect(optional?.(input({ cents: 100, [name]: 99_999 }))).toBe('guard_value_missing');
    expect(optional?.(input({ [name]: 99_999 }))).toBe('guard_value_missing');
    expect(optional?.(input({ cents: 100, other: 99_999, cent: 1, 'cents-2': 1 }))).toBeNull();
  });

  it('is refused in the query, in headers and deep within too', () => {
    for (const name of ['shop.id', 'shop id', 'Shop_Id', 'shop_id[]'])
      expect(query?.(asked({ shop_id: '1', [name]: '999' }))).toBe('guard_value_missing');
    expect(query?.(asked({ shop_id: ['1', '999'] }))).toBe('guard_value_missing');
    expect(query?.(asked({ shop_id: '1', 'shop-id': '999' }))).toBeNull();
    expect(header?.(sent({ 'x-shop': '1', x_shop: '999' }))).toBe('guard_value_missing');
    expect(header?.(sent({ 'x-shop': ['1', '999'] }))).toBe('guard_value_missing');
    expect(header?.(sent({ 'x-shop': '1', 'x-shops': '999' }))).toBeNull();
    const deep = rule({ kind: 'range', value: 'body.order.cents', max: 500, optional: true }).check;
    expect(deep?.(input({ order: { cents: 1 }, Order: { cents: 999 } }))).toBe('guard_value_missing');
    expect(deep?.(input({ order: { cents: 1 }, orders: [] }))).toBeNull();
  });

  it('is refused where the query says something else under that name: servlets and others know one list of parameters', () => {
    const both = (body: unknown, parsedQuery: Record<string, string | readonly string[]>) =>
      optional?.(input(body, { request: { ...input(body).request, parsedQuery } }));
    for (const name of ['cents', 'Cents', 'cents[]'])
      expect(both({ cents: 100 }, { [name]: '99999' })).toBe('guard_value_missing');
    expect(both({}, { cents: '99999' })).toBe('guard_value_missing');
    expect(both({ cents: 100 }, { cents: ['100', '99999'] })).toBe('guard_value_missing');
    // Who says the same twice, or something else, is honest.
    expect(both({ cents: 100 }, { cents: '100', page: '2' })).toBeNull();
    expect(both({ cents: '100' }, { centsOff: '1' })).toBeNull();
  });

  it('is no id, no list and no state either', () => {
    const ids = { ids: 'zhang', IDS: 'li' };
    expect(rule({ kind: 'belongs', ids: 'body.ids', to: 'self', optional: true }).check?.(input(ids))).toBe(
      'guard_value_missing',
    );
    const list = rule({ kind: 'listSize', value: 'body.items', min: 0, max: 1 }).check;
    expect(list?.(input({ items: [], Items: [1, 2] }))).toBe('guard_value_missing');
  });
});

it('bounds lists', () => {
  const check = rule({ kind: 'listSize', value: 'body.items', min: 1, max: 2 }).check;
  expect([[1], [1, 2], [], [1, 2, 3], 'ab', { length: 1 }].map((items) => check?.(input({ items })))).toEqual([
    ...[null, null, 'guard_list_size', 'guard_list_size', 'guard_value_missing', 'guard_value_missing'],
  ]);
});

describe('ids that must belong to the caller by the directory', () => {
  const holds = (to: Extract<GuardRuleConfig, { kind: 'belongs' }>['to'], ids: unknown, person = 'zhang') =>
    rule({ kind: 'belongs', ids: 'body.ids', to, optional: false }).check?.(input({ ids }, { person }));

  it.each([
    ['self', 'zhang', ['li', 'Zhang', '1001']],
    ['number', '1001', ['1002', 'zhang']],
    ['departments', 'east', ['head', 'shop', 'west', 'nowhere']],
    ['subtree', 'shop', ['head', 'west', 'nowhere']],
    ['led', 'shop', ['head', 'west', 'nowhere']],
    ['colleagues', 'zhao', ['li', 'wang', 'left', 'nobody']],
    ['reports', 'li', ['wang', 'left', 'nobody']],
  ] as const)('%s: %s is, others are not', (to, own, others) => {
    expect(holds(to, own)).toBeNull();
    expect(holds(to, [own, own])).toBeNull();
    for (const other of others) {
      expect(holds(to, other)).toBe('guard_not_owned');
      expect(holds(to, [own, other])).toBe('guard_not_owned');
    }
  });

  it('leaves who has left, and who the directory does not know, nothing but themselves', () => {
    for (const to of ['departments', 'subtree', 'led'] as const) {
      expect(holds(to, 'east', 'left')).toBe('guard_not_owned');
      expect(holds(to, 'east', 'customer')).toBe('guard_not_owned');
    }
    expect(holds('reports', 'li', 'left')).toBe('guard_not_owned');
    expect(holds('number', 'null', 'zhao')).toBe('guard_not_owned');
    expect(holds('self', 'customer', 'customer')).toBeNull();
  });

  it('refuses what can be no id, and what is missing unless that is allowed', () => {
    for (const ids of [undefined, null, {}, ['east', {}], "east' or 1=1"])
      expect(holds('departments', ids)).toBe('guard_value_missing');
    expect(
      holds(
        'departments',
        Array.from({ length: 1_001 }, () => 'east'),
      ),
    ).toBe('guard_list_size');
    const optional = rule({ kind: 'belongs', ids: 'body.ids', to: 'self', optional: true }).check;
    expect(optional?.(input({}))).toBeNull();
    expect(optional?.(input({ ids: null }))).toBe('guard_value_missing');
  });
});

describeEachStore((open) => {
  const opened = async () => {
    const store = await open();
    const transactions = createTransactions(store);
    const take = async (compiled: ReturnType<typeof rule>, given: RuleInput): Promise<string | Undo> =>
      await transactions.run(async (db) => (await compiled.take?.(db, given)) ?? 'no rule');
    const undo = (taken: string | Undo) =>
      transactions.run(async (db) => {
        if (typeof taken === 'string') throw new Error(taken);
        await taken(db);
      });
    return { store, take, undo };
  };
  const order = ['created', 'paid', 'shipped', 'done'];

  it('lets a state only go forward, step by step, and takes back what the backend did not do', async () => {
    const { take, undo } = await opened();
    const forward = rule({ kind: 'forward', name: 'order', object: 'body.id', state: 'body.state', order, skip: false });
    const to = (state: unknown, id: unknown = 'o1') => take(forward, input({ id, state }));
    expect(await to('paid')).toBeTypeOf('function');
    expect(await to('created')).toBe('guard_state_backwards');
    expect(await to('done')).toBe('guard_state_backwards');
    const shipped = await to('shipped');
    expect(await to('paid')).toBe('guard_state_backwards');
    await undo(shipped);
    expect(await to('paid')).toBeTypeOf('function');
    for (const [state, id] of [
      ['refunded', 'o1'],
      [1, 'o1'],
      ['paid', null],
      ['paid', "o1' or 1=1"],
    ] as const)
      expect(await to(state, id)).toBe('guard_value_missing');
    expect(await to('done', '007')).toBeTypeOf('function');
    for (const id of [7, '7', '07', '00007']) expect(await to('created', id)).toBe('guard_state_backwards');
    const skipping = rule({ kind: 'forward', name: 'other', object: 'body.id', state: 'body.state', order, skip: true });
    expect(await take(skipping, input({ id: 'o1', state: 'created' }))).toBeTypeOf('function');
    expect(await take(skipping, input({ id: 'o1', state: 'done' }))).toBeTypeOf('function');
    expect(await take(skipping, input({ id: 'o1', state: 'created' }))).toBe('guard_state_backwards');
  });

  it('counts a total over a window, also of many at once', async () => {
    const { take, undo } = await opened();
    const total = rule({ kind: 'total', name: 't', value: 'body.n', per: 'person', max: 1_000, windowSeconds: 60 });
    const of = (n: unknown, change: Partial<RuleInput> = {}) => take(total, input({ n }, change));
    const taken = await Promise.all(Array.from({ length: 20 }, () => of(100)));
    expect(taken.filter((one) => typeof one === 'function')).toHaveLength(10);
    expect(await of(1)).toBe('guard_total_exceeded');
    // A negative amount makes no room.
    expect(await of(-500)).toBe('guard_number_out_of_range');
    await undo(taken.find((one) => typeof one === 'function') ?? '');
    expect(await of(100)).toBeTypeOf('function');
    expect(await of(1_000, { person: 'li' })).toBeTypeOf('function');
    expect(await of(1_000, { now: 1_100_000 })).toBeTypeOf('function');
    // No more on both sides of a moment at which a calendar's window ends.
    const sliding = rule({ kind: 'total', name: 's', value: 'body.n', per: 'person', max: 1_000, windowSeconds: 60 });
    const edge = 1_020_000;
    expect(await take(sliding, input({ n: 900 }, { now: edge - 1 }))).toBeTypeOf('function');
    for (const later of [1, 30_000, 59_000])
      expect(await take(sliding, input({ n: 900 }, { now: edge + later }))).toBe('guard_total_exceeded');
    expect(await take(sliding, input({ n: 100 }, { now: edge + 59_000 }))).toBeTypeOf('function');
    expect(await take(sliding, input({ n: 900 }, { now: edge + 63_000 }))).toBeTypeOf('function');
    // A clock that is set back makes no room either.
    expect(await take(sliding, input({ n: 100 }, { now: edge }))).toBe('guard_total_exceeded');
    const byDevice = rule({ kind: 'total', name: 'd', value: 'body.n', per: 'device', max: 5, windowSeconds: 60 });
    expect(await take(byDevice, input({ n: 1 }, { device: null }))).toBe('guard_device_unknown');
  });

  it('lets nobody name what was not shown to them', async () => {
    const { store } = await opened();
    await store.db
      .insertInto('guard_disclosed')
      .values(['o1', 'o2'].map((object) => ({ app: 'portal', rule: 'order', person: 'zhang', object, at: 1_000_000 })))
      .execute();
    const owns = rule({ kind: 'owns', name: 'order', ids: 'body.ids', withinSeconds: 60 });
    const look = (ids: unknown, change: Partial<RuleInput> = {}) => owns.look?.(store.db, input({ ids }, change));
    expect(await look('o1')).toBeNull();
    expect(await look(['o1', 'o2', 'o1'])).toBeNull();
    expect(await look(['o1', 'o3'])).toBe('guard_not_owned');
    expect(await look('o1', { person: 'li' })).toBe('guard_not_owned');
    expect(await look('o1', { now: 1_061_000 })).toBe('guard_not_owned');
    expect(await look(["o1') or ('1'='1"])).toBe('guard_value_missing');
    expect(await look({ toString: 'o1' })).toBe('guard_value_missing');
    expect(await look(Array.from({ length: 1_001 }, () => 'o1'))).toBe('guard_list_size');
  });
});
