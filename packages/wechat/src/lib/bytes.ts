import { timingSafeEqual } from 'node:crypto';

const base64Text = /^[A-Za-z0-9+/]*={0,2}$/;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes standard base64 (RFC 4648 §4, padding required). `Buffer.from` skips what it does not know, so two texts could
 * stand for one value; here every foreign character, missing padding or length over `maxChars` gives undefined.
 */
export function decodeBase64(text: unknown, maxChars: number): Buffer | undefined {
  if (typeof text !== 'string' || text.length > maxChars || text.length % 4 !== 0 || !base64Text.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

/** Decodes UTF-8 and gives undefined for malformed bytes instead of replacement characters. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Compares two texts in time that depends on their lengths only. Anything but two strings is unequal. */
export function equalText(a: unknown, b: unknown): boolean {
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  const left = Buffer.from(a, 'utf8');
  const right = Buffer.from(b, 'utf8');
  return left.length === right.length && timingSafeEqual(left, right);
}
