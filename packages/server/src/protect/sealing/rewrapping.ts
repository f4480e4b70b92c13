import type { KeyRing } from '../../keys/ring/service.ts';

/** The one rewrapping of this node. It goes on where an earlier one was cut off, because what is done is in the store. */
export interface Rewrapping {
  /** Begins, unless one is under way. */
  start(by: string): void;
  state(): { readonly running: boolean; readonly moved: number };
}

export function createRewrapping(ring: KeyRing, onFailure: () => void): Rewrapping {
  let running = false;
  let moved = 0;
  return {
    start(by) {
      if (running) return;
      running = true;
      moved = 0;
      ring
        .rewrap(by, (count) => {
          moved = count;
        })
        .then(
          (count) => {
            moved = count;
          },
          () => onFailure(),
        )
        .finally(() => {
          running = false;
        });
    },
    state: () => ({ running, moved }),
  };
}
