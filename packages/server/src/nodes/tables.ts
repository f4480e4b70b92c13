import type { Migration } from '../store/migration.ts';

/** Whether a node shares what its processes must agree on, or keeps it to itself. */
export type CoordinationKind = 'memory' | 'redis';

interface NodeRow {
  /** The name of its audit log, which no two nodes of a store share. */
  name: string;
  coordination: CoordinationKind;
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
];
