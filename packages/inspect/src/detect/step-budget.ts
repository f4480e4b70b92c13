/** Counts what reading one request costs, and ends it. */
export interface StepBudget {
  /**
   * Begins a request. `limit` is all that it may cost; without one it is what its `characters` are worth, which are only counted once they are asked
   * for. `isCertain` says whether it is refused whatever else it holds.
   */
  begin(limit: number | undefined, characters: () => number, isCertain: () => boolean): void;
  /** Takes steps; false when nothing more is to be read. */
  spend(steps: number): boolean;
  /** Whether nothing more is to be read: the budget is spent, or what was found is enough. */
  isOver(): boolean;
  /** Whether the budget ended before the request did. */
  isSpent(): boolean;
  /** Ends it as if all were spent. */
  exhaust(): void;
  used(): number;
}

/** What a request may cost in any case, and for each of its characters. */
const least = 2_000_000;
const perCharacter = 130;
/** What is spent on a request before it is asked whether it is refused anyway, and how often it is asked again. */
const patience = 3_000_000;
const interval = 100_000;

/**
 * Makes a budget. A step is about a nanosecond on an idle core, half of one in small values and two in long texts: detectors count their characters,
 * tokens and calls by what these cost, so that 100,000 characters end after 10 to 20 ms whatever they are. Steps, never a clock: the same request ends
 * at the same place.
 */
export function createStepBudget(): StepBudget {
  let given = 0;
  let left = 0;
  /** Nothing is asked before `left` falls below it. */
  let mark = 0;
  let ended: 'no' | 'enough' | 'spent' = 'no';
  let size: (() => number) | undefined;
  let certain: () => boolean = () => false;

  const passMark = (): boolean => {
    if (ended !== 'no') return false;
    if (left < 0 && size !== undefined) {
      const more = Math.max(0, size() * perCharacter);
      size = undefined;
      given += more;
      left += more;
    }
    if (left < 0) ended = 'spent';
    else if (given - left >= patience && certain()) ended = 'enough';
    else {
      mark = Math.max(0, Math.min(given - patience, left - interval));
      return true;
    }
    mark = Number.POSITIVE_INFINITY;
    return false;
  };

  return {
    begin(limit, characters, isCertain) {
      given = limit ?? least;
      left = given;
      mark = Math.max(0, given - patience);
      ended = 'no';
      size = limit === undefined ? characters : undefined;
      certain = isCertain;
    },
    spend(steps) {
      left -= steps;
      return left >= mark || passMark();
    },
    isOver: () => ended !== 'no',
    isSpent: () => ended === 'spent',
    exhaust() {
      ended = 'spent';
      mark = Number.POSITIVE_INFINITY;
    },
    used: () => given - left,
  };
}
