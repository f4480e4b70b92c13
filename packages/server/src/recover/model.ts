import * as z from 'zod';

/** Raised when a backup of an older program could not be read any more. */
export const backupFormat = 'menshen-backup/1';

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A path below the data folder: neither absolute nor upwards. */
const name = z
  .string()
  .min(1)
  .max(1_000)
  .refine(
    (path) =>
      !path.startsWith('/') &&
      !path.includes('\\') &&
      !path.split('/').some((part) => part === '' || part === '.' || part === '..'),
  );

export const backupFile = z.object({ name, size: z.int().min(0), sha256 });
export type BackupFile = z.output<typeof backupFile>;

const id = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
/** Named business data in a backup, and what was counted when it was made: rows of each table, or files. */
export const backedUpData = z.object({
  id,
  kind: z.enum(['postgres', 'mysql', 'sqlite', 'folder']),
  rows: z.record(z.string(), z.int().min(0)),
});
export type BackedUpData = z.output<typeof backedUpData>;

/** Last member of a backup: what is in it, and where everything stood. */
export const backupManifest = z.object({
  format: z.literal(backupFormat),
  /** Epoch ms when it was begun: what became durable before is in it. */
  created: z.int().min(0),
  version: z.string().max(50),
  store: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('sqlite'),
      file: name,
      /** Ids of the migrations that it has seen, and rows of each table. */
      migrations: z.array(z.string().max(200)),
      rows: z.record(z.string(), z.int().min(0)),
    }),
    z.object({
      kind: z.literal('postgres'),
      file: name,
      migrations: z.array(z.string().max(200)),
      rows: z.record(z.string(), z.int().min(0)),
    }),
  ]),
  /** Head of the audit log; null where there is none yet. */
  log: z.object({ origin: z.string().max(300), size: z.int().min(0), root: sha256, vkey: z.string().max(1_000) }).nullable(),
  /** Whether the keys lie in it, without which nothing sealed can be opened. */
  keys: z.boolean(),
  files: z.array(backupFile).max(5_000_000),
  data: z.array(backedUpData).max(50).default([]),
});
export type BackupManifest = z.output<typeof backupManifest>;

/** Stands beside a backup in clear: enough to find the right one, and nothing of what is in it. */
export const backupLabel = z.object({
  format: z.literal(backupFormat),
  file: z.string().max(200),
  created: z.int().min(0),
  version: z.string().max(50),
  store: z.enum(['sqlite', 'postgres']),
  log: z.object({ origin: z.string().max(300), size: z.int().min(0) }).nullable(),
  keys: z.boolean(),
  bytes: z.int().min(0),
  /** Bytes of the files in it; backups of before do not say. */
  unpacked: z.int().min(0).optional(),
  /** Of the encrypted file. */
  sha256,
  /** Ids of the business data in it. */
  data: z.array(id).max(50).default([]),
});
export type BackupLabel = z.output<typeof backupLabel>;

export type BackupProblem =
  /** It cannot be opened with the given identity or passphrase, or was changed: age does not tell these apart. */
  | 'not_opened'
  | 'not_a_backup'
  /** It is not signed with the log's key. */
  | 'foreign'
  /** Segments between are missing. */
  | 'gap'
  | 'damaged'
  /** The place to restore into holds something. */
  | 'not_empty'
  /** What it unpacks to does not fit on the disk. */
  | 'no_space'
  | 'database_unreachable'
  | 'tool_missing'
  | 'no_data'
  /** The folder of the backups lies within what is backed up. */
  | 'nested';

export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly problem: BackupProblem;
  readonly where: string;
  constructor(problem: BackupProblem, where = '', options?: ErrorOptions) {
    super(`backup: ${problem}${where === '' ? '' : ` ${where}`}`, options);
    this.problem = problem;
    this.where = where;
  }
}
