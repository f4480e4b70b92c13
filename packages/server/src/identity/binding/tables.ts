import type { Migration } from '../../store/migration.ts';

interface ReplayMarkRow {
  name: string;
  mark: number;
}

interface TransferTicketRow {
  ticket_hash: string;
  sid: string;
  /** JSON of what the ticket is bound to, besides the session. */
  bound_to: string;
  sha256: string | null;
  expires: number;
}

export interface BindingTables {
  replay_marks: ReplayMarkRow;
  transfer_tickets: TransferTicketRow;
}

export const bindingMigrations: readonly Migration[] = [
  {
    id: '0024_request_binding',
    async up(db, types) {
      await types
        .table(db, 'replay_marks')
        .addColumn('name', types.text, (column) => column.primaryKey())
        .addColumn('mark', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'transfer_tickets')
        .addColumn('ticket_hash', types.text, (column) => column.primaryKey())
        .addColumn('sid', types.text, (column) => column.notNull())
        .addColumn('bound_to', types.text, (column) => column.notNull())
        .addColumn('sha256', types.text)
        .addColumn('expires', types.integer, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('transfer_tickets_expires').on('transfer_tickets').column('expires').execute();
      await db.schema.alterTable('sessions').addColumn('binding_suite', types.text).execute();
      await db.schema.alterTable('sessions').addColumn('key_version', types.integer).execute();
      await db.schema.alterTable('sessions').addColumn('binding_keys', types.bytes).execute();
    },
  },
];
