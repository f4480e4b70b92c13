import * as z from 'zod';
import type { Store } from '../store/store.ts';
import type { ConfigurationPrint } from './print.ts';
import type { CoordinationKind } from './tables.ts';

export interface SeenNode {
  readonly name: string;
  readonly coordination: CoordinationKind;
  /** Name of what its coordination shares; null while it is not known. */
  readonly place: string | null;
  /** What it runs with; null from a node of an earlier version. */
  readonly configuration: ConfigurationPrint | null;
}

const printSchema = z.record(z.string().max(100), z.string().max(100));

/** The table of nodes that share the store: each says every few seconds that it is there. */
export function createNodeStore({ db }: Pick<Store, 'db'>) {
  return {
    async beat({ name, coordination, place, configuration }: SeenNode, now: number): Promise<void> {
      const print = configuration === null ? null : JSON.stringify(configuration);
      const values = { coordination, place, configuration: print, seen_at: now };
      await db
        .insertInto('nodes')
        .values({ name, ...values })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
        .execute();
    },
    async seenSince(since: number): Promise<readonly SeenNode[]> {
      const rows = await db
        .selectFrom('nodes')
        .select(['name', 'coordination', 'place', 'configuration'])
        .where('seen_at', '>=', since)
        .orderBy('name')
        .execute();
      return rows.map(({ configuration, ...row }) => ({
        ...row,
        configuration: configuration === null ? null : printSchema.parse(JSON.parse(configuration)),
      }));
    },
    async leave(name: string): Promise<void> {
      await db.deleteFrom('nodes').where('name', '=', name).execute();
    },
  };
}

export type NodeStore = ReturnType<typeof createNodeStore>;
