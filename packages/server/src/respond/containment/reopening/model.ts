import { createHmac } from 'node:crypto';
import type { Bilingual, ReopeningPlan, ReopeningSign, ReopeningState, ReopeningWatch } from '@menshen/contract';
import { isMapped, maskWords, readRange } from '../../../rates/address-words.ts';

/** A step of how a reopening went. */
export interface Move {
  readonly at: number;
  /** An administrator, or `watch`. */
  readonly by: string;
  readonly state: ReopeningState;
  readonly share: number;
  /** What the watch saw; null where a person decided. */
  readonly sign: ReopeningSign | null;
  readonly why: Bilingual;
}

/** A measure that is taken back in steps. Times in epoch ms. */
export interface Reopening {
  readonly measure: string;
  readonly plan: ReopeningPlan;
  readonly state: ReopeningState;
  /** Position of the step that it stands at. */
  readonly step: number;
  /** When the step began. */
  readonly since: number;
  /** Decides with whom it is about which share they are in; base64url, never shown. */
  readonly salt: string;
  /** Rules whose next alert closes it. */
  readonly rules: readonly string[];
  readonly moves: readonly Move[];
  readonly version: number;
}

/** What was let through, and how it ended. */
export interface Seen {
  readonly requests: number;
  /** Answers of 500 and above, and failures of the backend. */
  readonly errors: number;
  /** Refused by inspection, policies, guards or limits; in monitor mode, what would have been. */
  readonly refused: number;
}

/** Share of persons that is let through now, in percent. */
export function shareOf({ state, plan, step }: Pick<Reopening, 'state' | 'plan' | 'step'>): number {
  if (state === 'complete') return 100;
  return state === 'closed' ? 0 : (plan.steps[step]?.share ?? 0);
}

/** Of the mapped form for IPv4: a /24, and a /48. */
const networkBits = { v4: 120, v6: 48 } as const;

/**
 * Whom a share is drawn over: the person of a session; where nobody has signed in, the network that the gateway sees the request come from. Nothing that a
 * client writes has a part in it.
 */
export function subjectOf(person: string | null, address: string): string {
  if (person !== null) return `person ${person}`;
  const words = readRange(address)?.words;
  if (words === undefined) return `network ${address}`;
  maskWords(words, isMapped(words) ? networkBits.v4 : networkBits.v6);
  return `network ${[...words].join('.')}`;
}

/** Whether a subject is within a share, in percent. A greater share of the same salt holds everybody of a smaller one. */
export function isWithin(salt: Uint8Array, share: number, subject: string): boolean {
  if (share >= 100) return true;
  if (share <= 0) return false;
  const drawn = createHmac('sha256', salt).update(subject).digest().readUInt32BE(0);
  return drawn < (share / 100) * 2 ** 32;
}

export type Verdict =
  | { readonly do: 'close' | 'pause'; readonly sign: Exclude<ReopeningSign, 'healthy'>; readonly why: Bilingual }
  | { readonly do: 'go_on' }
  | { readonly do: 'wait' };

/** Half of a limit is a sign to look first. */
const pauseFrom = 0.5;

/** What the watch concludes. `alert`: name of a rule that has fired since the step began. */
export function judge(watch: ReopeningWatch, seen: Seen, alert: string | null): Verdict {
  if (alert !== null)
    return {
      ...{ do: 'close', sign: 'alert' },
      why: { zh: `放行后规则 ${alert} 再次告警`, en: `Rule ${alert} has raised an alert since the step began` },
    };
  if (seen.requests < watch.minRequests) return { do: 'wait' };
  const percent = (count: number): number => Math.round((count / seen.requests) * 1_000) / 10;
  const found = [
    {
      sign: 'refusals' as const,
      ...{ count: seen.refused, limit: watch.refusedPercent },
      words: { zh: '被检查、策略或护栏拒绝', en: 'were refused by inspection, policies or guards' },
    },
    {
      sign: 'errors' as const,
      ...{ count: seen.errors, limit: watch.errorPercent },
      words: { zh: '出错', en: 'ended in an error' },
    },
  ].filter(({ count, limit }) => (count / seen.requests) * 100 >= limit * pauseFrom);
  const over = found.find(({ count, limit }) => (count / seen.requests) * 100 >= limit);
  const worst = over ?? found[0];
  if (worst === undefined) return { do: 'go_on' };
  const { sign, count, limit, words } = worst;
  const share = percent(count);
  return {
    ...{ do: over === undefined ? 'pause' : 'close', sign },
    why: {
      zh: `最近 ${watch.windowSeconds} 秒放行的 ${seen.requests} 次请求中 ${count} 次${words.zh}（${share}%，上限 ${limit}%）`,
      en: `${count} of the ${seen.requests} requests let through in the last ${watch.windowSeconds} s ${words.en} (${share} %, limit ${limit} %)`,
    },
  };
}
