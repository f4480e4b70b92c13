import { isIPv4 } from 'node:net';

/**
 * The URL, if it leads to this machine. Throws TypeError otherwise: the actor attacks what it is pointed at, so it must never be pointed at
 * anything else.
 */
export function requireLoopback(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:') throw new TypeError('the actor needs http:// URLs');
  // URL has brought numeric forms of IPv4 (0x7f.1, 2130706433) to dotted decimals.
  const { hostname } = parsed;
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
  if (!isLocal) throw new TypeError('the actor talks to loopback addresses only');
  return parsed;
}
