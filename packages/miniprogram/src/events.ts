import type { MenshenEvents } from './types.ts';

export interface Emitter {
  on<E extends keyof MenshenEvents>(event: E, listener: (value: MenshenEvents[E]) => void): () => void;
  emit<E extends keyof MenshenEvents>(event: E, value: MenshenEvents[E]): void;
}

/** Listeners run after the step that they hear of: an exception there reaches the app's `onUnhandledRejection` and stops no request. */
export function createEmitter(): Emitter {
  const listeners: { [E in keyof MenshenEvents]: Set<(value: MenshenEvents[E]) => void> } = {
    login: new Set(),
    logout: new Set(),
    sessionEnded: new Set(),
  };
  return {
    on(event, listener) {
      listeners[event].add(listener);
      return () => void listeners[event].delete(listener);
    },
    emit(event, value) {
      for (const listener of Array.from(listeners[event])) void Promise.resolve(value).then(listener);
    },
  };
}
