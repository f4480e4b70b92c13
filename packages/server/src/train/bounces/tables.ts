import type { Migration } from '../../store/migration.ts';

/** A mail that went to a person, for as long as it may come back. */
export interface MailRow {
  /** SHA-256 of the token in its return path. */
  hash: string;
  uid: string;
  /** HMAC of the address that it went to. */
  address: string;
  kind: string;
  /** Of a bulletin its delivery, of a reminder its course. */
  ref: string;
  sent: number;
  /** What a report has said of it, and when. */
  verdict: string | null;
  status: string | null;
  reported: number | null;
}

/** A mailbox that takes no mail. */
export interface MailboxRow {
  uid: string;
  /** HMAC of the address: with another one the person is reached again. */
  address: string;
  since: number;
  /** Enhanced status code that said so; null where none was given. */
  status: string | null;
}

export interface BounceTables {
  training_mails: MailRow;
  training_bounced_mailboxes: MailboxRow;
}

export const bounceMigrations: readonly Migration[] = [
  {
    id: '0117_training_mails',
    async up(db, types) {
      const { text, integer } = types;
      await types
        .table(db, 'training_mails')
        .addColumn('hash', text, (column) => column.primaryKey())
        .addColumn('uid', text, (column) => column.notNull())
        .addColumn('address', text, (column) => column.notNull())
        .addColumn('kind', text, (column) => column.notNull())
        .addColumn('ref', text, (column) => column.notNull())
        .addColumn('sent', integer, (column) => column.notNull())
        .addColumn('verdict', text)
        .addColumn('status', text)
        .addColumn('reported', integer)
        .execute();
      await db.schema.createIndex('training_mails_sent').on('training_mails').column('sent').execute();
      for (const table of ['training_bounced_mailboxes', 'training_bulletin_deliveries'])
        await db.schema.alterTable(table).addColumn('status', text).execute();
    },
  },
];
