import type { LdapSourceConfig } from '@menshen/contract';
import type { Entry } from 'ldapts';
import { plainDn } from './dn.ts';

/** What a directory says that cannot be used; the whole reading ends, because a guess would close people out or let them in. */
export class LdapAnswerError extends Error {
  readonly code:
    | 'ldap_key_missing'
    | 'ldap_status_missing'
    | 'ldap_too_many'
    | 'ldap_too_slow'
    | 'ldap_connection_lost'
    | 'ldap_pages_unsure';
  constructor(code: LdapAnswerError['code']) {
    super(code);
    this.name = 'LdapAnswerError';
    this.code = code;
  }
}

const limit = 512;
/** Attributes whose values are bytes. */
const binaryKey = /^(objectguid|objectsid)$/i;
/** `userAccountControl` bit 2, ACCOUNTDISABLE (MS-ADTS 2.2.16). */
const accountDisabled = 0x2;
/** `accountExpires` of an account that does not: 0 and the largest number (MS-ADTS 2.2.20). */
const neverExpires = new Set(['0', '9223372036854775807']);
/** 100 ns intervals between 1601 and 1970. */
const epochOffsetMs = 11_644_473_600_000;

/** All values of an attribute, whatever the case in which the server spells its name. */
export function valuesOf(entry: Entry, attribute: string): readonly (string | Buffer)[] {
  const lower = attribute.toLowerCase();
  for (const [name, value] of Object.entries(entry)) {
    if (name.toLowerCase() !== lower) continue;
    return Array.isArray(value) ? value : [value];
  }
  return [];
}

/** The first value as text, trimmed and cut; null when there is none. */
export function textOf(entry: Entry, attribute: string): string | null {
  const [first] = valuesOf(entry, attribute);
  if (first === undefined) return null;
  const text = (typeof first === 'string' ? first : first.toString('utf8')).replace(/[\p{Cc}\p{Cf}]/gu, ' ').trim();
  return text === '' ? null : text.slice(0, limit);
}

export const isBinary = (attribute: string): boolean => binaryKey.test(attribute);

/** The lasting identity of an entry. @throws LdapAnswerError `ldap_key_missing` */
export function keyOf(entry: Entry, attribute: string): string {
  const [first] = valuesOf(entry, attribute);
  if (first === undefined || first.length === 0) throw new LdapAnswerError('ldap_key_missing');
  if (isBinary(attribute)) return Buffer.from(first as string).toString('hex');
  return textOf(entry, attribute) ?? '';
}

/**
 * Whether an account is closed. An account whose state the reader may not see is no account to guess about.
 * @throws LdapAnswerError `ldap_status_missing`
 */
export function isDisabled(entry: Entry, how: LdapSourceConfig['disabled'], now: number): boolean {
  if (how !== 'userAccountControl') {
    const value = textOf(entry, how.attribute);
    return value !== null && value.toUpperCase() !== 'FALSE';
  }
  const control = textOf(entry, 'userAccountControl');
  if (control === null || !/^-?\d{1,10}$/.test(control)) throw new LdapAnswerError('ldap_status_missing');
  if ((Number(control) & accountDisabled) !== 0) return true;
  const expires = textOf(entry, 'accountExpires');
  if (expires === null || !/^\d{1,19}$/.test(expires) || neverExpires.has(expires)) return false;
  return Number(BigInt(expires) / 10_000n) - epochOffsetMs <= now;
}

export function dnOf(entry: Entry): string {
  return plainDn(entry.dn);
}
