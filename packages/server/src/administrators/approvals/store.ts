import { administratorPowers } from '@menshen/contract';
import type { Selectable } from 'kysely';
import * as z from 'zod';
import type { Store } from '../../store/store.ts';
import type { AdministratorTables } from '../tables.ts';

const stateOf = z.enum(['pending', 'waiting', 'approved', 'refused', 'cancelled', 'spent']);
const reviewOf = z.enum(['open', 'justified', 'unjustified']);
const parts = z.record(z.string(), z.unknown());
const callOf = z.object({ params: parts, query: parts, body: parts });
const powersOf = z.array(z.enum(administratorPowers));

export interface PersonName {
  readonly id: string;
  readonly username: string;
}

export interface Approval {
  readonly id: string;
  readonly endpoint: string;
  readonly call: z.output<typeof callOf>;
  readonly digest: string;
  readonly reason: string;
  readonly state: z.output<typeof stateOf>;
  readonly requester: PersonName;
  readonly requestedAt: number;
  readonly expires: number;
  readonly notBefore: number | null;
  readonly approvers: z.output<typeof powersOf>;
  /** The administrator that is acted on. */
  readonly subject: string | null;
  readonly decider: PersonName | null;
  readonly decidedAt: number | null;
  readonly note: string | null;
  readonly spentAt: number | null;
  /** Code of why an act that is carried out by itself cannot be done. */
  readonly problem: string | null;
  readonly breakGlass: boolean;
  readonly review: {
    readonly state: z.output<typeof reviewOf>;
    readonly by: PersonName | null;
    readonly at: number | null;
    readonly note: string | null;
  } | null;
}

const named = (id: string | null, username: string | null): PersonName | null =>
  id === null ? null : { id, username: username ?? '' };

const toApproval = (row: Selectable<AdministratorTables['admin_approvals']>): Approval => ({
  id: row.id,
  endpoint: row.endpoint,
  call: callOf.parse(JSON.parse(row.call)),
  digest: row.digest,
  reason: row.reason,
  state: stateOf.parse(row.state),
  requester: { id: row.requester, username: row.requester_name },
  requestedAt: row.requested_at,
  expires: row.expires,
  notBefore: row.not_before,
  approvers: powersOf.parse(JSON.parse(row.approvers)),
  subject: row.subject,
  decider: named(row.decider, row.decider_name),
  decidedAt: row.decided_at,
  note: row.note,
  spentAt: row.spent_at,
  problem: row.problem,
  breakGlass: row.break_glass === 1,
  review:
    row.review_state === null
      ? null
      : {
          state: reviewOf.parse(row.review_state),
          by: named(row.reviewer, row.reviewer_name),
          at: row.reviewed_at,
          note: row.review_note,
        },
});

