/** An IP network: leading `bits` of the 16 bytes of `address` (IPv4 as ::ffff:0:0/96). */
export interface Network {
  readonly address: Uint8Array;
  readonly bits: number;
  readonly family: 4 | 6;
}

const maxAddressLength = 64;

/** Reads an address in text form (RFC 4291 §2.2, RFC 6943 strict dotted IPv4) as 16 bytes; null when it is none. */
export function parseAddress(text: string): { readonly bytes: Uint8Array; readonly family: 4 | 6 } | null {
  if (text.length > maxAddressLength || text === '') return null;
  if (!text.includes(':')) {
    const four = parseIpv4(text);
    if (four === null) return null;
    return { bytes: mapped(four), family: 4 };
  }
  const bytes = parseIpv6(text);
  if (bytes === null) return null;
  return { bytes, family: isMapped(bytes) ? 4 : 6 };
}

function mapped(four: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes[10] = 0xff;
  bytes[11] = 0xff;
  bytes.set(four, 12);
  return bytes;
}

function isMapped(bytes: Uint8Array): boolean {
  for (let at = 0; at < 10; at += 1) if (bytes[at] !== 0) return false;
  return bytes[10] === 0xff && bytes[11] === 0xff;
}

function parseIpv4(text: string): number[] | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  const bytes: number[] = [];
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part)) return null;
    const byte = Number(part);
    if (byte > 255) return null;
    bytes.push(byte);
  }
  return bytes;
}

function parseIpv6(text: string): Uint8Array | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '', true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  const bytes = new Uint8Array(16);
  groups.forEach((group, at) => {
    bytes[at * 2] = group >> 8;
    bytes[at * 2 + 1] = group & 0xff;
  });
  return bytes;
}

function groupsOf(text: string, last: boolean): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [at, part] of parts.entries()) {
    if (last && at === parts.length - 1 && part.includes('.')) {
      const four = parseIpv4(part);
      if (four === null) return null;
      groups.push(((four[0] ?? 0) << 8) | (four[1] ?? 0), ((four[2] ?? 0) << 8) | (four[3] ?? 0));
    } else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}

/** Reads `address/bits`, or an address alone for that address; bits behind the prefix are ignored. Null when it is neither. */
export function parseNetwork(text: string): Network | null {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === null) return null;
  const four = address.family === 4 && !text.includes(':');
  const most = four ? 32 : 128;
  if (slash < 0) return { address: address.bytes, bits: 128, family: four ? 4 : 6 };
  const prefix = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > most) return null;
  return { address: address.bytes, bits: Number(prefix) + (four ? 96 : 0), family: four ? 4 : 6 };
}

/** Whether the text is an address of the network. An IPv4 address also as IPv4-mapped IPv6. */
export function inNetwork(network: Network, text: string): boolean {
  const address = parseAddress(text.trim());
  if (address === null || (network.family === 6 && address.family === 4 && network.bits < 96)) return false;
  const whole = network.bits >> 3;
  for (let at = 0; at < whole; at += 1) if (address.bytes[at] !== network.address[at]) return false;
  const rest = network.bits & 7;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return ((address.bytes[whole] ?? 0) & mask) === ((network.address[whole] ?? 0) & mask);
}
