import type { ListEntry, ListKind, ListName } from '@menshen/contract';
import { type AddressRange, isMapped, readRange } from '../address-words.ts';

/** Why an entry cannot be. */
export type ListProblem = 'range' | 'too_wide' | 'deny_only' | 'needs_end' | 'too_short' | 'app_unknown' | 'listed';

export interface ListDraft {
  readonly list: ListName;
  readonly kind: ListKind;
  readonly value: string;
  readonly app: string | null;
  readonly expires: number | null;
}

/** Bits that a range must fix at least: a slip must not shut out, or let in, a good part of the world. */
const leastBits = { v4: 8, v6: 20 } as const;
const shortestAgent = 4;

/** The one spelling of a value: ranges by their first address, user agents in lower case. Null when it has none. */
export function canonicalValue(kind: ListKind, value: string): string | null {
  if (kind === 'agent') return value.toLowerCase();
  if (kind !== 'address') return value;
  const range = readRange(value);
  return range === null ? null : rangeText(range);
}

/** What is wrong with an entry; null when nothing is. */
export function problemOf({ list, kind, value, expires }: ListDraft): ListProblem | null {
  // Anybody can write these into a request, so nothing may be had by them.
  if (list === 'allow' && (kind === 'device' || kind === 'agent')) return 'deny_only';
  if (list === 'allow' && expires === null) return 'needs_end';
  if (kind === 'agent' && value.length < shortestAgent) return 'too_short';
  if (kind !== 'address') return null;
  const range = readRange(value);
  if (range === null) return 'range';
  const { words, bits } = range;
  if (isMapped(words) && bits >= 96) return bits - 96 < leastBits.v4 ? 'too_wide' : null;
  // A range around `::` holds all of IPv4 in its mapped form.
  return bits < leastBits.v6 || (bits < 96 && words[0] === 0 && words[1] === 0) ? 'too_wide' : null;
}

/** Whether an entry is in force at a time, for an app; `null` asks before the app is known. */
export function isInForce(entry: Pick<ListEntry, 'app' | 'expires'>, app: string | null, now: number): boolean {
  return (entry.app === null || entry.app === app) && (entry.expires === null || entry.expires > now);
}

function rangeText({ words, bits }: AddressRange): string {
  const [, , , word = 0] = words;
  if (isMapped(words) && bits >= 96) {
    const quad = [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.');
    return bits === 128 ? quad : `${quad}/${bits - 96}`;
  }
  const groups = [...words].flatMap((one) => [(one >>> 16).toString(16), (one & 0xffff).toString(16)]);
  const text = compressed(groups);
  return bits === 128 ? text : `${text}/${bits}`;
}

/** RFC 5952: the longest run of at least two zeros, the first of equals, becomes `::`. */
function compressed(groups: readonly string[]): string {
  let best = { from: 0, length: 1 };
  for (let from = 0; from < 8; from += 1) {
    let length = 0;
    while (groups[from + length] === '0') length += 1;
    if (length > best.length) best = { from, length };
  }
  if (best.length < 2) return groups.join(':');
  return `${groups.slice(0, best.from).join(':')}::${groups.slice(best.from + best.length).join(':')}`;
}
