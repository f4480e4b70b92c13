import { isDigit, isLetter, isWordCode } from '../text/characters.ts';

/** An address found in a text. */
export interface Address {
  /** Lower case. */
  readonly scheme: string;
  readonly start: number;
  /** First position after it. */
  readonly end: number;
  /** Name or number, without user, port and path. */
  readonly host: string;
  readonly port: string;
  /** What stands before an at sign. */
  readonly user: string;
  /** From the path on, at most 300 characters. */
  readonly rest: string;
  /** One of the forms that readers of addresses understand differently. */
  readonly ambiguous: boolean;
  /** More or fewer than two slashes behind the scheme, as a slip of the hand has them too. */
  readonly slips: boolean;
}

/** `/@name` is a page of somebody; any other sign before the at sign tells two readers two hosts. */
const strayAt = /^(?:[\s#?\\&;][\s#?/\\&;]{0,3}|\/[\s#?\\&;]{1,3})?@/;
/** `a.example&b.example`: some readers end the host at the sign. */
const twoHosts = /^[\w-]+(?:\.[\w-]+)+&[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}$/i;
/** `/@127.0.0.1/`: an inner host behind an at sign in the path. */
const innerBehind = /^\/[^/\s]{0,20}@(?:127\.|10\.|192\.168\.|169\.254\.|localhost\b|\[)/;
const longestHost = 300;
const tooMany = 64;
const mostSlashes = 32;

/** The addresses of a text, at most 64. */
export function findAddresses(text: string): readonly Address[] {
  const found: Address[] = [];
  for (let colon = text.indexOf(':'); colon >= 0 && found.length < tooMany; colon = text.indexOf(':', colon + 1)) {
    const start = schemeStart(text, colon);
    // One letter is a drive of Windows.
    if (start >= colon - 1) continue;
    const scheme = text.slice(start, colon).toLowerCase();
    let at = colon + 1;
    let slashes = 0;
    while (slashes < mostSlashes && (text.charCodeAt(at) === 0x2f || text.charCodeAt(at) === 0x5c)) {
      at += 1;
      slashes += 1;
    }
    const lax = slashes !== 2 || text.charCodeAt(colon + 1) === 0x5c || text.charCodeAt(colon + 2) === 0x5c;
    if (slashes < 2 && !((scheme === 'http' || scheme === 'https') && startsHost(text, at))) continue;
    // More than a slip of the hand, or of both kinds.
    const mixed = slashes > 4 || (slashes > 1 && text.slice(colon + 1, at).includes('\\'));
    const address = readAddress(text, start, scheme, at, lax && slashes !== 3, mixed && !text.startsWith('\\/\\/', colon + 1));
    found.push(address);
  }
  return found;
}

function schemeStart(text: string, colon: number): number {
  let start = colon;
  while (start > 0 && colon - start < 20) {
    const code = text.charCodeAt(start - 1);
    if (!isWordCode(code) && code !== 0x2b && code !== 0x2d && code !== 0x2e) break;
    start -= 1;
  }
  while (start < colon && !isLetter(text.charCodeAt(start))) start += 1;
  return start;
}

/** `http:127.0.0.1`: an address without slashes; `http: see below` is none. */
function startsHost(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return isDigit(code) || code === 0x5b || text.startsWith('localhost', at);
}

function readAddress(text: string, start: number, scheme: string, from: number, lax: boolean, mixed: boolean): Address {
  let at = from;
  let user = from;
  const limit = Math.min(text.length, from + longestHost);
  let backslash = false;
  let ends = 0;
  while (at < limit) {
    const code = text.charCodeAt(at);
    if (code === 0x40) {
      user = at + 1;
      ends += 1;
    } else if (code === 0x5c) {
      const behind = text.charCodeAt(at + 1);
      if (!(isLetter(behind) || behind === 0x5c || behind === 0x40 || behind === 0x2e)) break;
      backslash = true;
    } else if (
      code === 0x2f ||
      code === 0x3f ||
      code === 0x23 ||
      code <= 0x20 ||
      code === 0x22 ||
      code === 0x27 ||
      code === 0x3c ||
      code === 0x3e
    )
      break;
    else if (
      code === 0x60 ||
      code === 0x7b ||
      code === 0x7d ||
      code === 0x28 ||
      code === 0x29 ||
      code === 0x2c ||
      code === 0xff0c
    )
      break;
    at += 1;
  }
  const authority = text.slice(user, at);
  const bracket = authority.charCodeAt(0) === 0x5b ? authority.indexOf(']') : -1;
  const colon = bracket >= 0 ? authority.indexOf(':', bracket) : authority.lastIndexOf(':');
  const host = colon < 0 ? authority : authority.slice(0, colon);
  const rest = text.slice(at, at + 300);
  // Another at sign before white space, or a space followed by one: two readers take two hosts.
  const later = rest.indexOf('@');
  const split = later >= 0 && later < 80 && strayAt.test(rest);
  return {
    scheme,
    start,
    end: at,
    host,
    port: colon < 0 ? '' : authority.slice(colon + 1),
    user: user > from ? text.slice(from, user - 1) : '',
    rest,
    ambiguous:
      (later >= 0 && innerBehind.test(rest)) ||
      backslash ||
      mixed ||
      ends > 1 ||
      split ||
      (authority.includes('&') && twoHosts.test(authority)) ||
      (host.includes('%') && /%0[0ad]/i.test(host)),
    slips: lax,
  };
}
