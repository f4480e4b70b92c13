import { decodeWrapped } from './base64.ts';

const quoted = /["']([A-Za-z0-9+/]{10,4096}={1,2})["']/g;
/** The last of a piece before its last equals sign. */
const padded = /[A-Za-z0-9+/]{10}=?$/;
const longestSegment = 400;
const longest = 16_384;
const most = 4;
const shortestPiece = 10;

/** Whether an equals sign stands between a quote and characters of Base64, as many as a piece has at least. */
function showsPadding(text: string): boolean {
  for (let at = text.indexOf('=', shortestPiece); at >= 0; at = text.indexOf('=', at + 1)) {
    const next = text.charCodeAt(at + 1);
    if ((next === 0x22 || next === 0x27) && padded.test(text.slice(Math.max(0, at - shortestPiece - 1), at))) return true;
  }
  return false;
}

/** What quoted pieces of Base64 within a text stand for, such as the members of a serialised object; only pieces that show their padding. */
export function decodeEmbedded(text: string): readonly string[] {
  if (text.endsWith('=')) {
    // `/download/url/L2V0Yy9wYXNzd2Q=`: the last segment of a path.
    const slash = text.lastIndexOf('/');
    const inPath = slash >= 0 && text.length - slash <= longestSegment ? decodeWrapped(text.slice(slash + 1)) : null;
    if (inPath !== null) return [inPath];
  }
  if (text.length > longest || !showsPadding(text)) return [];
  const decoded: string[] = [];
  for (const found of text.matchAll(quoted)) {
    const piece = decodeWrapped(found[1] as string);
    if (piece !== null) decoded.push(piece);
    if (decoded.length === most) break;
  }
  return decoded;
}
