import { type AddressWords, isMapped, maskWords, readAddress } from './address-words.ts';

/** How many bits of an address name a subscriber. */
export interface AddressPrefix {
  readonly v4: number;
  readonly v6: number;
}

const remembered = 4_096;

/**
 * Names of addresses for counting: the address itself for IPv4, its first 64 bits for IPv6, or as the configuration says. What was asked lately is
 * remembered, in bounded memory.
 */
export function createAddressKeys(prefix: AddressPrefix): (address: string) => string {
  if (prefix.v4 === 32) return rememberLong(prefix);
  return remember((address) => keyOf(address, prefix));
}

/** An IPv4 address that counts whole is its own name and needs no look. */
function rememberLong(prefix: AddressPrefix): (address: string) => string {
  const long = remember((address) => keyOf(address, prefix));
  return (address) => (address.length <= 15 && !address.includes(':') ? address : long(address));
}

function remember(work: (address: string) => string): (address: string) => string {
  const known = new Map<string, string>();
  return (address) => {
    const found = known.get(address);
    if (found !== undefined) return found;
    const key = work(address);
    if (known.size >= remembered) known.clear();
    known.set(address, key);
    return key;
  };
}

const words: AddressWords = new Uint32Array(4);

function keyOf(address: string, prefix: AddressPrefix): string {
  const zone = address.indexOf('%');
  if (!readAddress(zone < 0 ? address : address.slice(0, zone), words)) return address;
  if (isMapped(words)) {
    maskWords(words, 96 + prefix.v4);
    const word = words[3] ?? 0;
    const quad = `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
    return prefix.v4 === 32 ? quad : `${quad}/${prefix.v4}`;
  }
  maskWords(words, prefix.v6);
  return `${textOf(words)}/${prefix.v6}`;
}

/** Short, and one for each prefix; not the canonical form of RFC 5952, though it reads the same. */
function textOf(of: AddressWords): string {
  const groups = [...of].flatMap((word) => [(word >>> 16).toString(16), (word & 0xffff).toString(16)]);
  let used = 8;
  while (used > 0 && groups[used - 1] === '0') used -= 1;
  return used === 8 ? groups.join(':') : `${groups.slice(0, used).join(':')}::`;
}
