import type { Candidate } from './tally.ts';

/** The number of an action or type that no policy names. */
export const UNKNOWN = -1;

/** Where in a shelf the policies for a request are: numbers of its action, of its resource's type, and of the two together. */
export interface Place {
  readonly action: number;
  readonly type: number;
  readonly pair: number;
  /** One number for the place, among all of one numbering. */
  readonly key: number;
}

/** Small numbers for the actions and types that policies name, so that both together are one small number too. */
export class Numbering {
  readonly #actions: ReadonlyMap<string, number>;
  readonly #types: ReadonlyMap<string, number>;

  constructor(actions: Iterable<string>, types: Iterable<string>) {
    this.#actions = new Map([...new Set(actions)].map((key, index) => [key, index]));
    this.#types = new Map([...new Set(types)].map((type, index) => [type, index]));
  }

  /** The number of an action, or `UNKNOWN`. */
  actionOf(actionKey: string): number {
    return this.#actions.get(actionKey) ?? UNKNOWN;
  }

  /** The `key` of a place, without the rest of it. */
  keyOf(action: number, resourceType: string): number {
    const type = this.#types.get(resourceType) ?? UNKNOWN;
    return (action + 1) * (this.#types.size + 1) + type + 1;
  }

  placeOf(actionKey: string | undefined, resourceType: string | undefined): Place {
    const action = this.#actions.get(actionKey ?? '') ?? UNKNOWN;
    const type = this.#types.get(resourceType ?? '') ?? UNKNOWN;
    const pair = action === UNKNOWN || type === UNKNOWN ? UNKNOWN : action * this.#types.size + type;
    return { action, type, pair, key: (action + 1) * (this.#types.size + 1) + type + 1 };
  }
}

function push(lists: Map<number, Candidate[]>, key: number, candidate: Candidate): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [candidate]);
  else list.push(candidate);
}

/** Policies by what their scope demands of action and type of resource. */
export class Shelf {
  /** Which of the index's shelves this is. */
  readonly number: number;
  readonly #any: Candidate[] = [];
  readonly #byType = new Map<number, Candidate[]>();
  readonly #byAction = new Map<number, Candidate[]>();
  readonly #byPair = new Map<number, Candidate[]>();

  constructor(number: number) {
    this.number = number;
  }

  /** Adds a policy; `UNKNOWN` in its place means that it takes any. */
  add({ action, type, pair }: Place, candidate: Candidate): void {
    if (pair !== UNKNOWN) push(this.#byPair, pair, candidate);
    else if (action !== UNKNOWN) push(this.#byAction, action, candidate);
    else if (type !== UNKNOWN) push(this.#byType, type, candidate);
    else this.#any.push(candidate);
  }

  /** The policies for a place. */
  candidatesAt({ action, type, pair }: Place): Candidate[] {
    const lists = [this.#byPair.get(pair), this.#byAction.get(action), this.#byType.get(type), this.#any];
    return lists.flatMap((list) => list ?? []);
  }
}
