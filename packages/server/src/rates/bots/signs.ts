import type { BotSign } from '@menshen/contract';

/**
 * What each sign weighs alone, of 100. Weak one by one, because each has an innocent reading: a tester's tool, a page that polls, an office behind one
 * address.
 */
export const signWeights: Readonly<Record<BotSign, number>> = {
  not_wechat: 10,
  foreign_app: 25,
  regular_timing: 15,
  route_sweep: 35,
  failed_logins: 35,
  many_persons: 25,
  many_devices: 20,
  ignores_limits: 15,
};

export const signNames = Object.keys(signWeights) as readonly BotSign[];
/** Each sign as one bit of a set. */
export const signBits = Object.fromEntries(signNames.map((name, at) => [name, 1 << at])) as Readonly<Record<BotSign, number>>;

/** Scores of every set of signs. */
const scores = Uint8Array.from({ length: 1 << signNames.length }, (_, set) =>
  Math.min(
    100,
    signNames.reduce((sum, name) => sum + ((set & signBits[name]) === 0 ? 0 : signWeights[name]), 0),
  ),
);

/** 0 to 100. */
export const scoreOf = (set: number): number => scores[set] ?? 0;
export const signsOf = (set: number): readonly BotSign[] => signNames.filter((name) => (set & signBits[name]) !== 0);
