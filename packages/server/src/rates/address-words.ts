/** An address as four words of 32 bits, IPv4 in its mapped form (RFC 4291 §2.5.5.2), so that one length of key serves both. */
export type AddressWords = Uint32Array;

const dot = 46;
const colon = 58;

/**
 * Reads an address into `into`. False for whatever is not one in the form of RFC 4291 or a dotted quad without leading zeros; a zone (`%eth0`) is not
 * part of an address that comes over a network.
 */
export function readAddress(text: string, into: AddressWords): boolean {
  if (text.length < 2 || text.length > 45) return false;
  for (let at = 0; at < text.length && at < 5; at += 1) {
    if (text.charCodeAt(at) === colon) return readLong(text, into);
  }
  const word = readQuad(text, 0);
  if (word < 0) return false;
  into[0] = 0;
  into[1] = 0;
  into[2] = 0xffff;
  into[3] = word;
  return true;
}

/** A dotted quad from a place to the end of the text, or -1. */
function readQuad(text: string, from: number): number {
  let word = 0;
  let part = -1;
  let parts = 0;
  for (let at = from; at <= text.length; at += 1) {
    const unit = at === text.length ? dot : text.charCodeAt(at);
    if (unit === dot) {
      if (part < 0 || parts === 4) return -1;
      word = word * 256 + part;
      parts += 1;
      part = -1;
    } else {
      const digit = unit - 48;
      if (digit < 0 || digit > 9 || part === 0) return -1;
      part = part < 0 ? digit : part * 10 + digit;
      if (part > 255) return -1;
    }
  }
  return parts === 4 ? word : -1;
}

const groups = new Uint16Array(8);

function hexDigit(unit: number): number {
  if (unit >= 48 && unit <= 57) return unit - 48;
  const letter = unit | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

function readLong(text: string, into: AddressWords): boolean {
  groups.fill(0);
  let count = 0;
  /** Number of groups before `::`. */
  let gap = -1;
  let at = 0;
  if (text.charCodeAt(0) === colon) {
    if (text.charCodeAt(1) !== colon) return false;
    gap = 0;
    at = 2;
  }
  while (at < text.length) {
    const from = at;
    let group = 0;
    let digit = hexDigit(text.charCodeAt(at));
    while (digit >= 0 && at - from < 4) {
      group = group * 16 + digit;
      at += 1;
      digit = at < text.length ? hexDigit(text.charCodeAt(at)) : -1;
    }
    if (at < text.length && text.charCodeAt(at) === dot) {
      const word = readQuad(text, from);
      if (word < 0 || count > 6) return false;
      groups[count] = word / 65_536;
      groups[count + 1] = word;
      count += 2;
      break;
    }
    if (at === from || count === 8) return false;
    groups[count] = group;
    count += 1;
    if (at === text.length) break;
    if (text.charCodeAt(at) !== colon) return false;
    at += 1;
    if (at === text.length) return false;
    if (text.charCodeAt(at) === colon) {
      if (gap >= 0) return false;
      gap = count;
      at += 1;
    }
  }
  if (gap < 0 ? count !== 8 : count > 7) return false;
  const moved = gap < 0 ? 0 : 8 - count;
  for (let word = 0; word < 4; word += 1) {
    into[word] = groupAt(word * 2, count, gap, moved) * 65_536 + groupAt(word * 2 + 1, count, gap, moved);
  }
  return true;
}

function groupAt(place: number, count: number, gap: number, moved: number): number {
  if (moved === 0 || place < gap) return place < count ? (groups[place] ?? 0) : 0;
  return place < gap + moved ? 0 : (groups[place - moved] ?? 0);
}

/** Whether the words are an IPv4 address in its mapped form. */
export function isMapped(words: AddressWords): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
}

/** A range as its first address and the number of fixed bits, IPv4 counted from its mapped form. */
export interface AddressRange {
  readonly words: AddressWords;
  /** 0 to 128. */
  readonly bits: number;
}

/** Reads an address or a CIDR range; bits of the address below the prefix are cleared. Null for anything else. */
export function readRange(text: string): AddressRange | null {
  const slash = text.indexOf('/');
  const words = new Uint32Array(4);
  if (!readAddress(slash < 0 ? text : text.slice(0, slash), words)) return null;
  const short = !(slash < 0 ? text : text.slice(0, slash)).includes(':');
  const width = short ? 32 : 128;
  const written = slash < 0 ? String(width) : text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(written) || Number(written) > width) return null;
  const bits = Number(written) + (short ? 96 : 0);
  maskWords(words, bits);
  return { words, bits };
}

/** Clears all but the first bits. */
export function maskWords(words: AddressWords, bits: number): void {
  for (let word = 0; word < 4; word += 1) {
    const kept = Math.min(32, Math.max(0, bits - word * 32));
    words[word] = kept === 0 ? 0 : ((words[word] ?? 0) & (-1 << (32 - kept))) >>> 0;
  }
}
