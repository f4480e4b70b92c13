import { type Language, localError } from './error.ts';

/** A switch that is thrown once. Mini programs have no `AbortSignal`. */
export interface Abort {
  readonly aborted: boolean;
  /** Calls `listener` when thrown; the returned function stops listening. */
  onAbort(listener: () => void): () => void;
  abort(): void;
}

export function createAbort(): Abort {
  const listeners = new Set<() => void>();
  let aborted = false;
  return {
    get aborted() {
      return aborted;
    },
    onAbort(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    abort() {
      if (aborted) return;
      aborted = true;
      for (const listener of Array.from(listeners)) listener();
      listeners.clear();
    },
  };
}

/** The promise's result, or the error `aborted` as soon as the switch is thrown. The promise itself goes on: others may wait for it. */
export function orAbort<T>(promise: Promise<T>, abort: Abort, language: Language): Promise<T> {
  const error = (): Error => localError('aborted', language);
  return new Promise((resolve, reject) => {
    if (abort.aborted) reject(error());
    const stop = abort.onAbort(() => reject(error()));
    promise.then(
      (value) => {
        stop();
        resolve(value);
      },
      (reason) => {
        stop();
        reject(reason);
      },
    );
  });
}
