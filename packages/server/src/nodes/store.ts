import type { Store } from '../store/store.ts';
import type { CoordinationKind } from './tables.ts';

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
