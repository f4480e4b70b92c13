/** A list that forgets its oldest item when it is full: the demonstration runs for hours and keeps all in memory. */
export class BoundedList<T> {
  readonly #items: T[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(item: T): T {
    this.#items.push(item);
    if (this.#items.length > this.#limit) this.#items.shift();
    return item;
  }

  filter(keep: (item: T) => boolean): T[] {
    return this.#items.filter(keep);
  }

  find(wanted: (item: T) => boolean): T | undefined {
    return this.#items.find(wanted);
  }

  /** The newest first, at most `count`. */
  newest(count: number): T[] {
    return this.#items.slice(-count).reverse();
  }
}
