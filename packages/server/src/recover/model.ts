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
  /** Of the encrypted file. */
  sha256,
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
  | 'database_unreachable'
  | 'tool_missing'
  | 'no_data';

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
