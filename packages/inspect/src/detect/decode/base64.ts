import { hexDigit } from './percent.ts';

const shortest = 12;
const probe = 32;
/** Longest text that is decoded; beyond it lie files, which have their own way in. */
const longest = 262_144;
const marker = 'base64,';

/**
 * The text that a value of base64, base64url or hexadecimal digits stands for, also after `base64,`; null when it has not that shape
 * or stands for bytes that are no text, as keys, ids and pictures do.
 */
export function decodeWrapped(text: string): string | null {
  const at = text.lastIndexOf(marker, 256);
  const coded = (at < 0 ? text : text.slice(at + marker.length)).trim();
  if (coded.length < shortest || coded.length > longest) return null;
  return decodeHex(coded) ?? decodeBase64(coded);
}

function decodeBase64(text: string): string | null {
  let length = text.length;
  while (length > 0 && text.charCodeAt(length - 1) === 0x3d && text.length - length < 2) length -= 1;
  if (length % 4 === 1) return null;
  for (let at = 0; at < length; at += 1) if (!isBase64Unit(text.charCodeAt(at))) return null;
  if (!isText(Buffer.from(text.slice(0, probe), 'base64').toString('latin1'))) return null;
  const bytes = Buffer.from(text, 'base64');
  const decoded = bytes.toString();
  return isText(decoded) ? decoded : null;
}

function decodeHex(text: string): string | null {
  const start = text.startsWith('0x') || text.startsWith('0X') ? 2 : 0;
  if ((text.length - start) % 2 !== 0) return null;
  for (let at = start; at < text.length; at += 1) if (hexDigit(text.charCodeAt(at)) < 0) return null;
  const decoded = Buffer.from(text.slice(start), 'hex').toString();
  return isText(decoded) ? decoded : null;
}

function isBase64Unit(unit: number): boolean {
  const lower = unit | 32;
  if ((lower >= 0x61 && lower <= 0x7a) || (unit >= 0x30 && unit <= 0x39)) return true;
  return unit === 0x2b || unit === 0x2f || unit === 0x2d || unit === 0x5f;
}

/** No control other than tab and line breaks, no replacement character, and some letter. */
function isText(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0xfffd || unit === 0x7f || (unit < 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0d)) return false;
  }
  return text.length > 0;
}
