const buckets = 40;
const mostCounted = 20_000;

/** Counts of amounts in steps of a half power of two: 40 numbers, whatever was counted, with quantiles at most 41 % too high. */
export class Histogram {
  readonly #counts: number[];

  constructor(counts: readonly number[] = []) {
    this.#counts = Array.from({ length: buckets }, (_none, at) => counts[at] ?? 0);
  }

  /** `amount` is at least 1. */
  add(amount: number): void {
    const at = amount <= 1 ? 0 : Math.min(buckets - 1, Math.ceil(2 * Math.log2(amount) - 1e-9));
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  merge(other: Histogram): void {
    other.#counts.forEach((count, at) => {
      this.#counts[at] = (this.#counts[at] ?? 0) + count;
    });
  }

  total(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** The upper bound of the step in which the quantile lies; 0 when nothing was counted. */
  quantile(share: number): number {
    const wanted = share * this.total();
    let sum = 0;
    for (const [at, count] of this.#counts.entries()) {
      sum += count;
      if (count > 0 && sum >= wanted) return Math.floor(2 ** (at / 2) + 1e-9);
    }
    return 0;
  }

  /** Halves what is old once much was counted, so that a route that changes is learned anew. */
  age(): void {
    if (this.total() <= mostCounted) return;
    for (const [at, count] of this.#counts.entries()) this.#counts[at] = count / 2;
  }

  toJSON(): readonly number[] {
    return this.#counts;
  }
}
