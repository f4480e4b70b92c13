import { decodeWrapped } from './base64.ts';

const quoted = /["']([A-Za-z0-9+/]{10,4096}={1,2})["']/g;
const longestSegment = 400;
const longest = 16_384;
const most = 4;

/** What quoted pieces of Base64 within a text stand for, such as the members of a serialised object; only pieces that show their padding. */
export function decodeEmbedded(text: string): readonly string[] {
  if (text.endsWith('=')) {
    // `/download/url/L2V0Yy9wYXNzd2Q=`: the last segment of a path.
    const slash = text.lastIndexOf('/');
    const inPath = slash >= 0 && text.length - slash <= longestSegment ? decodeWrapped(text.slice(slash + 1)) : null;
    if (inPath !== null) return [inPath];
  }
  if (text.length > longest || !(text.includes('="') || text.includes("='"))) return [];
  const decoded: string[] = [];
  for (const found of text.matchAll(quoted)) {
    const piece = decodeWrapped(found[1] as string);
    if (piece !== null) decoded.push(piece);
    if (decoded.length === most) break;
  }
  return decoded;
}
