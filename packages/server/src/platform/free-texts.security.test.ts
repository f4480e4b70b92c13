import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createKeys } from '../keys/master.ts';
import { protectedColumns } from '../store/protection/columns.ts';
import { describeEachStore } from '../store/testing.ts';
import { createAllFreeTexts, textTables } from './free-texts.ts';

/** Columns that hold what people write, by their names. */
const ofWords = /reason|note$|^text|plan|label|draft|summary|statement/;
/** What is no account by somebody of something that happened: names of one's own things, texts of the platform, what goes with its person. */
const otherwise = new Set(['directory_held.summary', 'factors.label', 'notices.texts']);

it('looks through every protected column of words', () => {
  const listed = new Set(textTables.flatMap(({ table, columns }) => columns.map((column) => `${table}.${column}`)));
  const missing = Object.entries(protectedColumns)
    .flatMap(([table, columns]) => Object.keys(columns).map((column) => [table, column] as const))
    .filter(([, column]) => ofWords.test(column))
    .map(([table, column]) => `${table}.${column}`)
    .filter((name) => !listed.has(name) && !otherwise.has(name));
  expect(missing).toEqual([]);
});

it('turns pages by columns that lie clear: a sealed one has another order in the store than in the program', () => {
  const sealed: Readonly<Record<string, object>> = protectedColumns;
  const keys = textTables.flatMap(({ table, key }) =>
    [key].flat().flatMap((column) => (column in (sealed[table] ?? {}) ? [`${table}.${column}`] : [])),
  );
  expect(keys).toEqual([]);
});

describeEachStore((open) => {
  it('reads no table at once, however large', async () => {
    const store = await open();
    const batch = (at: number) => ({
      ...{ app: 'shop', campaign: `c${at % 3}`, batch: at, generation: 1, count: 1, label: `words ${at}`, place: null },
      ...{ expires: 1, created: 1, created_by: 'li', revoked_at: null, revoked_by: null, revoke_reason: null },
    });
    for (const from of [0, 500])
      await store.db
        .insertInto('guard_batches')
        .values(Array.from({ length: 500 }, (_, at) => batch(from + at)))
        .execute();
    let largest = 0;
    const db = store.db.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        largest = Math.max(largest, result.rows.length);
        return result;
      },
    });
    const found = new Set<string>();
    for (const { rows } of createAllFreeTexts({ ...store, db }, createKeys(new Uint8Array(32).fill(7), randomBytes)))
      for await (const { words } of rows()) for (const word of words) found.add(word);
    expect(found.size).toBe(1_000);
    expect(largest).toBeLessThanOrEqual(200);
  });

  it('reads each of them in pages', async () => {
    const store = await open();
    const draft = (at: number) => ({
      ...{ id: `tb_${String(at).padStart(4, '0')}`, draft: `words ${at}`, state: 'draft', next: null },
      ...{ created: at, created_by: 'li', scheduled_by: null },
    });
    await store.db
      .insertInto('training_bulletins')
      .values(Array.from({ length: 1_001 }, (_, at) => draft(at)))
      .execute();
    const found: string[] = [];
    for (const { rows } of createAllFreeTexts(store, createKeys(new Uint8Array(32).fill(7), randomBytes)))
      for await (const { words } of rows()) found.push(...words);
    expect(new Set(found).size).toBe(1_001);
    expect(found).toHaveLength(1_001);
  });
});
