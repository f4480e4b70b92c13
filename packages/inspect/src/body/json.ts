import { isUtf8 } from 'node:buffer';
import type { NormalProfile } from '../profile.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { createJsonScanner } from './json-scanner.ts';

/** A JSON text that every parser reads alike. */
export interface ParsedJson {
  readonly value: unknown;
}

/**
 * Makes the reader of JSON bodies (RFC 8259, as strict as I-JSON, RFC 7493). Refused are: a byte order mark, invalid UTF-8,
 * every departure from the grammar (comments, trailing commas, `NaN`, text after the value), a key twice in one object also
 * when it is written with escapes, keys that reach a prototype (`__proto__`, `constructor.prototype`), escaped NUL, half a
 * surrogate pair, numbers that a double cannot hold (see `numbers` of the profile) and all beyond the limits. An accepted
 * text can be passed on byte by byte.
 */
export function createJsonReader(profile: NormalProfile): (bytes: Buffer) => Refusal | ParsedJson {
  const scan = createJsonScanner(profile);
  return (bytes) => {
    const unreadable = checkText(bytes);
    if (unreadable !== null) return unreadable;
    const scanned = scan(bytes);
    if ('code' in scanned) return scanned;
    const { keys, doubtAt } = scanned;
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString());
    } catch {
      return refuse('body_malformed', 'body');
    }
    if (doubtAt >= 0 && !hasPlainKeys(value, keys)) return refuse('body_ambiguous', `body byte ${doubtAt} name`);
    return { value };
  };
}

/** Refuses what is not UTF-8 without byte order mark. */
export function checkText(bytes: Buffer): Refusal | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return refuse('body_malformed', 'body byte 0');
  return isUtf8(bytes) ? null : refuse('body_not_utf8', 'body');
}

/**
 * Whether the parsed value still has every key of the text, and none that reaches a prototype. Linear in the size of the
 * value.
 */
function hasPlainKeys(root: unknown, expected: number): boolean {
  let found = 0;
  const open: object[] = [];
  if (typeof root === 'object' && root !== null) open.push(root);
  for (let container = open.pop(); container !== undefined; container = open.pop()) {
    if (Array.isArray(container)) {
      for (const item of container) if (typeof item === 'object' && item !== null) open.push(item);
      continue;
    }
    const members = container as Record<string, unknown>;
    for (const key of Object.keys(members)) {
      found += 1;
      if (key === '__proto__') return false;
      const child = members[key];
      if (typeof child !== 'object' || child === null) continue;
      if (key === 'constructor' && Object.hasOwn(child, 'prototype')) return false;
      open.push(child);
    }
  }
  return found === expected;
}
