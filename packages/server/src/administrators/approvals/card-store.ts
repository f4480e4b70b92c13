import type { Store } from '../../store/store.ts';

export interface ApprovalCard {
  readonly task: string;
  readonly approval: string;
  readonly digest: string;
  readonly administrator: string;
  readonly userid: string;
  readonly expires: number;
}

export type ApprovalCardStore = ReturnType<typeof createApprovalCardStore>;

export function createApprovalCardStore({ db }: Store) {
  return {
    async add(card: ApprovalCard): Promise<void> {
      await db
        .insertInto('approval_cards')
        .values({ ...card, used_at: null })
        .execute();
    },
    /** The card of a task, once: null where there is none, it was pressed before, it is too old, or somebody else has pressed it, who uses nothing up. */
    async take(task: string, userid: string, now: number): Promise<ApprovalCard | null> {
      const row = await db
        .updateTable('approval_cards')
        .set({ used_at: now })
        .where('task', '=', task)
        .where('userid', '=', userid)
        .where('used_at', 'is', null)
        .where('expires', '>', now)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) return null;
      const { used_at: _, ...card } = row;
      return card;
    },
    async removeBefore(at: number): Promise<void> {
      await db.deleteFrom('approval_cards').where('expires', '<', at).execute();
    },
  };
}
