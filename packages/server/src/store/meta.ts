import type { Kysely } from 'kysely';
import { StoreError } from './errors.ts';
import { type MetaTables, storeFormatVersion } from './meta-tables.ts';
import { scrubDueKey } from './protection/seal-clear.ts';
import type { Store } from './store.ts';

export interface StoreMeta {
  readonly formatVersion: number;
  /** A random name given to this store at its creation; a restored backup keeps it. */
  readonly instanceId: string;
}

/**
 * Reads what the store knows about itself.
 * @throws StoreError `store_newer_than_program` for a format of a later version, `store_damaged` when a value is missing
 */
export async function readMeta<S extends MetaTables>(db: Kysely<S>): Promise<StoreMeta> {
  const rows = await (db as unknown as Kysely<MetaTables>).selectFrom('meta').selectAll().execute();
  const values = new Map(rows.map((row) => [row.key, row.value]));
  const formatVersion = Number(values.get('format_version'));
  const instanceId = values.get('instance_id');
  if (!Number.isSafeInteger(formatVersion) || instanceId === undefined) {
    throw new StoreError('store_damaged', 'the store does not say what it is');
  }
  if (formatVersion > storeFormatVersion) {
    throw new StoreError(
      'store_newer_than_program',
      `the store has format ${formatVersion}, this program knows ${storeFormatVersion}`,
    );
  }
  return { formatVersion, instanceId };
}

/**
 * Holds the store to one master key: the first check value is kept, and another one is told from it. What one node seals
 * under another key, no other node could open.
 */
export async function holdsKey<S extends MetaTables>(db: Kysely<S>, check: string): Promise<boolean> {
  const meta = db as unknown as Kysely<MetaTables>;
  const row = { key: 'master_key_check', value: check };
  await meta
    .insertInto('meta')
    .values(row)
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  const kept = await meta.selectFrom('meta').select('value').where('key', '=', row.key).executeTakeFirst();
  return kept?.value === check;
}

/** Tables whose clear rows were sealed by the first version that sealed any. */
const firstSealed = ['people', 'sessions', 'identities', 'binding_tickets', 'accounts', 'scim_resources'];

/**
 * Rewrites the store at the first start of a version that overwrites what it removes (see `sqlite/scrub.ts`), and at each start that sealed rows of
 * earlier versions: on PostgreSQL only the tables that held them.
 */
export async function onceScrubbed(store: Store): Promise<void> {
  const meta = store.db;
  const rows = await meta.selectFrom('meta').selectAll().where('key', 'in', ['scrubbed', scrubDueKey]).execute();
  const due = rows.find(({ key }) => key === scrubDueKey)?.value.split(',') ?? [];
  const first = rows.every(({ key }) => key !== 'scrubbed');
  if (!first && due.length === 0) return;
  await store.scrub([...new Set([...due, ...(first ? firstSealed : [])])], true);
  await meta
    .insertInto('meta')
    .values({ key: 'scrubbed', value: '1' })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  await meta.deleteFrom('meta').where('key', '=', scrubDueKey).execute();
}
