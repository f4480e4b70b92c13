import type { Migration } from '../store/migration.ts';

/** Whether a node shares what its processes must agree on, or keeps it to itself. */
export type CoordinationKind = 'memory' | 'redis';

interface NodeRow {
  /** The name of its audit log, which no two nodes of a store share. */
  name: string;
  coordination: CoordinationKind;
  /** Name of what its coordination shares (`Coordination.place`); null while it is not known. */
  place: string | null;
  /** JSON, a keyed digest for each section of its configuration; null from a node of an earlier version. */
  configuration: string | null;
  /** Epoch ms. */
  seen_at: number;
}

export interface NodeTables {
  nodes: NodeRow;
}

export const nodeMigrations: readonly Migration[] = [
  {
    id: '0036_nodes',
    async up(db, types) {
      await types
        .table(db, 'nodes')
        .addColumn('name', types.text, (column) => column.primaryKey())
        .addColumn('coordination', types.text, (column) => column.notNull())
        .addColumn('seen_at', types.integer, (column) => column.notNull())
        .execute();
    },
  },
  {
    id: '0125_node_configurations',
    async up(db, types) {
      await db.schema.alterTable('nodes').addColumn('place', types.text).execute();
      await db.schema.alterTable('nodes').addColumn('configuration', types.text).execute();
    },
  },
];
