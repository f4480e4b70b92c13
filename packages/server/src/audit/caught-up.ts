import type { AuditQueries } from './queries.ts';
import type { Audit } from './service.ts';

const lookMs = 10;

/**
 * Waits until queries see everything that has been recorded: a thread of its own fills their index, which may be behind what is durable and signed.
 * Throws when it still is after `patienceMs`.
 */
export async function caughtUp(
  audit: Pick<Audit, 'flush'>,
  queries: Pick<AuditQueries, 'status'>,
  patienceMs: number,
): Promise<void> {
  await audit.flush();
  const until = performance.now() + patienceMs;
  while ((await queries.status()).indexLag > 0) {
    if (performance.now() > until) throw new Error('the index of the audit log does not catch up');
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}
