/** A path with one reading. */
export interface CanonicalPath {
  /** To match and to pass on: escapes only where RFC 3986 needs them, upper case. */
  readonly path: string;
  /** Decoded once. Slashes separate segments, as in `path`. */
  readonly decoded: string;
}

/** Characters of `pchar` and the slash (RFC 3986 §3.3), without the semicolon and without percent. */
const plainPath = /^[A-Za-z0-9\-._~!$&'()*+,=:@/]*$/;
const writtenPath = /^[A-Za-z0-9\-._~!$&'()*+,=:@/%]*$/;
/** After decoding: controls, both slashes, and the semicolon that starts a matrix parameter for some servers. */
const forbidden = /[\x00-\x1f\x7f;\\]/;
/** A second layer of encoding that hides a dot, a slash, a control or a further layer. */
const doubleEncoded = /%(?:[01][0-9a-f]|2[35ef]|3[bf]|5c|7f|u[0-9a-f]{4})/i;
const dotSegment = /(?:^|\/)\.{1,2}(?:\/|$)/;
const notAscii = /[^\x00-\x7f]/;

/**
 * Reads a path as received, without query. Null when servers and frameworks read it differently: not starting with a slash
 * (absolute form, `*`), characters outside RFC 3986, an invalid percent sequence, invalid or overlong UTF-8, NUL and control
 * characters, a backslash, an encoded slash or backslash, dot segments in any spelling, an empty segment (`//`), a
 * semicolon, double encoding of one of these, and characters that become one of these in a compatible spelling (full-width
 * forms, NFKC).
 */
export function canonicalPath(raw: string, maxLength: number): CanonicalPath | null {
  if (raw.length > maxLength || raw.charCodeAt(0) !== 0x2f || raw.includes('//')) return null;
  if (plainPath.test(raw)) return raw.includes('/.') && dotSegment.test(raw) ? null : { path: raw, decoded: raw };
  if (!writtenPath.test(raw)) return null;
  const segments: string[] = [];
  const canonical: string[] = [];
  for (const segment of raw.slice(1).split('/')) {
    const decoded = decodeSegment(segment);
    if (decoded === null) return null;
    segments.push(decoded);
    canonical.push(encodeSegment(decoded));
  }
  return { path: `/${canonical.join('/')}`, decoded: `/${segments.join('/')}` };
}

function decodeSegment(segment: string): string | null {
  let decoded: string;
  try {
    // Strict by specification: invalid sequences, overlong forms and surrogates throw.
    decoded = decodeURIComponent(segment);
  } catch {
    return null;
  }
  if (!isPlainSegment(decoded) || doubleEncoded.test(decoded)) return null;
  return notAscii.test(decoded) && !isPlainSegment(decoded.normalize('NFKC')) ? null : decoded;
}

function isPlainSegment(decoded: string): boolean {
  return decoded !== '.' && decoded !== '..' && !decoded.includes('/') && !forbidden.test(decoded);
}

/** `encodeURIComponent` also escapes five characters that `pchar` allows as they are. */
function encodeSegment(decoded: string): string {
  return encodeURIComponent(decoded).replace(/%(?:24|26|2B|2C|3A|3D|40)/g, decodeURIComponent);
}
