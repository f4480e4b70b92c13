import { createJsonReader } from '../body/json.ts';
import { normaliseProfile } from '../profile.ts';

const idText = /^[A-Za-z0-9_-]{1,64}$/;
const tokenText = /^[A-Za-z0-9][A-Za-z0-9._~+/=-]{0,4095}$/;
const maxShort = 200;
const control = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
const bidi = /[\u202a-\u202e\u2066-\u2069]/;

/** An identifier: letters, digits, underscore and hyphen, at most 64. */
export function isId(text: string): boolean {
  return idText.test(text);
}

/** A token that is compared and never read: the alphabets of Base64, Base64url and JWT; no path of any kind. */
export function isOpaqueToken(text: string): boolean {
  return text.length <= 4_096 && tokenText.test(text) && !text.includes('..') && !text.includes('//');
}

/** A person's name: Han characters, with a middle dot between parts, or Latin letters with single spaces; at most 80 characters. */
export function isChineseName(text: string): boolean {
  if (text.length > 80) return false;
  return (
    /^\p{Script=Han}{1,20}(?:[·•]\p{Script=Han}{1,20}){0,3}$/u.test(text) || /^[A-Za-z]{1,20}(?: [A-Za-z]{1,20}){0,3}$/.test(text)
  );
}

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const inner = new Set([
  'localhost',
  'local',
  'internal',
  'intranet',
  'lan',
  'home',
  'corp',
  'private',
  'test',
  'invalid',
  'example',
  'arpa',
]);
/** After the host: RFC 3986 path, query and fragment without what closes a quote or a call. */
const addressRest = /^(?:[/?#][A-Za-z0-9\-._~:/?#@!$&*+,=%]*)?$/;

/**
 * An address on the public web: http or https, a domain name of two labels or more whose last is neither a number nor reserved for inner
 * networks, no user, no port below 1. What the name resolves to is not known here: whoever fetches it must look again.
 */
export function isHttpUrl(text: string): boolean {
  if (text.length > 2_048) return false;
  const match = /^https?:\/\/([A-Za-z0-9.-]{1,253})(?::([1-9][0-9]{0,4}))?(?=[/?#]|$)/i.exec(text);
  if (match === null || (match[2] !== undefined && Number(match[2]) > 65_535)) return false;
  const labels = (match[1] ?? '').toLowerCase().split('.');
  const last = labels.at(-1) ?? '';
  if (labels.length < 2 || !/^[a-z]/.test(last) || inner.has(last) || !labels.every((part) => label.test(part))) return false;
  const rest = text.slice(match[0].length);
  return (
    addressRest.test(rest) && !/%(?![0-9A-Fa-f]{2})/.test(rest) && !rest.includes('/..') && (rest.match(/#/g)?.length ?? 0) <= 1
  );
}

/** One line of at most 200 characters without control or direction characters. */
export function isShortText(text: string): boolean {
  return text.length <= maxShort && !control.test(text);
}

/** Text of any length with line breaks and tabs, without other controls or characters that turn its direction. */
export function isFreeText(text: string): boolean {
  return !/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text) && !bidi.test(text);
}

const readJson = createJsonReader(normaliseProfile({}));

/** A text that is JSON by itself, with one reading: no name twice, no number that a double cannot hold, not too deep. */
export function isJsonText(text: string): boolean {
  return !('code' in readJson(Buffer.from(text)));
}
