import type { Bilingual } from '@menshen/contract';
import type { Keys } from '../keys/master.ts';
import type { Schema, Store } from './store.ts';

type Row = Readonly<Record<string, unknown>>;

/** Words that people have written in one kind of place, for whoever has to know whom they name. */
export interface FreeTexts {
  readonly title: Bilingual;
  rows(): AsyncIterable<{ readonly to: string; readonly words: readonly string[] }>;
}

export interface TextTable {
  readonly table: keyof Schema;
  readonly title: Bilingual;
  /** Columns of words. */
  readonly columns: readonly string[];
  /** A unique column by which the table is read in pages; one without is small, and read at once. */
  readonly key: string | null;
  /** Further columns that {@link TextTable.to} needs. */
  readonly needs?: readonly string[];
  /** Path in the console. */
  readonly to: (row: Row) => string;
  /** Where the store of the table seals the columns itself: its key there, by default the key of the row. */
  readonly sealedUnder?: (row: Row) => string;
  /** A column that is null in rows without words. */
  readonly wordsSince?: string;
}

const pageRows = 500;

/** Names of tables and columns are ours, never input. */
export function createFreeTexts(store: Store, keys: Pick<Keys, 'openText'>, spec: TextTable): FreeTexts {
  const { table, title, columns, key, needs = [], to, sealedUnder, wordsSince } = spec;
  const { ref } = store.db.dynamic;
  const names = [...new Set([...(key === null ? [] : [key]), ...needs, ...columns])];

  const wordsOf = (row: Row): string[] =>
    columns.flatMap((column) => {
      const value = row[column];
      if (typeof value === 'string') return [value];
      if (!(value instanceof Uint8Array)) return [];
      const place = { table, column, key: sealedUnder === undefined ? String(row[key ?? '']) : sealedUnder(row) };
      return [keys.openText(value, place)];
    });
  return {
    title,
    async *rows() {
      let after: unknown;
      for (;;) {
        const page: Row[] = await store.db
          .selectFrom(table as 'people')
          .select(names.map((name) => ref<'uid'>(name)))
          .$if(wordsSince !== undefined, (query) => query.where(ref<'uid'>(wordsSince ?? ''), 'is not', null))
          .$if(after !== undefined, (query) => query.where(ref<'uid'>(key ?? ''), '>', after as string))
          .$if(key !== null, (query) => query.orderBy(ref<'uid'>(key ?? '')).limit(pageRows))
          .execute();
        for (const row of page) yield { to: to(row), words: wordsOf(row) };
        after = page.at(-1)?.[key ?? ''];
        if (key === null || page.length < pageRows) return;
      }
    },
  };
}
