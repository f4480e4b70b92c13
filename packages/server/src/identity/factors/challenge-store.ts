import { mfaApi } from '@menshen/contract';
import * as z from 'zod';
import type { Keys } from '../../keys/master.ts';
import type { Store } from '../../store/store.ts';
import { type BudgetKind, challengesPerSession, knownDevicesPerPerson, triesPerChallenge } from './model.ts';
import type { ChallengeRow } from './tables.ts';

const purposeOf = z.enum(['freshness', 'approval', 'enrolment', 'enrolment_proof']);
const kindOf = z.enum([...mfaApi.factorKind.options, 'phone_proof']);

/** A question to one session, answered at most once. Times are epoch ms. */
export interface Challenge {
  readonly id: string;
  readonly sid: string;
  readonly uid: string;
  readonly kind: BudgetKind;
  readonly purpose: z.output<typeof purposeOf>;
  /** Digest of the operation, for `approval`; the label, for `enrolment`. */
  readonly subject: string | null;
  /** Keyed hash of the code that was sent. */
  readonly codeHash: string | null;
  /** What an enrolment will keep, or the text that SOTER signs; sealed where it lies. */
  readonly pending: string | null;
  readonly created: number;
  readonly expires: number;
}

/** Most messages to one subject: `gapMs` apart, at most `perDay` in the 24 hours from the first. */
export interface SendLimit {
  readonly subject: string;
  readonly gapMs: number;
  readonly perDay: number;
}

const dayMs = 86_400_000;
const place = (id: string) => ({ table: 'factor_challenges', column: 'pending', key: id });

