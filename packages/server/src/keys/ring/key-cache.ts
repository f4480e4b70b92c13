import type { DataKey } from '@menshen/seal';

/** A data key that can be used now. */
export type UsableKey = Required<DataKey>;

const maxKeys = 20_000;

/** Unwrapped keys in memory, the least recently used first to go; a key is asked for once however many wait for it. */
export interface KeyCache {
  current(owner: string, load: () => Promise<UsableKey>): Promise<UsableKey>;
  byId(name: string, load: () => Promise<UsableKey | null>): Promise<UsableKey | null>;
  forget(kid: number): void;
  clear(): void;
}

interface Slot {
  readonly loading: Promise<UsableKey | null>;
  kid: number | null;
}

export function createKeyCache(): KeyCache {
  const slots = new Map<string, Slot>();

  const get = (name: string, load: () => Promise<UsableKey | null>): Promise<UsableKey | null> => {
    const known = slots.get(name);
    if (known !== undefined) {
      slots.delete(name);
      slots.set(name, known);
      return known.loading;
    }
    const slot: Slot = { loading: load(), kid: null };
    slots.set(name, slot);
    slot.loading.then(
      (key) => {
        slot.kid = key?.kid ?? null;
        // What is not there may be made by another node at any time.
        if (key === null && slots.get(name) === slot) slots.delete(name);
      },
      () => {
        if (slots.get(name) === slot) slots.delete(name);
      },
    );
    if (slots.size > maxKeys) {
      const oldest = slots.keys().next();
      if (oldest.done === false) slots.delete(oldest.value);
    }
    return slot.loading;
  };

  return {
    async current(owner, load) {
      const key = await get(`current ${owner}`, load);
      if (key === null) throw new Error('a current key is made when there is none');
      return key;
    },
    byId: (name, load) => get(`id ${name}`, load),
    forget(kid) {
      for (const [name, slot] of slots) if (slot.kid === kid) slots.delete(name);
    },
    clear() {
      slots.clear();
    },
  };
}
