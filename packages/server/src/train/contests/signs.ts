import type { ContestSign } from '@menshen/contract';
import type { Player, Shown } from './model.ts';

const fastLeast = 3;
const fastShare = 0.3;
/** More players than this behind one address are an office, and say nothing. */
const addressMost = 4;
const mistakesLeast = 3;
/** A mistake that so many made is a trap in the question. */
const commonMistake = 30;
const followLeast = 5;
const followShare = 0.8;
const followMs = { least: 300, most: 8_000 };
const signsMost = 200;

/**
 * What is odd in the answers of a contest: answers faster than anybody reads, few players behind one address, the same wrong options, one player answering
 * shortly after another again and again. Each of these happens to honest people too: somebody has to look.
 */
export function signsOf(players: readonly Player[], shown: readonly Shown[]): ContestSign[] {
  const numberOf = new Map(players.map(({ uid, number }) => [uid, number]));
  const given = shown.filter(({ uid, answered }) => answered !== null && numberOf.has(uid));
  return [
    ...fast(given, numberOf),
    ...sharedAddress(given, numberOf),
    ...sameMistakes(given, numberOf),
    ...follows(given, numberOf),
  ]
    .sort((a, b) => b.count / b.of - a.count / a.of || a.number - b.number)
    .slice(0, signsMost);
}

type Numbers = ReadonlyMap<string, number>;
const taken = ({ answered, shown }: Shown): number => (answered ?? 0) - shown;

function grouped<T>(items: readonly T[], key: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    if (name === null) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

function* fast(given: readonly Shown[], numberOf: Numbers): Generator<ContestSign> {
  for (const [uid, mine] of grouped(given, ({ uid: one }) => one)) {
    const count = mine.filter((one) => one.right && taken(one) < one.readable).length;
    if (count >= fastLeast && count >= mine.length * fastShare)
      yield { kind: 'fast', number: numberOf.get(uid) ?? 0, other: null, count, of: mine.length };
  }
}

function* sharedAddress(given: readonly Shown[], numberOf: Numbers): Generator<ContestSign> {
  for (const mine of grouped(given, ({ address }) => address).values()) {
    const uids = [...new Set(mine.map(({ uid }) => uid))];
    if (uids.length < 2 || uids.length > addressMost) continue;
    const numbers = uids.map((uid) => numberOf.get(uid) ?? 0).sort((a, b) => a - b);
    const [number = 0] = numbers;
    for (const other of numbers.slice(1)) yield { kind: 'shared_address', number, other, count: uids.length, of: uids.length };
  }
}

/** Counts something of pairs of players; the key holds the two numbers in the order given. */
function tallyPairs() {
  const counts = new Map<string, number>();
  return {
    add(first: number, second: number): void {
      const key = `${first} ${second}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    *over(least: number): Generator<readonly [first: number, second: number, count: number]> {
      for (const [key, count] of counts) {
        const [first = 0, second = 0] = key.split(' ').map(Number);
        if (count >= least) yield [first, second, count];
      }
    },
  };
}

const questionsOf = (given: readonly Shown[], numberOf: Numbers, only: (one: Shown) => boolean): Map<number, Set<string>> => {
  const found = new Map<number, Set<string>>();
  for (const one of given) {
    if (!only(one)) continue;
    const number = numberOf.get(one.uid) ?? 0;
    const set = found.get(number) ?? new Set();
    found.set(number, set.add(one.question));
  }
  return found;
};
const common = (a: ReadonlySet<string> | undefined, b: ReadonlySet<string> | undefined): number =>
  a === undefined || b === undefined ? 0 : [...a].filter((one) => b.has(one)).length;

function* sameMistakes(given: readonly Shown[], numberOf: Numbers): Generator<ContestSign> {
  const wrong = given.filter(({ right, chosen }) => !right && chosen.length > 0);
  const pairs = tallyPairs();
  for (const same of grouped(wrong, ({ question, chosen }) => `${question} ${[...chosen].sort().join()}`).values()) {
    if (same.length < 2 || same.length > commonMistake) continue;
    const numbers = same.map(({ uid }) => numberOf.get(uid) ?? 0).sort((a, b) => a - b);
    for (const [at, number] of numbers.entries()) for (const other of numbers.slice(at + 1)) pairs.add(number, other);
  }
  const mistakes = questionsOf(wrong, numberOf, () => true);
  for (const [number, other, count] of pairs.over(mistakesLeast)) {
    const of = common(mistakes.get(number), mistakes.get(other));
    if (count === of) yield { kind: 'same_mistakes', number, other, count, of };
  }
}

function* follows(given: readonly Shown[], numberOf: Numbers): Generator<ContestSign> {
  const pairs = tallyPairs();
  for (const of of grouped(given, ({ question }) => question).values()) {
    const order = of.toSorted((a, b) => (a.answered ?? 0) - (b.answered ?? 0));
    for (const [at, one] of order.entries())
      for (let next = at + 1; next < order.length; next += 1) {
        const later = order[next];
        const gap = (later?.answered ?? 0) - (one.answered ?? 0);
        if (later === undefined || gap > followMs.most) break;
        const same = JSON.stringify([...one.chosen].sort()) === JSON.stringify([...later.chosen].sort());
        if (gap >= followMs.least && same) pairs.add(numberOf.get(later.uid) ?? 0, numberOf.get(one.uid) ?? 0);
      }
  }
  const all = questionsOf(given, numberOf, () => true);
  for (const [number, other, count] of pairs.over(followLeast)) {
    const of = common(all.get(number), all.get(other));
    if (count >= of * followShare) yield { kind: 'follows', number, other, count, of };
  }
}