/** The tables of what is under way: challenges, approvals, known devices, messages sent. */
export function createChallengeStore(store: Store, keys: Keys) {
  const { db } = store;
  const toChallenge = (row: ChallengeRow): Challenge => ({
    id: row.id,
    sid: row.sid,
    uid: row.uid,
    kind: kindOf.parse(row.kind),
    purpose: purposeOf.parse(row.purpose),
    subject: row.subject,
    codeHash: row.code_hash,
    pending: row.pending === null ? null : keys.openText(row.pending, place(row.id)),
    created: row.created,
    expires: row.expires,
  });

  return {
    /** Adds a challenge; of its session only the newest few remain, and of codes by SMS for one purpose only the newest. */
    async addChallenge(challenge: Challenge): Promise<void> {
      const { id, sid, uid, kind, purpose, subject, created, expires } = challenge;
      await store.transaction(async (tx) => {
        if (challenge.codeHash !== null) {
          await tx
            .deleteFrom('factor_challenges')
            .where('sid', '=', sid)
            .where('kind', '=', kind)
            .where('purpose', '=', purpose)
            .execute();
        }
        const held = await tx
          .selectFrom('factor_challenges')
          .select('id')
          .where('sid', '=', sid)
          .orderBy('created', 'desc')
          .orderBy('id')
          .execute();
        const surplus = held.slice(challengesPerSession - 1).map((row) => row.id);
        if (surplus.length > 0) await tx.deleteFrom('factor_challenges').where('id', 'in', surplus).execute();
        await tx
          .insertInto('factor_challenges')
          .values({
            ...{ id, sid, uid, kind, purpose, subject, created, expires },
            code_hash: challenge.codeHash,
            pending: challenge.pending === null ? null : keys.sealText(challenge.pending, place(id)),
            tries: 0,
            used: 0,
          })
          .execute();
      });
    },
    /** The challenge, if it is of this session and can still be answered; tells nothing of tries. */
    async challenge(id: string, sid: string, now: number): Promise<Challenge | null> {
      const row = await db
        .selectFrom('factor_challenges')
        .selectAll()
        .where('id', '=', id)
        .where('sid', '=', sid)
        .where('used', '=', 0)
        .where('expires', '>', now)
        .executeTakeFirst();
      return row === undefined ? null : toChallenge(row);
    },
    /** Counts a try before it is judged. False when the challenge has none left: then nobody may look at the answer. */
    async tryChallenge(id: string, sid: string, now: number): Promise<boolean> {
      const counted = await db
        .updateTable('factor_challenges')
        .set((value) => ({ tries: value('tries', '+', 1) }))
        .where('id', '=', id)
        .where('sid', '=', sid)
        .where('used', '=', 0)
        .where('expires', '>', now)
        .where('tries', '<', triesPerChallenge)
        .executeTakeFirst();
      return Number(counted.numUpdatedRows) > 0;
    },
    /** Whether this call consumed the challenge: true for exactly one of any number of callers, and before anything is granted. */
    async consumeChallenge(id: string, sid: string): Promise<boolean> {
      const consumed = await db
        .updateTable('factor_challenges')
        .set({ used: 1 })
        .where('id', '=', id)
        .where('sid', '=', sid)
        .where('used', '=', 0)
        .executeTakeFirst();
      return Number(consumed.numUpdatedRows) > 0;
    },
    /** Ends what a session has under way with one authenticator. */
    async dropChallenges(sid: string, kind: BudgetKind): Promise<void> {
      await db.deleteFrom('factor_challenges').where('sid', '=', sid).where('kind', '=', kind).execute();
    },

    async addApproval(hash: string, sid: string, uid: string, operation: string, expires: number): Promise<void> {
      await db.insertInto('factor_approvals').values({ token_hash: hash, sid, uid, operation, expires }).execute();
    },
    /** Whether this call used the approval up: true for exactly one of any number of callers. */
    async consumeApproval(hash: string, sid: string, operation: string, now: number): Promise<boolean> {
      const gone = await db
        .deleteFrom('factor_approvals')
        .where('token_hash', '=', hash)
        .where('sid', '=', sid)
        .where('operation', '=', operation)
        .where('expires', '>', now)
        .executeTakeFirst();
      return Number(gone.numDeletedRows) > 0;
    },

    /** Remembers a device of a person; the one unused for longest goes. */
    async addDevice(hash: string, uid: string, now: number, expires: number): Promise<void> {
      await store.transaction(async (tx) => {
        const held = await tx
          .selectFrom('factor_devices')
          .select('device_hash')
          .where('uid', '=', uid)
          .orderBy('last_used', 'desc')
          .execute();
        const surplus = held.slice(knownDevicesPerPerson - 1).map((row) => row.device_hash);
        if (surplus.length > 0) await tx.deleteFrom('factor_devices').where('device_hash', 'in', surplus).execute();
        await tx.insertInto('factor_devices').values({ device_hash: hash, uid, created: now, last_used: now, expires }).execute();
      });
    },
    async isKnownDevice(hash: string, uid: string, now: number): Promise<boolean> {
      const row = await db
        .selectFrom('factor_devices')
        .select('device_hash')
        .where('device_hash', '=', hash)
        .where('uid', '=', uid)
        .where('expires', '>', now)
        .executeTakeFirst();
      return row !== undefined;
    },
    async touchDevice(hash: string, now: number, expires: number): Promise<void> {
      await db.updateTable('factor_devices').set({ last_used: now, expires }).where('device_hash', '=', hash).execute();
    },
    async knownDevices(uid: string, now: number): Promise<number> {
      const rows = await db
        .selectFrom('factor_devices')
        .select('device_hash')
        .where('uid', '=', uid)
        .where('expires', '>', now)
        .execute();
      return rows.length;
    },
    async forgetDevices(uid: string): Promise<void> {
      await db.deleteFrom('factor_devices').where('uid', '=', uid).execute();
    },

    /** Counts a message if its subject may have one now; one conditional statement decides. */
    async takeSend({ subject, gapMs, perDay }: SendLimit, now: number): Promise<boolean> {
      const over = now - dayMs;
      const counted = await db
        .insertInto('factor_sends')
        .values({ subject, since: now, sent: 1, last: now })
        .onConflict((conflict) =>
          conflict
            .column('subject')
            .doUpdateSet((eb) => ({
              since: eb
                .case()
                .when('factor_sends.since', '<=', over)
                .then(eb.ref('excluded.since'))
                .else(eb.ref('factor_sends.since'))
                .end(),
              sent: eb
                .case()
                .when('factor_sends.since', '<=', over)
                .then(eb.ref('excluded.sent'))
                .else(eb('factor_sends.sent', '+', 1))
                .end(),
              last: eb.ref('excluded.last'),
            }))
            .where('factor_sends.last', '<=', now - gapMs)
            .where((eb) => eb.or([eb('factor_sends.since', '<=', over), eb('factor_sends.sent', '<', perDay)])),
        )
        .executeTakeFirst();
      return Number(counted.numInsertedOrUpdatedRows ?? 0n) > 0;
    },
    /** When a message to the subject was last counted; null when never. */
    async lastSend(subject: string): Promise<number | null> {
      const row = await db.selectFrom('factor_sends').select('last').where('subject', '=', subject).executeTakeFirst();
      return row?.last ?? null;
    },

    async removeExpired(now: number): Promise<void> {
      await db.deleteFrom('factor_challenges').where('expires', '<=', now).execute();
      await db.deleteFrom('factor_approvals').where('expires', '<=', now).execute();
      await db.deleteFrom('factor_devices').where('expires', '<=', now).execute();
      await db
        .deleteFrom('factor_sends')
        .where('last', '<=', now - dayMs)
        .execute();
    },
  };
}

export type ChallengeStore = ReturnType<typeof createChallengeStore>;
