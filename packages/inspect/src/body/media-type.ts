/** A media type and its parameters, names in lower case (RFC 9110 §8.3.1). */
export interface MediaType {
  /** `type/subtype`, lower case. */
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const maxLength = 512;
const maxParameters = 8;

/**
 * Parses a `Content-Type`. Null when it departs from RFC 9110 in any way on which parsers disagree: white space other than
 * around semicolons, a parameter twice or without value, text after a quoted string, a comma (two types in one header), an
 * extended parameter (`boundary*`), an escape in a quoted string.
 */
export function parseMediaType(text: string): MediaType | null {
  if (text.length > maxLength) return null;
  const first = text.indexOf(';');
  const type = trimBlank(first < 0 ? text : text.slice(0, first));
  const slash = type.indexOf('/');
  if (!token.test(type.slice(0, Math.max(slash, 0))) || !token.test(type.slice(slash + 1))) return null;
  const parameters = first < 0 ? noParameters : parseParameters(text, first);
  return parameters === null ? null : { type: type.toLowerCase(), parameters };
}

const noParameters: ReadonlyMap<string, string> = new Map();

/**
 * Parses `; name=value; name="value"` from `at`, the position of a semicolon. Null on what parsers read differently. Shared
 * by Content-Type and Content-Disposition; values keep their case. `quotable` is what a quoted string may hold: visible
 * ASCII without quote and backslash by default.
 */
export function parseParameters(text: string, at: number, quotable: RegExp = visible): Map<string, string> | null {
  const parameters = new Map<string, string>();
  let position = at;
  while (position < text.length) {
    if (text[position] !== ';' || parameters.size >= maxParameters) return null;
    position = skipBlank(text, position + 1);
    const equals = text.indexOf('=', position);
    if (equals < 0) return null;
    const name = text.slice(position, equals).toLowerCase();
    if (!token.test(name) || name.includes('*') || parameters.has(name)) return null;
    let value: string;
    if (text[equals + 1] === '"') {
      const close = text.indexOf('"', equals + 2);
      if (close < 0) return null;
      value = text.slice(equals + 2, close);
      if (!quotable.test(value)) return null;
      position = close + 1;
    } else {
      const semicolon = text.indexOf(';', equals);
      const stop = semicolon < 0 ? text.length : semicolon;
      value = trimBlankEnd(text.slice(equals + 1, stop));
      if (!token.test(value)) return null;
      position = stop;
    }
    parameters.set(name, value);
    position = skipBlank(text, position);
  }
  return parameters;
}

const visible = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function skipBlank(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at;
}

function trimBlankEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end -= 1;
  return text.slice(0, end);
}

function trimBlank(text: string): string {
  return trimBlankEnd(text.slice(skipBlank(text, 0)));
}

/** `utf-8`, or a charset that is a subset of it. */
export function isUtf8Charset(charset: string): boolean {
  const name = charset.toLowerCase();
  return name === 'utf-8' || name === 'utf8' || name === 'us-ascii';
}

/** `application/json` and every `+json` suffix (RFC 6839 §3.1). */
export function isJsonType(type: string): boolean {
  return type === 'application/json' || (type.startsWith('application/') && type.endsWith('+json'));
}

/**
 * Writes a media type in one spelling: what is a token stays bare, a charset becomes `utf-8`. Only for charsets that {@link
 * isUtf8Charset} accepts.
 */
export function formatMediaType({ type, parameters }: MediaType): string {
  let text = type;
  for (const [name, value] of parameters) {
    text += `; ${name}=${name === 'charset' ? 'utf-8' : token.test(value) ? value : `"${value}"`}`;
  }
  return text;
}

/** The boundary of a `multipart/form-data` content type (RFC 2046 §5.1.1); null when it has none that is well formed. */
export function multipartBoundary(contentType: string): string | null {
  const media = parseMediaType(contentType);
  const boundary = media?.type === 'multipart/form-data' ? media.parameters.get('boundary') : undefined;
  return boundary !== undefined && /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/.test(boundary) ? boundary : null;
}
