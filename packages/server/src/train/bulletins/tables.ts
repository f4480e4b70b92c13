import type { Migration } from '../../store/migration.ts';

export interface BulletinRow {
  id: string;
  /** JSON: kind, texts, whom, how and when. */
  draft: string;
  state: string;
  next: number | null;
  created: number;
  created_by: string;
  scheduled_by: string | null;
}

/** One time that a bulletin went out, with what it said then. */
export interface BulletinIssueRow {
  id: string;
  bulletin: string;
  kind: string;
  /** The moment for which it was planned: one issue of each. */
  planned: number;
  created: number;
  /** JSON: title and text as they were sent, in both languages. */
  texts: string;
  course: string | null;
}

export interface BulletinDeliveryRow {
  id: string;
  issue: string;
  bulletin: string;
  uid: string;
  state: string;
  attempts: number;
  due: number;
  sent: number | null;
  way: string | null;
  problem: string | null;
  /** Enhanced status code of a report that came later. */
  status: string | null;
}

export interface BulletinTables {
  training_bulletins: BulletinRow;
  training_bulletin_issues: BulletinIssueRow;
  training_bulletin_deliveries: BulletinDeliveryRow;
}

export const bulletinMigrations: readonly Migration[] = [
  {
    id: '0091_training_bulletins',
    async up(db, types) {
      const { text, integer } = types;
      await types
        .table(db, 'training_bulletins')
        .addColumn('id', text, (column) => column.primaryKey())
        .addColumn('draft', text, (column) => column.notNull())
        .addColumn('state', text, (column) => column.notNull())
        .addColumn('next', integer)
        .addColumn('created', integer, (column) => column.notNull())
        .addColumn('created_by', text, (column) => column.notNull())
        .addColumn('scheduled_by', text)
        .execute();
      await types
        .table(db, 'training_bulletin_issues')
        .addColumn('id', text, (column) => column.primaryKey())
        .addColumn('bulletin', text, (column) => column.notNull())
        .addColumn('kind', text, (column) => column.notNull())
        .addColumn('planned', integer, (column) => column.notNull())
        .addColumn('created', integer, (column) => column.notNull())
        .addColumn('texts', text, (column) => column.notNull())
        .addColumn('course', text)
        .execute();
      await db.schema
        .createIndex('training_bulletin_issues_planned')
        .unique()
        .on('training_bulletin_issues')
        .columns(['bulletin', 'planned'])
        .execute();
      await types
        .table(db, 'training_bulletin_deliveries')
        .addColumn('id', text, (column) => column.primaryKey())
        .addColumn('issue', text, (column) => column.notNull())
        .addColumn('bulletin', text, (column) => column.notNull())
        .addColumn('uid', text, (column) => column.notNull())
        .addColumn('state', text, (column) => column.notNull())
        .addColumn('attempts', integer, (column) => column.notNull())
        .addColumn('due', integer, (column) => column.notNull())
        .addColumn('sent', integer)
        .addColumn('way', text)
        .addColumn('problem', text)
        .execute();
      for (const [name, columns] of [
        ['due', ['state', 'due']],
        ['issue', ['issue', 'state']],
        ['person', ['uid', 'sent']],
      ] as const)
        await db.schema
          .createIndex(`training_bulletin_deliveries_${name}`)
          .on('training_bulletin_deliveries')
          .columns([...columns])
          .execute();
      await types
        .table(db, 'training_bounced_mailboxes')
        .addColumn('uid', text, (column) => column.primaryKey())
        .addColumn('address', text, (column) => column.notNull())
        .addColumn('since', integer, (column) => column.notNull())
        .execute();
      for (const column of ['bulletins', 'warnings'])
        await db.schema
          .alterTable('training_learners')
          .addColumn(column, types.flag, (made) => made.notNull().defaultTo(1))
          .execute();
    },
  },
];
