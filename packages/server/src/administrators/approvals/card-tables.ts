import type { Migration } from '../../store/migration.ts';

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
