const MAX_TEXT = 43;
const V4_BITS = 32;
const V6_BITS = 128;

/** Cedar's `ipaddr`: an IPv4 or IPv6 address with a prefix length, so a range; a plain address is a range of one. */
export class IpAddress {
  readonly version: 4 | 6;
  /** The address as written, host bits included: two values are equal only when these and the prefixes are. */
  readonly address: number | bigint;
  readonly prefix: number;
  /** Lowest and highest address of the range; same form as `address`. */
  readonly first: number | bigint;
  readonly last: number | bigint;

  constructor(version: 4 | 6, address: number | bigint, prefix: number) {
    this.version = version;
    this.address = address;
    this.prefix = prefix;
    const hostBits = BigInt((version === 4 ? V4_BITS : V6_BITS) - prefix);
    const first = (BigInt(address) >> hostBits) << hostBits;
    const last = first | ((1n << hostBits) - 1n);
    this.first = version === 4 ? Number(first) : first;
    this.last = version === 4 ? Number(last) : last;
  }

  /** Whether every address of this range is in `range`. Ranges of different versions never contain each other. */
  isInRange(range: IpAddress): boolean {
    return this.version === range.version && range.first <= this.first && this.last <= range.last;
  }

  /** Whether the range lies in 127.0.0.0/8 or is ::1. */
  isLoopback(): boolean {
    return this.isInRange(this.version === 4 ? LOOPBACK_V4 : LOOPBACK_V6);
  }

  /** Whether the range lies in 224.0.0.0/4 or ff00::/8. */
  isMulticast(): boolean {
    return this.isInRange(this.version === 4 ? MULTICAST_V4 : MULTICAST_V6);
  }
}

const LOOPBACK_V4 = new IpAddress(4, 0x7f000000, 8);
const LOOPBACK_V6 = new IpAddress(6, 1n, V6_BITS);
const MULTICAST_V4 = new IpAddress(4, 0xe0000000, 4);
const MULTICAST_V6 = new IpAddress(6, 0xffn << 120n, 8);

function parseV4(text: string): number | undefined {
  const octets = text.split('.');
  if (octets.length !== 4) return undefined;
  let address = 0;
  for (const octet of octets) {
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(octet) || Number(octet) > 255) return undefined;
    address = address * 256 + Number(octet);
  }
  return address;
}

function parseGroups(text: string): string[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  return groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group)) ? groups : undefined;
}

function parseV6(text: string): bigint | undefined {
  const gap = text.indexOf('::');
  const head = parseGroups(gap === -1 ? text : text.slice(0, gap));
  const tail = parseGroups(gap === -1 ? '' : text.slice(gap + 2));
  if (head === undefined || tail === undefined) return undefined;
  const given = head.length + tail.length;
  if (gap === -1 ? given !== 8 : given > 7) return undefined;
  const groups = [...head, ...Array<string>(8 - given).fill('0'), ...tail];
  return groups.reduce((address, group) => (address << 16n) | BigInt(`0x${group}`), 0n);
}

function parsePrefix(text: string, max: number): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(text) || Number(text) > max) return undefined;
  return Number(text);
}

/**
 * Reads `192.0.2.1`, `192.0.2.0/24`, `2001:db8::1` or `2001:db8::/32`. Returns `undefined` for anything else, among it
 * leading zeros, zone ids and IPv4 written inside IPv6 (`::ffff:192.0.2.1`): such an address is not the IPv4 one to Cedar.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const slash = text.indexOf('/');
  const address = slash === -1 ? text : text.slice(0, slash);
  const version = address.includes(':') ? 6 : 4;
  const bits = version === 4 ? V4_BITS : V6_BITS;
  const value = version === 4 ? parseV4(address) : parseV6(address);
  const prefix = slash === -1 ? bits : parsePrefix(text.slice(slash + 1), bits);
  return value === undefined || prefix === undefined ? undefined : new IpAddress(version, value, prefix);
}
