import type { Selectable } from 'kysely';
import * as z from 'zod';
import type { Store } from '../../store/store.ts';
import type { AdministratorTables } from '../tables.ts';

const transportsOf = z.array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']));
export type Transport = z.output<typeof transportsOf>[number];

export interface Passkey {
  /** Credential id, base64url. */
  readonly id: string;
  readonly administrator: string;
  /** COSE key. */
  readonly publicKey: Uint8Array;
  /** Signature counter as last seen; many authenticators keep it at 0. */
  readonly counter: number;
  readonly transports: readonly Transport[];
  readonly backedUp: boolean;
  readonly name: string;
  readonly created: number;
  readonly lastUsed: number | null;
}

const toPasskey = (row: Selectable<AdministratorTables['admin_passkeys']>): Passkey => ({
  id: row.id,
  administrator: row.administrator,
  publicKey: row.public_key,
  counter: row.counter,
  transports: transportsOf.parse(JSON.parse(row.transports)),
  backedUp: row.backed_up === 1,
  name: row.name,
  created: row.created,
  lastUsed: row.last_used,
});

/** The transports that the store knows, of what a browser names. */
export function knownTransports(named: readonly unknown[]): Transport[] {
  return named.flatMap((name) => transportsOf.element.safeParse(name).data ?? []);
}

/** The table of passkeys. */
export function createPasskeyStore(store: Store) {
  const { db } = store;
  return {
    async of(administrator: string): Promise<Passkey[]> {
      const rows = await db
        .selectFrom('admin_passkeys')
        .selectAll()
        .where('administrator', '=', administrator)
        .orderBy('created')
        .execute();
      return rows.map(toPasskey);
    },
    async byId(id: string): Promise<Passkey | null> {
      const row = await db.selectFrom('admin_passkeys').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toPasskey(row);
    },
    /** False when the credential is registered already, be it for another account. */
    async add(passkey: Passkey): Promise<boolean> {
      const done = await db
        .insertInto('admin_passkeys')
        .values({
          id: passkey.id,
          administrator: passkey.administrator,
          public_key: passkey.publicKey,
          counter: passkey.counter,
          transports: JSON.stringify(passkey.transports),
          backed_up: passkey.backedUp,
          name: passkey.name,
          created: passkey.created,
          last_used: passkey.lastUsed,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst();
      return Number(done.numInsertedOrUpdatedRows ?? 0) > 0;
    },
    /** Moves the counter on from what the caller saw; false when another assertion did so meanwhile. */
    async use(id: string, seen: number, counter: number, now: number): Promise<boolean> {
      const done = await db
        .updateTable('admin_passkeys')
        .set({ counter, last_used: now })
        .where('id', '=', id)
        .where('counter', '=', seen)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) > 0;
    },
    /** Removes a passkey where another factor remains. */
    async remove(id: string, administrator: string): Promise<'removed' | 'absent' | 'last'> {
      return await store.transaction(async (tx) => {
        const keys = await tx.selectFrom('admin_passkeys').select('id').where('administrator', '=', administrator).execute();
        if (!keys.some((key) => key.id === id)) return 'absent';
        const totp = await tx
          .selectFrom('admin_totp')
          .select('administrator')
          .where('administrator', '=', administrator)
          .executeTakeFirst();
        if (keys.length === 1 && totp === undefined) return 'last';
        await tx.deleteFrom('admin_passkeys').where('id', '=', id).where('administrator', '=', administrator).execute();
        return 'removed';
      });
    },
  };
}

export type PasskeyStore = ReturnType<typeof createPasskeyStore>;
