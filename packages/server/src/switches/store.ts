import type { GatewayMode } from '@menshen/contract';
import * as z from 'zod';
import type { Store } from '../store/store.ts';

const modeOf = z.enum(['enforce', 'monitor', 'bypass']);

export interface ModeSwitch {
  readonly mode: GatewayMode;
  readonly since: number;
  readonly by: string;
  readonly reason: string;
}

/** The table of switches that people set by hand; they outlive a restart. */
export function createSwitchStore(store: Store) {
  const { db } = store;
  return {
    async mode(): Promise<ModeSwitch | null> {
      const row = await db.selectFrom('switches').selectAll().where('name', '=', 'mode').executeTakeFirst();
      return row === undefined ? null : { mode: modeOf.parse(row.value), since: row.since, by: row.set_by, reason: row.reason };
    },
    async setMode(value: ModeSwitch): Promise<void> {
      const values = { value: value.mode, since: value.since, set_by: value.by, reason: value.reason };
      await db
        .insertInto('switches')
        .values({ name: 'mode', ...values })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
        .execute();
    },
  };
}

export type SwitchStore = ReturnType<typeof createSwitchStore>;
