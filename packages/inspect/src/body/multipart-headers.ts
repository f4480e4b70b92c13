import { isJsonType, isUtf8Charset, parseMediaType, parseParameters } from './media-type.ts';

/** What the headers of one part of `multipart/form-data` say (RFC 7578 §4). */
export interface PartHead {
  readonly name: string;
  /** Null for a text field. */
  readonly filename: string | null;
  /** Lower case; `text/plain` when the part does not say. */
  readonly mediaType: string;
  /** Content-Length of the part when it has one: some HTTP libraries write it. */
  readonly length: number | null;
}

export type PartProblem = 'malformed' | 'ambiguous' | 'charset' | 'media_type';

const headerName = /^[A-Za-z0-9-]{1,64}$/;
const control = /[\x00-\x08\x0a-\x1f\x7f]/;
/** A quoted name or filename: no control, quote or backslash, whose escaping differs between browsers and servers. */
const quotable = /^[^\x00-\x1f\x7f"\\]*$/;
/** Transfer codings that change nothing (RFC 2045 §6.2), written by some HTTP libraries. */
const identityCodings: ReadonlySet<string> = new Set(['binary', '8bit', '7bit']);

/**
 * Reads the header block of a part, without its final empty line. Only Content-Disposition (once, `form-data` with `name`
 * and `filename`), Content-Type, Content-Length and an identity Content-Transfer-Encoding are known; anything else is a
 * problem, and so are folded lines, `filename*` (forbidden by RFC 7578 §4.2), a filename with a path, the field `_charset_`
 * (it switches the charset of the others), and parts that contain parts.
 */
export function readPartHead(block: string): PartHead | PartProblem {
  let disposition: string | null = null;
  let contentType: string | null = null;
  let length: number | null = null;
  let coding: string | null = null;
  for (const line of block.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0));
    if (!headerName.test(name) || control.test(line)) return 'malformed';
    const value = line.slice(colon + 1).trim();
    switch (name.toLowerCase()) {
      case 'content-disposition':
        if (disposition !== null) return 'ambiguous';
        disposition = value;
        break;
      case 'content-type':
        if (contentType !== null) return 'ambiguous';
        contentType = value;
        break;
      case 'content-length':
        if (length !== null || !/^\d{1,15}$/.test(value)) return 'ambiguous';
        length = Number(value);
        break;
      case 'content-transfer-encoding':
        if (coding !== null || !identityCodings.has(value.toLowerCase())) return 'ambiguous';
        coding = value;
        break;
      default:
        return 'malformed';
    }
  }
  if (disposition === null) return 'malformed';
  const named = readDisposition(disposition);
  if (typeof named === 'string') return named;
  const mediaType = readContentType(contentType, named.filename !== null);
  if (typeof mediaType === 'string') return mediaType;
  return { ...named, mediaType: mediaType.type, length };
}

function readDisposition(value: string): { name: string; filename: string | null } | PartProblem {
  const semicolon = value.indexOf(';');
  if (semicolon < 0 || value.slice(0, semicolon).trimEnd().toLowerCase() !== 'form-data') return 'malformed';
  const parameters = parseParameters(value, semicolon, quotable);
  if (parameters === null) return 'ambiguous';
  const name = parameters.get('name');
  const filename = parameters.get('filename') ?? null;
  if (name === undefined || name === '' || parameters.size > (filename === null ? 1 : 2)) return 'malformed';
  if (name.toLowerCase() === '_charset_') return 'ambiguous';
  if (filename !== null && (filename.includes('/') || filename === '.' || filename === '..')) return 'malformed';
  return { name, filename };
}

const plainText = { type: 'text/plain' } as const;

function readContentType(value: string | null, isFile: boolean): { readonly type: string } | PartProblem {
  if (value === null) return plainText;
  const mediaType = parseMediaType(value);
  if (mediaType === null) return 'malformed';
  const { type, parameters } = mediaType;
  if (type.startsWith('multipart/') || type.startsWith('message/')) return 'media_type';
  const charset = parameters.get('charset');
  if (charset !== undefined && !isUtf8Charset(charset)) return 'charset';
  return isFile || type === 'text/plain' || isJsonType(type) ? mediaType : 'media_type';
}
