import type { Migration } from '../store/migration.ts';
import type { Store } from '../store/store.ts';

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

export interface SeenNode {
  readonly name: string;
  readonly coordination: CoordinationKind;
}

/** The table of nodes that share the store: each says every few seconds that it is there. */
export function createNodeStore({ db }: Pick<Store, 'db'>) {
  return {
    async beat(name: string, coordination: CoordinationKind, now: number): Promise<void> {
      const values = { coordination, seen_at: now };
      await db
        .insertInto('nodes')
        .values({ name, ...values })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
        .execute();
    },
    async seenSince(since: number): Promise<readonly SeenNode[]> {
      return await db
        .selectFrom('nodes')
        .select(['name', 'coordination'])
        .where('seen_at', '>=', since)
        .orderBy('name')
        .execute();
    },
    async leave(name: string): Promise<void> {
      await db.deleteFrom('nodes').where('name', '=', name).execute();
    },
  };
}

export type NodeStore = ReturnType<typeof createNodeStore>;
