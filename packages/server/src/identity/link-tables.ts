import type { Migration } from '../store/migration.ts';

interface LoginRow {
  uid: string;
  at: number;
}

export interface LinkTables {
  person_logins: LoginRow;
}

export const linkMigrations: readonly Migration[] = [
  {
    id: '0019_person_logins',
    async up(db, types) {
      await types
        .table(db, 'person_logins')
        .addColumn('uid', types.text, (column) => column.primaryKey())
        .addColumn('at', types.integer, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('identities_unionid').on('identities').column('unionid').execute();
    },
  },
];
