import type { SealedColumn, SealedRow } from './sealer.ts';

export interface Resealing {
  readonly column: Pick<SealedColumn, 'reencrypt'>;
  /** Rows whose key comes after `after`, in the order of their keys, at most `limit`; from the first for null. */
  readonly read: (after: string | null, limit: number) => Promise<readonly SealedRow[]>;
  /**
   * Replaces a record where it is still the one that was read, so that a value written meanwhile stays:
   * `update … set phone = :to where id = :key and phone = :from`. Resolves to how many rows that were.
   */
  readonly replace: (changes: readonly { readonly key: string; readonly from: string; readonly to: string }[]) => Promise<number>;
  /** Where an earlier run ended; the beginning when absent. */
  readonly after?: string | null;
  /** Rows at a time; 500 if absent. */
  readonly pageSize?: number;
  /** Hears where it has come after every page: keep it, to go on from there another time. */
  readonly onPage?: (report: ResealingReport) => void | Promise<void>;
  /** Stops after the page under way. */
  readonly signal?: AbortSignal;
}

export interface ResealingReport {
  readonly after: string | null;
  readonly read: number;
  readonly replaced: number;
  /** Records that did not open: swapped, changed, or of a destroyed key. Their rows are named in `failedKeys`, the first hundred. */
  readonly failed: number;
  readonly failedKeys: readonly string[];
  readonly done: boolean;
}

/**
 * Seals a whole column again with the current key, page by page, while the application goes on reading and writing: a reader finds either the
 * old or the new record, and both open. May be stopped at any page and started again where it ended, or from the beginning: what is of the
 * current key already is left alone. When a run from the beginning has replaced nothing and failed nowhere, the old key can be destroyed.
 */
export async function resealColumn(resealing: Resealing): Promise<ResealingReport> {
  const { column, read, replace, pageSize = 500, onPage, signal } = resealing;
  let report: ResealingReport = {
    after: resealing.after ?? null,
    read: 0,
    replaced: 0,
    failed: 0,
    failedKeys: [],
    done: false,
  };
  while (signal?.aborted !== true) {
    const rows = await read(report.after, pageSize);
    const last = rows.at(-1);
    if (last === undefined) return { ...report, done: true };
    const results = await column.reencrypt(rows);
    const changes: { key: string; from: string; to: string }[] = [];
    const failedKeys: string[] = [];
    rows.forEach(({ key, record }, at) => {
      const result = results[at];
      if (result === undefined || 'error' in result) failedKeys.push(key);
      else if (result.changed) changes.push({ key, from: record, to: result.record });
    });
    const replaced = changes.length === 0 ? 0 : await replace(changes);
    report = {
      after: last.key,
      read: report.read + rows.length,
      replaced: report.replaced + replaced,
      failed: report.failed + failedKeys.length,
      failedKeys: [...report.failedKeys, ...failedKeys].slice(0, 100),
      done: false,
    };
    await onPage?.(report);
  }
  return report;
}
