/**
 * Headers whose values are the protocol's, a secret's, or checked elsewhere: nothing of them reaches a backend's language. Those of the gateway's own
 * protocol hold random digits, among which everything stands sooner or later: of 17,000 honest signatures one held `-xp_L` or the like.
 */
export const unreadHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'accept-encoding',
  'date',
  'if-modified-since',
  'if-unmodified-since',
  'x-menshen-signature',
  'x-menshen-device',
  'x-menshen-ticket',
  'x-menshen-approval',
  'x-menshen-challenge',
]);

const usualPath = /^[\w/.~@:,+-]*$/;
const usualSegment = /[\w.~@:,+/-]/;

/** Where the first segment of a path begins that holds more than the characters of names and numbers; 0 where none does. */
export function oddSegment(path: string): number {
  if (usualPath.test(path)) return 0;
  let at = 0;
  while (usualSegment.test(path.charAt(at)) || path.charCodeAt(at) >= 0x80) at += 1;
  return at === path.length ? 0 : path.lastIndexOf('/', at) + 1;
}
