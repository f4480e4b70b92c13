import type { Keys } from '../../keys/master.ts';
import type { Store } from '../../store/store.ts';

/** The second factors that an account has. */
export interface FactorState {
  readonly totp: { readonly enrolledAt: number } | null;
  readonly passkeys: number;
  readonly recoveryCodes: number;
}

const place = (administrator: string) => ({ table: 'admin_totp', column: 'secret', key: administrator });

/** The tables of TOTP secrets (sealed) and recovery codes (hashed). */
export function createFactorStore(store: Store, keys: Keys) {
  const { db } = store;
  return {
    async state(administrator: string): Promise<FactorState> {
      const [totp, passkeys, codes] = await Promise.all([
        db.selectFrom('admin_totp').select('created').where('administrator', '=', administrator).executeTakeFirst(),
        db
          .selectFrom('admin_passkeys')
          .select((value) => value.fn.countAll<number>().as('count'))
          .where('administrator', '=', administrator)
          .executeTakeFirstOrThrow(),
        db
          .selectFrom('admin_recovery_codes')
          .select((value) => value.fn.countAll<number>().as('count'))
          .where('administrator', '=', administrator)
          .executeTakeFirstOrThrow(),
      ]);
      return {
        totp: totp === undefined ? null : { enrolledAt: totp.created },
        passkeys: Number(passkeys.count),
        recoveryCodes: Number(codes.count),
      };
    },
    async totpSecret(administrator: string): Promise<Uint8Array | null> {
      const row = await db
        .selectFrom('admin_totp')
        .select('secret')
        .where('administrator', '=', administrator)
        .executeTakeFirst();
      return row === undefined ? null : Buffer.from(keys.openText(row.secret, place(administrator)), 'base64');
    },
    /** As {@link setTotp}, for an account that has none; false when it has. */
    async addTotp(administrator: string, secret: Uint8Array, counter: number, now: number): Promise<boolean> {
      const done = await db
        .insertInto('admin_totp')
        .values({
          administrator,
          secret: keys.sealText(Buffer.from(secret).toString('base64'), place(administrator)),
          last_counter: counter,
          created: now,
        })
        .onConflict((conflict) => conflict.column('administrator').doNothing())
        .executeTakeFirst();
      return Number(done.numInsertedOrUpdatedRows ?? 0) > 0;
    },
    async setTotp(administrator: string, secret: Uint8Array, counter: number, now: number): Promise<void> {
      const sealed = keys.sealText(Buffer.from(secret).toString('base64'), place(administrator));
      await db
        .insertInto('admin_totp')
        .values({ administrator, secret: sealed, last_counter: counter, created: now })
        .onConflict((conflict) =>
          conflict.column('administrator').doUpdateSet({ secret: sealed, last_counter: counter, created: now }),
        )
        .execute();
    },
    /** Burns a time step: true once for each, and never for an earlier one (RFC 6238 §5.2). */
    async burnCounter(administrator: string, counter: number): Promise<boolean> {
      const done = await db
        .updateTable('admin_totp')
        .set({ last_counter: counter })
        .where('administrator', '=', administrator)
        .where('last_counter', '<', counter)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) > 0;
    },
    /** Removes TOTP where a passkey remains; false when none does. */
    async removeTotp(administrator: string): Promise<boolean> {
      return await store.transaction(async (tx) => {
        const passkey = await tx
          .selectFrom('admin_passkeys')
          .select('id')
          .where('administrator', '=', administrator)
          .limit(1)
          .executeTakeFirst();
        if (passkey === undefined) return false;
        await tx.deleteFrom('admin_totp').where('administrator', '=', administrator).execute();
        return true;
      });
    },
    async setRecoveryCodes(administrator: string, hashes: readonly string[]): Promise<void> {
      await store.batch([
        db.deleteFrom('admin_recovery_codes').where('administrator', '=', administrator),
        db.insertInto('admin_recovery_codes').values(hashes.map((code_hash) => ({ administrator, code_hash }))),
      ]);
    },
    /** Uses a recovery code up; true once. */
    async burnRecoveryCode(administrator: string, codeHash: string): Promise<boolean> {
      const done = await db
        .deleteFrom('admin_recovery_codes')
        .where('administrator', '=', administrator)
        .where('code_hash', '=', codeHash)
        .executeTakeFirst();
      return Number(done.numDeletedRows) > 0;
    },
    /** Removes every second factor. */
    async removeAll(administrator: string): Promise<void> {
      await store.batch([
        db.deleteFrom('admin_totp').where('administrator', '=', administrator),
        db.deleteFrom('admin_passkeys').where('administrator', '=', administrator),
        db.deleteFrom('admin_recovery_codes').where('administrator', '=', administrator),
      ]);
    },
  };
}

export type FactorStore = ReturnType<typeof createFactorStore>;
