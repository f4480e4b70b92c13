import { parseMediaType } from '../body/media-type.ts';
import { bodyKindOf } from '../inspector.ts';
import { decodePercent } from './decode/percent.ts';
import { laxMultipart } from './lax-multipart.ts';
import type { DetectionBody, DetectionRequest } from './request.ts';

/** A request as it was received or recorded. */
export interface RawRequest {
  readonly method: string;
  /** With query. */
  readonly target: string;
  /** Name, value, name, value. */
  readonly headers: readonly string[];
  readonly body: Uint8Array | null;
}

const maxPairs = 10_000;

/**
 * Reads a request as the laxest backends would: what the strict reading refuses still tells what somebody was after. Never throws.
 * Not for requests that are passed on.
 */
export function readLaxRequest({ target, headers, body }: RawRequest): DetectionRequest {
  const question = target.indexOf('?');
  const rawPath = question < 0 ? target : target.slice(0, question);
  return {
    decodedPath: decodePercent(rawPath, false),
    query: question < 0 ? {} : laxPairs(target.slice(question + 1)),
    headers,
    body: body === null || body.length === 0 ? undefined : laxBody(body, headerOf(headers, 'content-type')),
  };
}

function laxBody(bytes: Uint8Array, contentType: string | undefined): DetectionBody {
  const media = contentType === undefined ? null : parseMediaType(contentType);
  const mediaType = media?.type ?? (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  const declared = mediaType.endsWith('xml') ? 'xml' : mediaType.startsWith('multipart/') ? 'multipart' : bodyKindOf(mediaType);
  switch (declared ?? guess(text)) {
    case 'json':
      try {
        return { kind: 'json', mediaType, value: JSON.parse(text), files: [] };
      } catch {
        return { kind: 'text', mediaType, value: [text, ...quotedPieces(text)], files: [] };
      }
    case 'form':
      // Clients that declare nothing are given this type by their library.
      if (text.startsWith('<?xml')) return { kind: 'xml', mediaType, value: text, files: [] };
      return { kind: 'form', mediaType, value: laxPairs(text), files: [] };
    case 'multipart': {
      const { value, files } = laxMultipart(text, media?.parameters.get('boundary') ?? boundaryOf(contentType ?? ''));
      return { kind: 'multipart', mediaType, value, files };
    }
    case 'xml':
      return { kind: 'xml', mediaType, value: text, files: [] };
    default:
      return { kind: 'text', mediaType, value: withLines(text), files: [] };
  }
}

const mostPieces = 256;
const longestPiece = 65_536;
const lineStart = /^[\w.-]{1,64}=/;

/** The text, and the values of its lines where every line is `name=value`, as some remote calls are written; a type's name before them is cut off. */
function withLines(text: string): string | readonly string[] {
  const lines = text.trimEnd().split('\n', mostPieces);
  if (lines.length < 2 || !lines.every((line) => lineStart.test(line))) return text;
  return [text, ...lines.map((line) => line.slice(line.indexOf('=') + 1).replace(/^(?:string|number|boolean):/, ''))];
}

/** The strings of what is JSON for a lenient reader only: names without quotes, quotes of the other kind, commas too many. */
function quotedPieces(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length && pieces.length < mostPieces; at += 1) {
    const quote = text.charCodeAt(at);
    if (quote !== 0x22 && quote !== 0x27) continue;
    const start = at + 1;
    for (at = start; at < text.length && text.charCodeAt(at) !== quote; at += 1) if (text.charCodeAt(at) === 0x5c) at += 1;
    if (at - start > 1 && at - start <= longestPiece) pieces.push(text.slice(start, at));
  }
  return pieces;
}

/** What a body looks like that does not say. */
function guess(text: string): 'json' | 'form' | 'xml' | 'text' {
  const start = text.slice(0, 64).trimStart();
  if (start.startsWith('{') || start.startsWith('[')) return 'json';
  if (start.startsWith('<?xml') || start.startsWith('<!')) return 'xml';
  return /^[\w.[\]$%-]{1,64}=/.test(start) ? 'form' : 'text';
}

function laxPairs(text: string): Readonly<Record<string, string | string[]>> {
  const values: Record<string, string | string[]> = Object.create(null);
  let at = 0;
  for (let count = 0; at <= text.length && count < maxPairs; count += 1) {
    const ampersand = text.indexOf('&', at);
    // What exceeds the bound is read as one value.
    const end = ampersand < 0 || count === maxPairs - 1 ? text.length : ampersand;
    const equals = text.indexOf('=', at);
    const split = equals < 0 || equals > end ? end : equals;
    const name = decodePercent(text.slice(at, split), true);
    const value = decodePercent(text.slice(Math.min(split + 1, end), end), true);
    const before = values[name];
    if (before === undefined) values[name] = value;
    else if (typeof before === 'string') values[name] = [before, value];
    else before.push(value);
    at = end + 1;
  }
  return values;
}

function boundaryOf(contentType: string): string {
  const at = contentType.toLowerCase().indexOf('boundary=');
  return at < 0 ? '' : (contentType.slice(at + 9).split(';', 1)[0] ?? '').trim().replaceAll('"', '');
}

export function headerOf(headers: readonly string[], name: string): string | undefined {
  for (let at = 0; at + 1 < headers.length; at += 2) if (headers[at]?.toLowerCase() === name) return headers[at + 1];
  return undefined;
}
