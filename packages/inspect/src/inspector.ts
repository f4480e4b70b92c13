import { decompress } from './body/decompress.ts';
import { createFormReader } from './body/form.ts';
import { checkText, createJsonReader } from './body/json.ts';
import { formatMediaType, isJsonType, isUtf8Charset, parseMediaType } from './body/media-type.ts';
import { type BodyFile, createMultipartReader } from './body/multipart.ts';
import type { HeaderMemo } from './head/header-memo.ts';
import { type HeaderFacts, inspectHeaders } from './head/headers.ts';
import { canonicalPath } from './head/path.ts';
import { type Parameters, pairRefusal, parsePairs } from './pairs.ts';
import { type BodyKind, type InspectionProfile, type NormalProfile, normaliseProfile } from './profile.ts';
import { type Refusal, refuse } from './refusal.ts';

/** A request line and its headers as received. */
export interface HeadInput {
  readonly method: string;
  /** Up to the first question mark. */
  readonly rawPath: string;
  /** After the first question mark; empty when there is none. */
  readonly rawQuery: string;
  /** Name, value, name, value, as in `IncomingMessage.rawHeaders`. */
  readonly headers: readonly string[];
  /** What is known of these headers. */
  readonly memo?: HeaderMemo | null;
}

/** A request line and headers with one reading. What is passed on is `path` and `rawQuery`, never what was received. */
export interface Head {
  /** Canonical path, percent-encoded. */
  readonly path: string;
  /** The path decoded once. */
  readonly decodedPath: string;
  readonly query: Parameters;
  /** Canonical query, without question mark. */
  readonly rawQuery: string;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

export interface BodyInput {
  readonly contentType: string | undefined;
  readonly contentEncoding?: string | undefined;
  /** The whole body, within the transport's own limit. */
  readonly bytes: Uint8Array;
}

/**
 * A body with one reading. What is passed on is `bytes` with `contentType` and without Content-Encoding, never what was
 * received.
 */
export interface Body {
  readonly kind: BodyKind;
  /** `type/subtype`, lower case. */
  readonly mediaType: string;
  /** Canonical Content-Type. */
  readonly contentType: string;
  /** Canonical form: decompressed; the same bytes as received for JSON, multipart and text. */
  readonly bytes: Buffer;
  /** JSON value, form or multipart fields by name, text; undefined for `binary` and for an empty JSON body. */
  readonly value: unknown;
  /** Files of a multipart body. */
  readonly files: readonly BodyFile[];
}

export interface Inspector {
  readonly profile: NormalProfile;
  inspectHead(input: HeadInput): Refusal | Head;
  /** Gives its answer at once, but for a compressed body that may expand beyond a megabyte. Never throws, never rejects. */
  inspectBody(input: BodyInput): Refusal | Body | Promise<Refusal | Body>;
}

/** A content type that the route takes. */
interface AcceptedMedia {
  readonly kind: BodyKind;
  readonly mediaType: string;
  readonly contentType: string;
  readonly boundary: string | undefined;
}

type BodyReader = (bytes: Buffer, media: AcceptedMedia) => Refusal | Body;

const maxAccepted = 32;
const noFiles: readonly BodyFile[] = Object.freeze([]);

/**
 * Makes the inspector of a route: requests that have exactly one reading pass, in canonical form; whatever two parsers may
 * read differently is refused. Time and memory are linear in the size of the request. Throws a RangeError on limits that
 * make no sense.
 */
export function createInspector(options: InspectionProfile = {}): Inspector {
  const profile = normaliseProfile(options);
  const { limits, mayRepeat } = profile;
  const queryLimits = {
    maxPairs: limits.maxParameters,
    maxNameLength: limits.maxKeyLength,
    maxValueLength: limits.maxQueryBytes,
  };
  const readers = createReaders(profile);

  // Clients write few content types; those with a boundary differ every time. The bound keeps made-up ones from filling memory.
  const accepted = new Map<string, AcceptedMedia>();

  const readBody = (bytes: Buffer, contentType: string | undefined): Refusal | Body => {
    const known = contentType === undefined ? undefined : accepted.get(contentType);
    if (known !== undefined) return readers[known.kind](bytes, known);
    const media = acceptMedia(contentType, profile);
    if ('code' in media) return media;
    if (contentType !== undefined && media.kind !== 'multipart' && accepted.size < maxAccepted) accepted.set(contentType, media);
    return readers[media.kind](bytes, media);
  };

  return Object.freeze({
    profile,
    inspectHead({ method, rawPath, rawQuery, headers, memo = null }: HeadInput): Refusal | Head {
      const path = canonicalPath(rawPath, limits.maxPathBytes);
      if (path === null) return refuse('path_malformed', 'path');
      if (rawQuery.length > limits.maxQueryBytes) return refuse('query_malformed', 'query');
      const pairs = parsePairs(rawQuery, 'query', mayRepeat, queryLimits);
      if (pairs.kind !== 'pairs') return refuse(pairRefusal.query[pairs.kind], `query parameter ${pairs.index}`);
      const known = recalled(memo, method, limits);
      const facts = known ?? inspectHeaders(method, headers, limits);
      if ('code' in facts) return facts;
      if (memo !== null && known === null) memo.checked = { method, limits, facts };
      return {
        path: path.path,
        decodedPath: path.decoded,
        query: pairs.values,
        rawQuery: pairs.canonical,
        contentType: facts.contentType,
        contentEncoding: facts.contentEncoding,
      };
    },
    inspectBody({ contentType, contentEncoding, bytes }: BodyInput): Refusal | Body | Promise<Refusal | Body> {
      if (bytes.length > limits.maxBodyBytes) return refuse('body_too_large', 'body');
      const received = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (contentEncoding === undefined) return readBody(received, contentType);
      const plain = decompress(received, contentEncoding, limits);
      if (plain instanceof Promise)
        return plain.then((settled) => ('code' in settled ? settled : readBody(settled, contentType)));
      return 'code' in plain ? plain : readBody(plain, contentType);
    },
  });
}

const recalled = (memo: HeaderMemo | null, method: string, limits: NormalProfile['limits']): HeaderFacts | null =>
  memo?.checked?.method === method && memo.checked.limits === limits ? memo.checked.facts : null;

function acceptMedia(contentType: string | undefined, profile: NormalProfile): Refusal | AcceptedMedia {
  const media = contentType === undefined ? null : parseMediaType(contentType);
  const kind = media === null ? null : (bodyKindOf(media.type) ?? (profile.acceptsRaw(media.type) ? 'binary' : null));
  if (media === null || kind === null || !profile.kinds.has(kind))
    return refuse('content_type_unsupported', 'header content-type');
  const charset = media.parameters.get('charset');
  if (charset !== undefined && !isUtf8Charset(charset)) return refuse('charset_unsupported', 'header content-type');
  return { kind, mediaType: media.type, contentType: formatMediaType(media), boundary: media.parameters.get('boundary') };
}

/** The kind of body that a media type (lower case, without parameters) is read as; null when none of the readers is for it. */
export function bodyKindOf(mediaType: string): Exclude<BodyKind, 'binary'> | null {
  if (isJsonType(mediaType)) return 'json';
  if (mediaType === 'application/x-www-form-urlencoded') return 'form';
  if (mediaType === 'multipart/form-data') return 'multipart';
  return mediaType === 'text/plain' ? 'text' : null;
}

function createReaders(profile: NormalProfile): Readonly<Record<BodyKind, BodyReader>> {
  const { emptyBody } = profile;
  const readJson = createJsonReader(profile);
  const readForm = createFormReader(profile);
  const readMultipart = createMultipartReader(profile, readJson);
  return {
    json(bytes, media) {
      if (bytes.length === 0) return emptyBody ? bodyOf(media, bytes, undefined) : refuse('body_malformed', 'body');
      const read = readJson(bytes);
      return 'code' in read ? read : bodyOf(media, bytes, read.value);
    },
    form(bytes, media) {
      const read = readForm(bytes);
      return 'code' in read ? read : bodyOf(media, read.bytes, read.value);
    },
    multipart(bytes, media) {
      const read = readMultipart(bytes, media.boundary);
      return 'code' in read ? read : bodyOf(media, bytes, read.value, read.files);
    },
    text(bytes, media) {
      const unreadable = checkText(bytes);
      if (unreadable !== null) return unreadable;
      return bytes.includes(0) ? refuse('body_malformed', 'body') : bodyOf(media, bytes, bytes.toString());
    },
    binary: (bytes, media) => bodyOf(media, bytes, undefined),
  };
}

function bodyOf({ kind, mediaType, contentType }: AcceptedMedia, bytes: Buffer, value: unknown, files = noFiles): Body {
  return { kind, mediaType, contentType, bytes, value, files };
}
