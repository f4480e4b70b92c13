import type { Store } from '../../store/store.ts';
import type { AuditLogRow } from './tables.ts';

/** An audit log that writes beside this store. */
export interface AuditLogEntry {
  readonly origin: string;
  /** Random name of the log itself; see {@link logId}. */
  readonly logId: string;
  /** Random name of the process that writes it. */
  readonly holder: string;
  readonly vkey: string;
  /** Entries under its last checkpoint that is noted here, and the root of these, hexadecimal. */
  readonly size: number;
  readonly root: string;
  /** When its process last wrote here, epoch ms. */
  readonly seenAt: number;
}

/** The table of audit logs: one for each node that shares the store. */
export function createAuditLogStore(store: Store) {
  const { db } = store;
  const toEntry = ({ log_id, seen_at, ...row }: AuditLogRow): AuditLogEntry => ({ ...row, logId: log_id, seenAt: seen_at });
  return {
    /** Takes an origin for a log unless another log has it. Returns who had it before, null when nobody. */
    claim(entry: AuditLogEntry): Promise<AuditLogEntry | null> {
      return store.transaction(async (tx) => {
        const row = await tx.selectFrom('audit_logs').selectAll().where('origin', '=', entry.origin).executeTakeFirst();
        if (row === undefined) {
          const { logId, seenAt, ...rest } = entry;
          await tx
            .insertInto('audit_logs')
            .values({ ...rest, log_id: logId, seen_at: seenAt })
            .execute();
          return null;
        }
        if (row.log_id === entry.logId) {
          await tx
            .updateTable('audit_logs')
            .set({ holder: entry.holder, vkey: entry.vkey, seen_at: entry.seenAt })
            .where('origin', '=', entry.origin)
            .execute();
        }
        return toEntry(row);
      });
    },
    /** Notes how far a log is. False when another process has taken it over. */
    async note(entry: AuditLogEntry): Promise<boolean> {
      const { size, root, seenAt } = entry;
      const result = await db
        .updateTable('audit_logs')
        .set({ size, root, seen_at: seenAt })
        .where('origin', '=', entry.origin)
        .where('log_id', '=', entry.logId)
        .where('holder', '=', entry.holder)
        .executeTakeFirst();
      return Number(result.numUpdatedRows) === 1;
    },
    async list(): Promise<AuditLogEntry[]> {
      return (await db.selectFrom('audit_logs').selectAll().orderBy('origin').execute()).map(toEntry);
    },
  };
}

export type AuditLogStore = ReturnType<typeof createAuditLogStore>;
