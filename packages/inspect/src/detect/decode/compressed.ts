import { gunzipSync, inflateSync } from 'node:zlib';
import { isText } from './base64.ts';

const shortest = 24;
const longest = 65_536;
/** Characters of what comes out; who packs more sends a file. */
const mostUnpacked = 65_536;
/** What it costs to unpack, for each character that comes in, and for each that may come out and does. */
const stepsOfStart = 40_000;
const stepsOfPacked = 12;
const stepsOfRoom = 1;
const stepsOfUnpacked = 24;
/** Characters that one of Base64 may become, at most. */
const mostOfOne = 774;

/** The first bytes of gzip, and of zlib by its four levels, as they stand in Base64. */
const gzip = 'H4sI';
const zlib = /^e(?:A[E-H]|F[4-7]|J[w-z]|N[o-r])/;
const digits = /^[\w+/-]+={0,2}\s{0,2}$/;

/** Whether a text may be compressed data in Base64: what clients that save bytes send, and what hides anything from whoever only undoes the Base64. */
export function mayBeCompressed(text: string): boolean {
  const first = text.charCodeAt(0);
  if ((first !== 0x48 && first !== 0x65) || text.length < shortest || text.length > longest) return false;
  return (first === 0x48 ? text.startsWith(gzip) : zlib.test(text.slice(0, 3))) && digits.test(text);
}

/** The text in compressed data in Base64; null where it is damaged, too long or no text, or where nothing more is to be read. */
export function unpack(text: string, spend: (steps: number) => boolean): string | null {
  const room = Math.min(mostUnpacked, text.length * mostOfOne);
  if (!spend(stepsOfStart + text.length * stepsOfPacked + room * stepsOfRoom)) return null;
  const bytes = Buffer.from(text, 'base64');
  const limits = { maxOutputLength: mostUnpacked };
  try {
    const unpacked = (bytes[0] === 0x1f ? gunzipSync(bytes, limits) : inflateSync(bytes, limits)).toString();
    return spend(unpacked.length * stepsOfUnpacked) && isText(unpacked) ? unpacked : null;
  } catch {
    return null;
  }
}
