import type { Bilingual } from '@menshen/contract';
import { sql } from 'kysely';
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
  /** The unique column, or columns, by which the table is read in pages: a table is as large as a company makes it. None may be a protected one. */
  readonly key: string | readonly string[];
  /** Further columns that {@link TextTable.to} needs. */
  readonly needs?: readonly string[];
  /** Path in the console. */
  readonly to: (row: Row) => string;
  /** A column that is null in rows without words. */
  readonly wordsSince?: string;
}

/** Texts may be long: a page of them must not keep the one reader of an embedded store from requests. */
const pageRows = 200;

/** Names of tables and columns are ours, never input. */
export function createFreeTexts(store: Store, keys: Pick<Keys, 'openText'>, spec: TextTable): FreeTexts {
  const { table, title, columns, key, needs = [], to, wordsSince } = spec;
  const { ref } = store.db.dynamic;
  const keyed = typeof key === 'string' ? [key] : key;
  const names = [...new Set([...keyed, ...needs, ...columns])];
  const order = sql.join(keyed.map((name) => sql.ref(name)));

  const wordsOf = (row: Row): string[] =>
    columns.flatMap((column) => {
      const value = row[column];
      if (typeof value === 'string') return [value];
      if (!(value instanceof Uint8Array)) return [];
      const place = { table, column, key: keyed.map((name) => row[name]).join('\n') };
      return [keys.openText(value, place)];
    });
  return {
    title,
    async *rows() {
      let after: readonly unknown[] | null = null;
      for (;;) {
        const page: Row[] = await store.db
          .selectFrom(table as 'people')
          .select(names.map((name) => ref<'uid'>(name)))
          .$if(wordsSince !== undefined, (query) => query.where(ref<'uid'>(wordsSince ?? ''), 'is not', null))
          .$if(after !== null, (query) => query.where(sql<boolean>`(${order}) > (${sql.join([...(after ?? [])])})`))
          .orderBy(order)
          .limit(pageRows)
          .execute();
        for (const row of page) yield { to: to(row), words: wordsOf(row) };
        const last = page.at(-1);
        if (last === undefined || page.length < pageRows) return;
        after = keyed.map((name) => last[name]);
      }
    },
  };
}
