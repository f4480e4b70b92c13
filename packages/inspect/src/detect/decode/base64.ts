import { hexDigit } from './percent.ts';

const shortest = 12;
const probe = 12;
/** Longest text that is decoded; beyond it lie files, which have their own way in. */
const longest = 262_144;
const marker = 'base64,';

/** Value of each base64 and base64url digit; -1 for anything else. */
const digits = new Int8Array(128).fill(-1);
[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].forEach((digit, value) => {
  digits[digit.charCodeAt(0)] = value;
});
digits[0x2d] = 62;
digits[0x5f] = 63;

/**
 * The text that a value of base64, base64url or hexadecimal digits stands for, also after `base64,`; null when it has not that shape
 * or stands for bytes that are no text, as keys, ids and pictures do.
 */
export function decodeWrapped(text: string): string | null {
  const at = text.startsWith('data:') ? text.lastIndexOf(marker, 256) : -1;
  const start = at < 0 ? 0 : at + marker.length;
  const length = text.length - start;
  if (length < shortest || length > longest) return null;
  if (startsHexText(text, start)) {
    const decoded = decodeHex(text.slice(start));
    if (decoded !== null) return decoded;
  }
  return startsBase64Text(text, start) ? decodeBase64(text.slice(start)) : null;
}

/** Whether the first digits stand for characters of UTF-8: tells ids and keys apart without decoding them. */
function startsBase64Text(text: string, start: number): boolean {
  /** Bytes that the character begun last still needs. */
  let following = 0;
  for (let at = start; at < start + probe; at += 4) {
    let bits = 0;
    for (let index = at; index < at + 4; index += 1) {
      const unit = text.charCodeAt(index);
      const value = unit < 128 ? (digits[unit] as number) : -1;
      if (value < 0) return unit === 0x3d && at > start;
      bits = (bits << 6) | value;
    }
    for (let shift = 16; shift >= 0; shift -= 8) {
      const byte = (bits >> shift) & 0xff;
      if (!isTextByte(byte)) return false;
      if (byte >> 6 === 2) {
        following -= 1;
        if (following < 0) return false;
      } else {
        if (following > 0) return false;
        following = byte < 0x80 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
      }
    }
  }
  return true;
}

function startsHexText(text: string, start: number): boolean {
  const first = text.charCodeAt(start) === 0x30 && (text.charCodeAt(start + 1) | 32) === 0x78 ? start + 2 : start;
  for (let at = first; at < first + probe - 2; at += 2) {
    const high = hexDigit(text.charCodeAt(at));
    const low = hexDigit(text.charCodeAt(at + 1));
    if (high < 0 || low < 0 || !isTextByte(high * 16 + low)) return false;
  }
  return true;
}

function isTextByte(byte: number): boolean {
  return byte >= 0x80
    ? byte < 0xf8 && byte !== 0xc0 && byte !== 0xc1
    : byte >= 0x20
      ? byte !== 0x7f
      : byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function decodeBase64(coded: string): string | null {
  const text = coded.trimEnd();
  let length = text.length;
  while (length > 0 && text.charCodeAt(length - 1) === 0x3d && text.length - length < 2) length -= 1;
  if (length % 4 === 1) return null;
  for (let at = 0; at < length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 128 || (digits[unit] as number) < 0) return null;
  }
  const decoded = Buffer.from(text, 'base64').toString();
  return isText(decoded) ? decoded : null;
}

function decodeHex(text: string): string | null {
  const start = text.startsWith('0x') || text.startsWith('0X') ? 2 : 0;
  if ((text.length - start) % 2 !== 0) return null;
  for (let at = start; at < text.length; at += 1) if (hexDigit(text.charCodeAt(at)) < 0) return null;
  const decoded = Buffer.from(text.slice(start), 'hex').toString();
  return isText(decoded) ? decoded : null;
}

/** No control other than tab and line breaks, and no replacement character. */
export function isText(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0xfffd || unit === 0x7f || (unit < 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0d)) return false;
  }
  return text.length > 0;
}