/** The table of approvals. Each step is one statement that names the state it starts from, so that of two at once one wins. */
export function createApprovalStore(store: Store) {
  const { db } = store;
  const changed = (result: { numUpdatedRows: bigint }): boolean => Number(result.numUpdatedRows) > 0;
  return {
    async add(approval: Approval): Promise<void> {
      await db
        .insertInto('admin_approvals')
        .values({
          id: approval.id,
          endpoint: approval.endpoint,
          call: JSON.stringify(approval.call),
          digest: approval.digest,
          reason: approval.reason,
          state: approval.state,
          requester: approval.requester.id,
          requester_name: approval.requester.username,
          requested_at: approval.requestedAt,
          expires: approval.expires,
          not_before: approval.notBefore,
          approvers: JSON.stringify(approval.approvers),
          subject: approval.subject,
          decider: null,
          decider_name: null,
          decided_at: null,
          note: null,
          spent_at: null,
          break_glass: approval.breakGlass,
          review_state: approval.review?.state ?? null,
          reviewer: null,
          reviewer_name: null,
          reviewed_at: null,
          review_note: null,
          carried_at: null,
          problem: null,
        })
        .execute();
    },
    async find(id: string): Promise<Approval | null> {
      const row = await db.selectFrom('admin_approvals').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toApproval(row);
    },
    /** Newest first. `open` are those that somebody can still do something about. */
    async list(show: 'open' | 'all', now: number, limit: number, offset: number): Promise<Approval[]> {
      const query = db.selectFrom('admin_approvals').selectAll().orderBy('requested_at', 'desc').orderBy('id');
      const rows = await (show === 'all'
        ? query
        : query.where((where) =>
            where.or([
              where.and([where('state', 'in', ['pending', 'waiting', 'approved']), where('expires', '>', now)]),
              where('review_state', '=', 'open'),
            ]),
          )
      )
        .limit(limit)
        .offset(offset)
        .execute();
      return rows.map(toApproval);
    },
    /**
     * Calls of these endpoints that may be made, and those that were spent and of which nobody has written down how they ended; oldest first, those
     * behind one of them. What was forced is the asker's own affair.
     */
    async carriable(
      endpoints: readonly string[],
      now: number,
      limit: number,
      behind: Pick<Approval, 'requestedAt' | 'id'> | null,
    ): Promise<Approval[]> {
      let query = db
        .selectFrom('admin_approvals')
        .selectAll()
        .where('endpoint', 'in', endpoints)
        .where('break_glass', '=', 0)
        .where((where) =>
          where.or([
            where.and([where('state', '=', 'approved'), where('expires', '>', now)]),
            where.and([where('state', '=', 'waiting'), where('not_before', '<=', now), where('expires', '>', now)]),
            where('state', '=', 'spent'),
          ]),
        )
        .where('carried_at', 'is', null)
        .where('problem', 'is', null);
      if (behind !== null)
        query = query.where((where) =>
          where.or([
            where('requested_at', '>', behind.requestedAt),
            where.and([where('requested_at', '=', behind.requestedAt), where('id', '>', behind.id)]),
          ]),
        );
      return (await query.orderBy('requested_at').orderBy('id').limit(limit).execute()).map(toApproval);
    },
    /** Writes down that an approved act is done, or why it cannot be; the first word stands. */
    async settle(id: string, end: { readonly carriedAt: number } | { readonly problem: string }): Promise<boolean> {
      return changed(
        await db
          .updateTable('admin_approvals')
          .set('carriedAt' in end ? { carried_at: end.carriedAt } : { problem: end.problem })
          .where('id', '=', id)
          .where('carried_at', 'is', null)
          .where('problem', 'is', null)
          .executeTakeFirstOrThrow(),
      );
    },
    async countOpenOf(requester: string, now: number): Promise<number> {
      const row = await db
        .selectFrom('admin_approvals')
        .select((value) => value.fn.countAll<number>().as('count'))
        .where('requester', '=', requester)
        .where('state', 'in', ['pending', 'waiting', 'approved'])
        .where('expires', '>', now)
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
    async decide(
      id: string,
      digest: string,
      decision: { state: 'approved' | 'refused'; by: PersonName; note: string; now: number; expires: number },
    ): Promise<boolean> {
      return changed(
        await db
          .updateTable('admin_approvals')
          .set({
            state: decision.state,
            decider: decision.by.id,
            decider_name: decision.by.username,
            decided_at: decision.now,
            note: decision.note,
            expires: decision.expires,
          })
          .where('id', '=', id)
          .where('digest', '=', digest)
          .where('state', '=', 'pending')
          .where('requester', '<>', decision.by.id)
          .where('expires', '>', decision.now)
          .executeTakeFirstOrThrow(),
      );
    },
    async cancel(id: string, requester: string, now: number): Promise<boolean> {
      return changed(
        await db
          .updateTable('admin_approvals')
          .set({ state: 'cancelled', decided_at: now })
          .where('id', '=', id)
          .where('requester', '=', requester)
          .where('state', 'in', ['pending', 'waiting', 'approved'])
          .executeTakeFirstOrThrow(),
      );
    },
    /** Ends all that somebody has asked for and that is not done; the number of those. */
    async cancelOf(requester: string, now: number): Promise<number> {
      const done = await db
        .updateTable('admin_approvals')
        .set({ state: 'cancelled', decided_at: now })
        .where('requester', '=', requester)
        .where('state', 'in', ['pending', 'waiting', 'approved'])
        .executeTakeFirst();
      return Number(done.numUpdatedRows);
    },
    /** Lets others decide anew what somebody has approved and nobody has done yet; the number of those. */
    async withdrawOf(decider: string): Promise<number> {
      const done = await db
        .updateTable('admin_approvals')
        .set({ state: 'pending', decider: null, decider_name: null, decided_at: null, note: null })
        .where('decider', '=', decider)
        .where('state', '=', 'approved')
        .executeTakeFirst();
      return Number(done.numUpdatedRows);
    },
    /** Uses an approval up for exactly this call; true once. */
    async spend(id: string, requester: string, digest: string, now: number): Promise<boolean> {
      return changed(
        await db
          .updateTable('admin_approvals')
          .set({ state: 'spent', spent_at: now })
          .where('id', '=', id)
          .where('requester', '=', requester)
          .where('digest', '=', digest)
          .where('expires', '>', now)
          .where((where) =>
            where.or([
              where('state', '=', 'approved'),
              where.and([where('state', '=', 'waiting'), where('not_before', '<=', now)]),
            ]),
          )
          .executeTakeFirstOrThrow(),
      );
    },
    async review(
      id: string,
      review: { state: 'justified' | 'unjustified'; by: PersonName; note: string; now: number },
    ): Promise<boolean> {
      return changed(
        await db
          .updateTable('admin_approvals')
          .set({
            review_state: review.state,
            reviewer: review.by.id,
            reviewer_name: review.by.username,
            reviewed_at: review.now,
            review_note: review.note,
          })
          .where('id', '=', id)
          .where('review_state', '=', 'open')
          .where('requester', '<>', review.by.id)
          .executeTakeFirstOrThrow(),
      );
    },
  };
}

export type ApprovalStore = ReturnType<typeof createApprovalStore>;
