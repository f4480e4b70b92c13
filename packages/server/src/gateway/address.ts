import { isIP } from 'node:net';
import { readRange } from '../rates/address-words.ts';
import { RangeTrie } from '../rates/lists/range-trie.ts';

/** Longest X-Forwarded-For that is read; a longer one is not trusted at all. */
const maxForwarded = 1_000;

/** Makes a matcher for addresses and CIDR ranges. Throws a RangeError naming the entry's position when one is not valid. */
export function compileRanges(ranges: readonly string[]): (address: string) => boolean {
  if (ranges.length === 0) return () => false;
  const trie = new RangeTrie<true>();
  ranges.forEach((text, position) => {
    const range = readRange(text);
    if (range === null) throw new RangeError(`entry ${position} is not an address or a CIDR range`);
    trie.add(range, true);
  });
  return (address) => trie.has(address);
}

/** `::ffff:10.0.0.1` is `10.0.0.1`, so that one client has one name. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return '0.0.0.0';
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/**
 * The client's address: the socket's, or, behind trusted proxies, the rightmost address of X-Forwarded-For that is not a trusted proxy.
 * Everything left of it is the client's own word and is ignored.
 */
export function clientAddress(socket: string, forwarded: string | undefined, trusted: (address: string) => boolean): string {
  if (forwarded === undefined || !trusted(socket) || forwarded.length > maxForwarded) return socket;
  const hops = forwarded.split(',');
  for (let at = hops.length - 1; at >= 0; at -= 1) {
    const hop = plainAddress(hops[at]?.trim());
    if (isIP(hop) === 0) return socket;
    if (!trusted(hop)) return hop;
  }
  return socket;
}
