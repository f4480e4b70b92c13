import type { WindowEntry } from './entry.ts';

/** A figure of a window that is kept up while entries come and go. */
interface Figure {
  add(entry: WindowEntry): void;
  remove(entry: WindowEntry): void;
}

/** Entries by value. */
export class ValueCounts implements Figure {
  readonly #counts = new Map<WindowEntry['value'], number>();

  add({ value }: WindowEntry): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }

  remove({ value }: WindowEntry): void {
    const left = (this.#counts.get(value) ?? 0) - 1;
    if (left > 0) this.#counts.set(value, left);
    else this.#counts.delete(value);
  }

  get distinct(): number {
    return this.#counts.size;
  }

  of(value: WindowEntry['value']): number {
    return this.#counts.get(value) ?? 0;
  }
}

/** Of such whole numbers a million add up without rounding, so that it does not matter in which order they came and went. */
const exactValue = 2 ** 32;

export class ExactSum implements Figure {
  #sum = 0;
  #inexact = 0;

  add({ value }: WindowEntry): void {
    if (isExact(value)) this.#sum += value;
    else this.#inexact += 1;
  }

  remove({ value }: WindowEntry): void {
    if (isExact(value)) this.#sum -= value;
    else this.#inexact -= 1;
  }

  /** Null where adding up anew may come to another figure in the last digit. */
  get value(): number | null {
    return this.#inexact === 0 ? this.#sum : null;
  }
}

const isExact = (value: WindowEntry['value']): value is number =>
  Number.isInteger(value) && Math.abs(Number(value)) <= exactValue;

/** The numbers among the values, ascending. */
export class SortedNumbers implements Figure {
  readonly numbers: number[] = [];

  add({ value }: WindowEntry): void {
    if (typeof value === 'number') this.numbers.splice(this.upTo(value), 0, value);
  }

  remove({ value }: WindowEntry): void {
    if (typeof value === 'number') this.numbers.splice(this.upTo(value) - 1, 1);
  }

  /** How many are not greater. */
  upTo(value: number): number {
    let low = 0;
    let high = this.numbers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.numbers[middle] as number) <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Entries by the rule that they stand for. */
export class RuleCounts implements Figure {
  readonly #counts = new Map<number, number>();

  add({ rule }: WindowEntry): void {
    this.#counts.set(rule, (this.#counts.get(rule) ?? 0) + 1);
  }

  remove({ rule }: WindowEntry): void {
    const left = (this.#counts.get(rule) ?? 0) - 1;
    if (left > 0) this.#counts.set(rule, left);
    else this.#counts.delete(rule);
  }

  get rules(): ReadonlyMap<number, number> {
    return this.#counts;
  }
}

/**
 * One figure over a part of a growing list. The part moves with each arrival by an entry or two at its ends, and only these are looked at: a window of
 * thousands, which is what a flood makes, costs an arrival no more than one of ten.
 */
class Moving<Kept extends Figure> {
  readonly figure: Kept;
  #from = 0;
  #to = 0;

  constructor(figure: Kept) {
    this.figure = figure;
  }

  over(entries: readonly WindowEntry[], from: number, to: number): Kept {
    while (this.#from > from) this.figure.add(entries[--this.#from] as WindowEntry);
    while (this.#to < to) this.figure.add(entries[this.#to++] as WindowEntry);
    while (this.#to > to) this.figure.remove(entries[--this.#to] as WindowEntry);
    while (this.#from < from) this.figure.remove(entries[this.#from++] as WindowEntry);
    return this.figure;
  }

  /** Entries were put in at a place. */
  inserted(entries: readonly WindowEntry[], at: number, count: number): void {
    if (at >= this.#to) return;
    this.#to += count;
    if (at < this.#from) this.#from += count;
    else for (let nth = at; nth < at + count; nth += 1) this.figure.add(entries[nth] as WindowEntry);
  }
}

/** Windows smaller than this are looked through, which is quicker than keeping a figure up. */
export const smallWindow = 32;

const makers = {
  values: () => new ValueCounts(),
  sum: () => new ExactSum(),
  numbers: () => new SortedNumbers(),
  rules: () => new RuleCounts(),
} as const;

type Kind = keyof typeof makers;

/** Figures of one window, each made when it is first asked for. */
export class RunningFigures {
  #moving: Partial<Record<Kind, Moving<Figure>>> = {};

  of<Name extends Kind>(
    name: Name,
    entries: readonly WindowEntry[],
    from: number,
    to: number,
  ): ReturnType<(typeof makers)[Name]> {
    let moving = this.#moving[name];
    if (moving === undefined) {
      moving = new Moving<Figure>(makers[name]());
      this.#moving[name] = moving;
    }
    return moving.over(entries, from, to) as ReturnType<(typeof makers)[Name]>;
  }

  inserted(entries: readonly WindowEntry[], at: number, count: number): void {
    for (const moving of Object.values(this.#moving)) moving.inserted(entries, at, count);
  }

  /** The list was made anew; figures are, too, when they are asked for. */
  reset(): void {
    this.#moving = {};
  }
}
