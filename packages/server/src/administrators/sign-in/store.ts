import { type SignInMethod, signInMethod } from '@menshen/contract';
import * as z from 'zod';
import type { Keys } from '../../keys/master.ts';
import type { Store } from '../../store/store.ts';

const purposeOf = z.enum(['second_factor', 'enrol', 'passkey', 'step_up', 'own_totp', 'own_passkey', 'external']);
const methodsOf = z.array(signInMethod);

/** A ceremony under way: what its ticket stands for. */
export interface Flow {
  readonly purpose: z.output<typeof purposeOf>;
  /** Null while nobody has said who they are. */
  readonly administrator: string | null;
  /** What was shown so far. */
  readonly methods: readonly SignInMethod[];
  /** Of the passkey ceremony under way. */
  readonly challenge: string | null;
  /** Sealed at rest: a TOTP secret to be confirmed, or the verifier and nonce of an external sign-in. */
  readonly secret: string | null;
  readonly expires: number;
}

const place = (ticketHash: string) => ({ table: 'admin_flows', column: 'secret', key: ticketHash });

/** The table of ceremonies under way. */
export function createFlowStore(store: Store, keys: Keys) {
  const { db } = store;
  const seal = (ticketHash: string, secret: string | null) => (secret === null ? null : keys.sealText(secret, place(ticketHash)));
  const toFlow = (row: {
    ticket_hash: string;
    purpose: string;
    administrator: string | null;
    methods: string;
    challenge: string | null;
    secret: Uint8Array | null;
    expires: number;
  }): Flow => ({
    purpose: purposeOf.parse(row.purpose),
    administrator: row.administrator,
    methods: methodsOf.parse(JSON.parse(row.methods)),
    challenge: row.challenge,
    secret: row.secret === null ? null : keys.openText(row.secret, place(row.ticket_hash)),
    expires: row.expires,
  });
  return {
    /** Adds a ceremony, or begins one of this ticket anew. */
    async put(ticketHash: string, flow: Flow): Promise<void> {
      const row = {
        purpose: flow.purpose,
        administrator: flow.administrator,
        methods: JSON.stringify(flow.methods),
        challenge: flow.challenge,
        secret: seal(ticketHash, flow.secret),
        expires: flow.expires,
      };
      await db
        .insertInto('admin_flows')
        .values({ ticket_hash: ticketHash, ...row })
        .onConflict((conflict) => conflict.column('ticket_hash').doUpdateSet(row))
        .execute();
    },
    async find(ticketHash: string, now: number): Promise<Flow | null> {
      const row = await db
        .selectFrom('admin_flows')
        .selectAll()
        .where('ticket_hash', '=', ticketHash)
        .where('expires', '>', now)
        .executeTakeFirst();
      return row === undefined ? null : toFlow(row);
    },
    /** Takes the challenge out: whoever gets it is the only one. */
    async takeChallenge(ticketHash: string, challenge: string): Promise<boolean> {
      const done = await db
        .updateTable('admin_flows')
        .set({ challenge: null })
        .where('ticket_hash', '=', ticketHash)
        .where('challenge', '=', challenge)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) > 0;
    },
    async setChallenge(ticketHash: string, challenge: string): Promise<void> {
      await db.updateTable('admin_flows').set({ challenge }).where('ticket_hash', '=', ticketHash).execute();
    },
    async setSecret(ticketHash: string, secret: string): Promise<void> {
      await db
        .updateTable('admin_flows')
        .set({ secret: seal(ticketHash, secret) })
        .where('ticket_hash', '=', ticketHash)
        .execute();
    },
    /** Ends a ceremony; what it was, for the one caller who ended it. */
    async consume(ticketHash: string, now: number): Promise<Flow | null> {
      const row = await db
        .deleteFrom('admin_flows')
        .where('ticket_hash', '=', ticketHash)
        .where('expires', '>', now)
        .returningAll()
        .executeTakeFirst();
      return row === undefined ? null : toFlow(row);
    },
    /** Ends what an account has under way: after a reset, an old ticket must open nothing. */
    async removeOf(administrator: string): Promise<void> {
      await db.deleteFrom('admin_flows').where('administrator', '=', administrator).execute();
    },
    async removeExpired(now: number): Promise<void> {
      await db.deleteFrom('admin_flows').where('expires', '<=', now).execute();
    },
  };
}

export type FlowStore = ReturnType<typeof createFlowStore>;
