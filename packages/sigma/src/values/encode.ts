import { mapLiterals, type Pattern } from './pattern.ts';

/*
 * Encodings work on bytes. A pattern whose literals are bytes keeps them as Latin-1 text, one character a byte, until it is either written as Base64
 * or compared as text.
 */

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function binary(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** The literals as their UTF-8 bytes. */
export const utf8 = (pattern: Pattern): Pattern => mapLiterals(pattern, (text) => [binary(bytesOf(text))]);

/** The literals as UTF-16, without a byte order mark. */
export function utf16(pattern: Pattern, endian: 'little' | 'big'): Pattern {
  return mapLiterals(pattern, (text) => {
    let bytes = '';
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      const low = String.fromCharCode(unit & 0xff);
      const high = String.fromCharCode(unit >> 8);
      bytes += endian === 'little' ? low + high : high + low;
    }
    return [bytes];
  });
}

/** Bytes as the text that a log would hold: UTF-8 where they are that, else a character a byte. */
export function bytesAsText(pattern: Pattern): Pattern {
  return mapLiterals(pattern, (text) => {
    if (/^[\0-\x7f]*$/.test(text)) return [text];
    try {
      return [
        new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(text, (char) => char.charCodeAt(0))),
      ];
    } catch {
      return [text];
    }
  });
}

const base64Of = (bytes: string): string => btoa(bytes);

export const base64 = (bytes: string): string => base64Of(bytes);

const starts = [0, 2, 3];
const ends = [0, -3, -2];

/**
 * What stays of the Base64 form when the value stands somewhere inside an encoded text: one form for each of the three ways in which its first byte can
 * fall, without the characters at both ends that share bits with what stands beside it.
 */
export function base64Offsets(bytes: string): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = base64Of(' '.repeat(offset) + bytes);
    const cut = ends[(bytes.length + offset) % 3] ?? 0;
    return encoded.slice(starts[offset] ?? 0, cut === 0 ? encoded.length : encoded.length + cut);
  });
}
