import type { Generated } from 'kysely';
import type { Migration } from '../store/migration.ts';

export interface RevocationTables {
  revocations: {
    position: Generated<number>;
    at: number;
    kind: string;
    subject: string;
    detail: string | null;
  };
}

export const revocationMigrations: readonly Migration[] = [
  {
    id: '0001_revocations',
    async up(db, dialect) {
      await dialect
        .table(db, 'revocations')
        .addColumn('position', dialect.integer, dialect.identity)
        .addColumn('at', dialect.integer, (column) => column.notNull())
        .addColumn('kind', dialect.text, (column) => column.notNull())
        .addColumn('subject', dialect.text, (column) => column.notNull())
        .addColumn('detail', dialect.text)
        .execute();
      await db.schema.createIndex('revocations_at').on('revocations').column('at').execute();
    },
  },
];
