import { MenshenError } from '@menshen/contract';
import { maxClockSkewMs, openLogin, type SealedAnswer, type SealedPurpose, sealAnswer } from '@menshen/wire';
import type { ClientKeys } from './client-keys.ts';
import type { SessionBinding } from './model.ts';
import type { ReplayGuard } from './replay-guard.ts';

/** WeChat's per-user key, mixed into the session's keys where the app's setting demands it. */
export interface UserKey {
  readonly version: number;
  readonly key: Uint8Array;
}

/** An opened request: its body as the endpoint defines it in clear, unchecked, and the way to answer. */
export interface SealedExchange {
  readonly app: string;
  readonly body: unknown;
  /** Seals the answer and makes the keys of the session that it opens. Throws MenshenError `sealed_login_invalid` when the client's key is none. */
  answer(body: object, userKey: UserKey | null): { readonly message: SealedAnswer; readonly binding: SessionBinding };
}

/** Opens a sealed login or binding. Throws MenshenError `server_key_unknown`, `sealed_login_invalid`, `clock_skew` or `request_replayed`. */
export async function openSealed(
  parts: {
    readonly keys: ClientKeys;
    readonly guard: ReplayGuard;
    readonly clock: () => number;
    readonly random: (size: number) => Uint8Array;
  },
  purpose: SealedPurpose,
  message: { readonly kid: string; readonly suite: string },
): Promise<SealedExchange> {
  const { keys, guard, clock, random } = parts;
  const key = keys.find(message.kid);
  if (key === undefined || key.suite.name !== message.suite) throw new MenshenError('server_key_unknown');
  const opened = openLogin(key.suite, purpose, { kid: key.kid, ...key.pair }, message);
  if (opened === null) throw new MenshenError('sealed_login_invalid');
  const now = clock();
  if (Math.abs(opened.timestamp - now) > maxClockSkewMs) throw new MenshenError('clock_skew', { serverTime: now });
  // Whoever sealed this knows nothing secret yet: the address limit of logins stands before, and keeps the nonces few.
  const nonce = Buffer.from(opened.nonce).toString('base64url');
  const freshness = await guard.take(`login ${opened.kid} ${nonce}`, opened.timestamp);
  if (freshness !== 'fresh') throw new MenshenError(freshness, freshness === 'clock_skew' ? { serverTime: now } : {});
  return {
    app: opened.app,
    body: opened.body,
    answer(body, userKey) {
      const keyVersion = 1;
      const sealed = sealAnswer(key.suite, opened, { body, keyVersion, ...(userKey === null ? {} : { userKey }) }, random);
      if (sealed === null) throw new MenshenError('sealed_login_invalid');
      return { message: sealed.message, binding: { suite: key.suite.name, keyVersion, keys: sealed.keys } };
    },
  };
}
