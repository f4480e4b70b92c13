/** A generator of numbers that look random and are the same at every start: for a demonstration company, never for a secret. */
export interface SeededRandom {
  /** A whole number from 0 to `below` − 1. Throws RangeError unless `below` is a whole number from 1 to 2³². */
  int(below: number): number;
  /** One of the items. Throws RangeError when there is none. */
  pick<T>(items: readonly T[]): T;
  /** Whether something with this probability (0..1) happens. */
  chance(probability: number): boolean;
}

/**
 * SplitMix32: a counter through a 32-bit finalizer (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014, in
 * its 32-bit form with the constants of MurmurHash3). One state word, so the whole sequence follows from the seed.
 */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return (word ^ (word >>> 16)) >>> 0;
  };
  const int = (below: number): number => {
    if (!Number.isInteger(below) || below < 1 || below > 2 ** 32)
      throw new RangeError('below must be a whole number from 1 to 2^32');
    return Math.floor((next() / 2 ** 32) * below);
  };
  return {
    int,
    pick<T>(items: readonly T[]): T {
      const item = items[items.length === 0 ? 0 : int(items.length)];
      if (item === undefined) throw new RangeError('there is nothing to pick from');
      return item;
    },
    chance: (probability) => next() / 2 ** 32 < probability,
  };
}
