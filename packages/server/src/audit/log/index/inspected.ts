import type { DatabaseSync } from 'node:sqlite';
import type { IndexedEvent } from './indexed-event.ts';

/*
 * Requests in which inspection found something, kept apart from the rows of all requests: counts of attacks and the replay of a rule read them all.
 * They are bounded in number, and like the rest of the index they are made from the log again when it is lost.
 */

/** The newest that are kept. */
export const KEPT_INSPECTED = 50_000;
const PRUNE_EVERY = 1_000;

/** How a request with findings ended, by number. */
export const INSPECTED_VERDICTS = { passed: 0, noted: 1, blocked: 2, excepted: 3 } as const;

/** Only an event of ours holds this outside of a string, where the quotes would be escaped. */
const MARK = ',"threats":[';

export interface InspectedRows {
  /** Adds the row of a log entry that holds findings; does nothing for every other. */
  add(index: number, entry: string, event: IndexedEvent): void;
  /** Removes the oldest beyond what is kept, from time to time. */
  prune(): void;
}

export function openInspectedRows(database: DatabaseSync): InspectedRows {
  const insert = database.prepare(
    'INSERT OR REPLACE INTO inspected (log_index, time, app, route, request_id, verdict, class, threats, dropped) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const last = database.prepare(`SELECT log_index, time FROM inspected ORDER BY log_index DESC LIMIT 1 OFFSET ${KEPT_INSPECTED}`);
  const remove = database.prepare('DELETE FROM inspected WHERE log_index <= ?');
  const setMeta = database.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
  let added = 0;
  return {
    add(index, entry, event) {
      if (!entry.includes(MARK)) return;
      const own = menshenOf(entry);
      if (own === null || !Array.isArray(own['threats'])) return;
      const threats: unknown[] = own['threats'];
      const [gravest] = threats as { class?: unknown; excepted?: unknown }[];
      added += 1;
      insert.run(
        index,
        event.time,
        event.app ?? '',
        event.route ?? '',
        event.request_id ?? '',
        verdictOf(event.code, own['stages'], threats),
        String(gravest?.class ?? ''),
        JSON.stringify(threats),
        Number.isSafeInteger(own['threats_dropped']) ? Number(own['threats_dropped']) : 0,
      );
    },
    prune() {
      if (added < PRUNE_EVERY) return;
      added = 0;
      const oldest = last.get();
      if (oldest === undefined) return;
      remove.run(Number(oldest.log_index));
      setMeta.run('inspected_until', Number(oldest.time));
    },
  };
}

function menshenOf(entry: string): Record<string, unknown> | null {
  try {
    const event = JSON.parse(entry) as { unmapped?: { menshen?: Record<string, unknown> } };
    return event.unmapped?.menshen ?? null;
  } catch {
    return null;
  }
}

function verdictOf(code: string | null, stages: unknown, threats: readonly unknown[]): number {
  if (code === 'request_blocked' || code === 'inspection_budget') return INSPECTED_VERDICTS.blocked;
  const noted = (Array.isArray(stages) ? stages : []).some(
    (stage) => typeof stage === 'string' && /^inspect\|would_refuse\|\d+\|(request_blocked|inspection_budget)/.test(stage),
  );
  if (noted) return INSPECTED_VERDICTS.noted;
  const excepted = threats.some((threat) => typeof threat === 'object' && threat !== null && 'excepted' in threat);
  return excepted ? INSPECTED_VERDICTS.excepted : INSPECTED_VERDICTS.passed;
}
