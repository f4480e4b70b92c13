import type { Migration } from '../../store/migration.ts';

interface SightingRow {
  uid: string;
  device: string;
  city: string;
  country: string;
  place: string | null;
  seen: number;
}

interface FailureRow {
  uid: string;
  /** Ten-minute slot since the epoch. */
  slot: number;
  count: number;
}

export interface RiskTables {
  sightings: SightingRow;
  risk_failures: FailureRow;
}

export const riskMigrations: readonly Migration[] = [
  {
    id: '0025_risk',
    async up(db, types) {
      await types
        .table(db, 'sightings')
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('device', types.text, (column) => column.notNull())
        .addColumn('city', types.text, (column) => column.notNull())
        .addColumn('country', types.text, (column) => column.notNull())
        .addColumn('place', types.text)
        .addColumn('seen', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('sightings_key', ['uid', 'device', 'city', 'country'])
        .execute();
      await db.schema.createIndex('sightings_seen').on('sightings').column('seen').execute();
      await types
        .table(db, 'risk_failures')
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('slot', types.integer, (column) => column.notNull())
        .addColumn('count', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('risk_failures_key', ['uid', 'slot'])
        .execute();
      await db.schema.alterTable('sessions').addColumn('risk', types.text).execute();
    },
  },
];
