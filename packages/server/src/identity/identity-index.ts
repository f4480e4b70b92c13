import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { Keys } from '../keys/master.ts';
import type { IdentityRow } from './tables.ts';

/** What stands in place of ids that WeChat and WeCom know a person by: found again, and read by nobody without the master key. */
export interface IdentityIndex {
  subject(channel: string, provider: string, subject: string): string;
  unionid(unionid: string | null): string | null;
  username(username: string): string;
}

/** Whole digests: an index cut short would take one person for another. */
export function createIdentityIndex(keys: Keys): IdentityIndex {
  const secret = keys.derive('index of identities');
  const digest = (...parts: readonly string[]): string =>
    createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url');
  return {
    subject: (channel, provider, subject) => digest('subject', channel, provider, subject),
    unionid: (unionid) => (unionid === null ? null : digest('unionid', unionid)),
    username: (username) => digest('username', username),
  };
}

const idsOf = z.strictObject({ subject: z.string(), unionid: z.string().nullable() });
export type IdentityIds = z.output<typeof idsOf>;

const place = (index: string) => ({ table: 'identities', column: 'holder', key: index });

export const sealIds = ({ subject, unionid }: IdentityIds, index: string, keys: Keys): Uint8Array =>
  keys.sealText(JSON.stringify({ subject, unionid }), place(index));

/** The ids of a row, also of one of before. */
export const openIds = (row: Pick<IdentityRow, 'subject' | 'unionid' | 'holder'>, keys: Keys): IdentityIds =>
  row.holder === null
    ? { subject: row.subject, unionid: row.unionid }
    : idsOf.parse(JSON.parse(keys.openText(row.holder, place(row.subject))));
