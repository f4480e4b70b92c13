import type { Migration } from '../../store/migration.ts';

interface ProofKeyRow {
  id: string;
  purpose: string;
  /** SPKI in PEM: kept for as long as anybody may hold a proof. */
  public_key: string;
  /** Sealed; null for the first key of a purpose, which is derived from the master key. */
  seed: Uint8Array | null;
  created: number;
  created_by: string;
  /** Since when it signs nothing more. */
  retired: number | null;
}

export interface ProofKeyTables {
  proof_keys: ProofKeyRow;
}

export const proofKeyMigrations: readonly Migration[] = [
  {
    id: '0099_proof_keys',
    async up(db, types) {
      await types
        .table(db, 'proof_keys')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('purpose', types.text, (column) => column.notNull())
        .addColumn('public_key', types.text, (column) => column.notNull())
        .addColumn('seed', types.bytes)
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('created_by', types.text, (column) => column.notNull())
        .addColumn('retired', types.integer)
        .execute();
      await db.schema.createIndex('proof_keys_purpose').on('proof_keys').columns(['purpose', 'created']).execute();
    },
  },
];
