import type { Migration } from '../store/migration.ts';

interface TrendDayRow {
  day: number;
  subject: string;
  at: number;
  /** JSON of `dayContent`. */
  content: string;
}

interface TrendMarkRow {
  day: number;
  kind: string;
  ref: string;
  /** Empty for what all apps share. */
  app: string;
  at: number;
  /** JSON, both languages. */
  text: string;
  count: number;
  effect: number | null;
  path: string;
}

interface TrendBasisRow {
  /** There is one. */
  id: string;
  at: number;
  /** Gzip of JSON of `basis`. */
  content: Uint8Array;
}

export interface TrendTables {
  trend_days: TrendDayRow;
  trend_marks: TrendMarkRow;
  trend_basis: TrendBasisRow;
}

export const trendMigrations: readonly Migration[] = [
  {
    id: '0097_trend',
    async up(db, types) {
      await types
        .table(db, 'trend_days')
        .addColumn('day', types.integer, (column) => column.notNull())
        .addColumn('subject', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('content', types.text, (column) => column.notNull())
        .addPrimaryKeyConstraint('trend_days_key', ['subject', 'day'])
        .execute();
      await types
        .table(db, 'trend_marks')
        .addColumn('day', types.integer, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('ref', types.text, (column) => column.notNull())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('text', types.text, (column) => column.notNull())
        .addColumn('count', types.integer, (column) => column.notNull())
        .addColumn('effect', types.real)
        .addColumn('path', types.text, (column) => column.notNull())
        .addPrimaryKeyConstraint('trend_marks_key', ['day', 'kind', 'ref', 'app'])
        .execute();
      await types
        .table(db, 'trend_basis')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('content', types.bytes, (column) => column.notNull())
        .execute();
    },
  },
];
