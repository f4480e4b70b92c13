import { isIPv4 } from 'node:net';
import type { EmulatorRequest } from '../http/exchange.ts';

/**
 * Whether a request may use the admin API and the phone page. It must come from this machine, and neither from another site's
 * page in this machine's browser (Origin, Sec-Fetch-Site) nor through a name that an attacker pointed here (Host).
 */
export function mayAdminister(request: EmulatorRequest): boolean {
  const { host = '', origin, 'sec-fetch-site': site } = request.headers;
  if (!isLoopback(request.remoteAddress) || !isLoopbackHost(host)) return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  return site === undefined || site === 'same-origin' || site === 'none';
}

export function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase();
  return name === 'localhost' || name === '[::1]' || isLoopback(name);
}
