import type { Migration } from '../../store/migration.ts';
import type { Store } from '../../store/store.ts';

interface CardRow {
  /** Task id of the card: made by us, and known to whoever got it and to WeCom. */
  task: string;
  approval: string;
  digest: string;
  administrator: string;
  /** To whom it was sent, in the form in which two spellings of one are equal. */
  userid: string;
  expires: number;
  used_at: number | null;
}

export interface ApprovalCardTables {
  approval_cards: CardRow;
}

export const approvalCardMigrations: readonly Migration[] = [
  {
    id: '0095_approval_cards',
    async up(db, types) {
      await types
        .table(db, 'approval_cards')
        .addColumn('task', types.text, (column) => column.primaryKey())
        .addColumn('approval', types.text, (column) => column.notNull())
        .addColumn('digest', types.text, (column) => column.notNull())
        .addColumn('administrator', types.text, (column) => column.notNull())
        .addColumn('userid', types.text, (column) => column.notNull())
        .addColumn('expires', types.integer, (column) => column.notNull())
        .addColumn('used_at', types.integer)
        .execute();
      await db.schema.createIndex('approval_cards_expires').on('approval_cards').column('expires').execute();
    },
  },
];

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
