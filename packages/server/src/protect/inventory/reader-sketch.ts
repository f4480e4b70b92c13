/** Registers of a sketch; the standard error is 1.04 / √256, about 6.5 %. */
const registers = 256;
const mostTop = 10;

/** How many distinct readers there were, without knowing who: HyperLogLog (Flajolet et al. 2007) with its correction for few. */
export class ReaderSketch {
  readonly #ranks: Uint8Array;

  constructor(text: string | null = null) {
    const bytes = text === null ? null : Buffer.from(text, 'base64');
    this.#ranks = bytes !== null && bytes.length === registers ? Uint8Array.from(bytes) : new Uint8Array(registers);
  }

  /** `digest` is a keyed digest of the reader, at least eight bytes. */
  add(digest: Buffer): void {
    const register = digest[0] ?? 0;
    const rank = Math.clz32(digest.readUInt32BE(1)) + 1;
    if (rank > (this.#ranks[register] ?? 0)) this.#ranks[register] = rank;
  }

  merge(other: ReaderSketch): void {
    other.#ranks.forEach((rank, at) => {
      if (rank > (this.#ranks[at] ?? 0)) this.#ranks[at] = rank;
    });
  }

  estimate(): number {
    let sum = 0;
    let empty = 0;
    for (const rank of this.#ranks) {
      sum += 2 ** -rank;
      if (rank === 0) empty += 1;
    }
    const raw = ((0.7213 / (1 + 1.079 / registers)) * registers * registers) / sum;
    return Math.round(raw <= 2.5 * registers && empty > 0 ? registers * Math.log(registers / empty) : raw);
  }

  toString(): string {
    return Buffer.from(this.#ranks).toString('base64');
  }
}

/** The readers with most answers, under their tags; bounded, so that counts of those at the edge are too high rather than missing (Space-Saving). */
export function addToTop(top: Map<string, number>, tag: string, count: number, most = mostTop * 4): void {
  const known = top.get(tag);
  if (known !== undefined || top.size < most) {
    top.set(tag, (known ?? 0) + count);
    return;
  }
  const [least] = [...top].sort((a, b) => a[1] - b[1]);
  if (least === undefined) return;
  top.delete(least[0]);
  top.set(tag, least[1] + count);
}

/** The first of them, the most first. */
export function topOf(top: ReadonlyMap<string, number>): { readonly tag: string; readonly count: number }[] {
  return [...top]
    .sort((a, b) => b[1] - a[1])
    .slice(0, mostTop)
    .map(([tag, count]) => ({ tag, count }));
}
