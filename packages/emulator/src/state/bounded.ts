/** Keeps the last `capacity` items. */
export interface Ring<T> {
  push(item: T): void;
  /** Oldest first. */
  list(): readonly T[];
  clear(): void;
}

export function createRing<T>(capacity: number): Ring<T> {
  const items: T[] = [];
  return {
    push(item) {
      items.push(item);
      if (items.length > capacity) items.shift();
    },
    list: () => items,
    clear() {
      items.length = 0;
    },
  };
}

/** A Map that forgets the entry written longest ago once it holds more than `capacity`. */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #capacity: number;

  constructor(capacity: number) {
    super();
    this.#capacity = capacity;
  }

  override set(key: K, value: V): this {
    this.delete(key);
    super.set(key, value);
    if (this.size > this.#capacity) {
      const oldest = this.keys().next();
      if (!oldest.done) this.delete(oldest.value);
    }
    return this;
  }
}
