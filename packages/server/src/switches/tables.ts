import type { Migration } from '../store/migration.ts';

interface SwitchRow {
  name: string;
  value: string;
  since: number;
  set_by: string;
  reason: string;
}

export interface SwitchTables {
  switches: SwitchRow;
}

export const switchMigrations: readonly Migration[] = [
  {
    id: '0005_switches',
    async up(db, types) {
      await types
        .table(db, 'switches')
        .addColumn('name', types.text, (column) => column.primaryKey())
        .addColumn('value', types.text, (column) => column.notNull())
        .addColumn('since', types.integer, (column) => column.notNull())
        .addColumn('set_by', types.text, (column) => column.notNull())
        .addColumn('reason', types.text, (column) => column.notNull())
        .execute();
    },
  },
];
