import { atMost } from '../gently.ts';

/**
 * Works every `everyMs`, one round at a time: a slow round must not pile up others. A round that fails is told to `failed`, and the next one comes all the
 * same. Returns what stops it, once the round under way is over, or after
 * `partingMs` where it waits for others that may not answer and what it has not finished is done after the next start. It keeps no process alive.
 */
export function startRounds(
  everyMs: number,
  work: () => Promise<unknown>,
  failed: (error: unknown) => void,
  partingMs: number | null = null,
): () => Promise<void> {
  let working: Promise<unknown> | null = null;
  const timer = setInterval(() => {
    working ??= work()
      .catch(failed)
      .finally(() => {
        working = null;
      });
  }, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await (partingMs === null ? working : atMost(partingMs, working));
  };
}
