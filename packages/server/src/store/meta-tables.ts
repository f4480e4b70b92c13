import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Migration } from './migration.ts';

/** The format that this program writes. Raised only by a change that no migration can express. */
export const storeFormatVersion = 1;

/** What the store knows about itself. */
export interface MetaTables {
  meta: { key: string; value: string };
}

export const metaMigrations: readonly Migration[] = [
  {
    id: '0000_meta',
    async up(db, dialect) {
      await dialect
        .table(db, 'meta')
        .addColumn('key', dialect.text, (column) => column.primaryKey())
        .addColumn('value', dialect.text, (column) => column.notNull())
        .execute();
      await (db as Kysely<MetaTables>)
        .insertInto('meta')
        .values([
          { key: 'format_version', value: String(storeFormatVersion) },
          { key: 'instance_id', value: randomUUID() },
        ])
        .execute();
    },
  },
];
