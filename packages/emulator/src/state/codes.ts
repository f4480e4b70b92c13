import type { Clock } from '../clock.ts';
import { type RandomBytes, randomToken } from '../random.ts';
import { BoundedMap } from './bounded.ts';

/** How long a code from wx.login, wx.qy.login or a getPhoneNumber button can be exchanged, in milliseconds. */
export const codeLifetimeMs = 5 * 60_000;

export type CodeKind = 'wechat-login' | 'wecom-login' | 'wecom-web' | 'phone';

export interface CodeGrant {
  readonly kind: CodeKind;
  /** The appid (WeChat) or corpid (WeCom) that the code was made for. */
  readonly audience: string;
  /** Id of the WeChat person, or userid of the WeCom member. */
  readonly person: string;
  readonly expiresAt: number;
}

/** `used` is told apart from `unknown` only until the code expires: WeChat answers 40163 and 40029. */
export type CodeLookup = { readonly status: 'valid' | 'used'; readonly grant: CodeGrant } | { readonly status: 'unknown' };

export interface Codes {
  issue(grant: Omit<CodeGrant, 'expiresAt'>): { readonly code: string; readonly expiresAt: number };
  find(code: string): CodeLookup;
  consume(code: string): void;
}

/** One-time codes. Codes of different kinds live in one space, so that one kind offered in place of another is recognised. */
export function createCodes(clock: Clock, random: RandomBytes): Codes {
  const records = new BoundedMap<string, { readonly grant: CodeGrant; used: boolean }>(10_000);
  return {
    issue(grant) {
      const code = randomToken(random, grant.kind === 'phone' ? 64 : 32);
      const expiresAt = clock() + codeLifetimeMs;
      records.set(code, { grant: { ...grant, expiresAt }, used: false });
      return { code, expiresAt };
    },
    find(code) {
      const record = records.get(code);
      if (!record || record.grant.expiresAt <= clock()) return { status: 'unknown' };
      return { status: record.used ? 'used' : 'valid', grant: record.grant };
    },
    consume(code) {
      const record = records.get(code);
      if (record) record.used = true;
    },
  };
}
