import type { Abort } from '../abort.ts';
import { type Language, type LocalErrorCode, localError } from '../error.ts';
import type { Runtime } from './runtime.ts';

export interface PlatformCall {
  readonly runtime: Runtime;
  readonly locale: Language;
  readonly limitMs: number;
  /** What it counts as when the platform throws, or fails without a word. */
  readonly broken: LocalErrorCode;
  /** What it counts as when no callback comes in time. Default: broken. */
  readonly late?: LocalErrorCode;
  readonly abort?: Abort;
}

/**
 * One call of the platform as a promise. The platform's own timeout can be cut short or ignored, and callbacks get lost: a place in a queue must not be held
 * for ever. `start` may return a task, which is stopped when the call ends early.
 */
export function callPlatform<T>(
  call: PlatformCall,
  start: (done: (value: T) => void, failed: (cause?: unknown, code?: LocalErrorCode) => void) => { abort(): void } | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let task: { abort(): void } | undefined;
    const end = (): void => {
      cancelTimer();
      if (stopListening !== undefined) stopListening();
    };
    const failed = (cause?: unknown, code: LocalErrorCode = call.broken): void => {
      end();
      reject(localError(code, call.locale, cause));
    };
    const giveUp = (code: LocalErrorCode): void => {
      failed(undefined, code);
      if (task !== undefined) task.abort();
    };
    const cancelTimer = call.runtime.timer(call.limitMs, () => giveUp(call.late || call.broken));
    const stopListening = call.abort?.onAbort(() => giveUp('aborted'));
    try {
      task = start((value) => {
        end();
        resolve(value);
      }, failed);
    } catch (cause) {
      failed(cause);
    }
  });
}
