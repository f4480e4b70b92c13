import { decodeBase64url, isKid, type PinnedKey } from '@menshen/wire';
import type { Envelope } from './envelope-types.ts';
import { type Language, mistake } from './error.ts';
import { type Device, readDevice } from './phone/device.ts';
import type { WxPlatform } from './phone/platform.ts';
import type { MenshenOptions, RetryPolicy } from './types.ts';

declare const wx: WxPlatform | undefined;

/** The options, checked and complete. */
export interface Settings {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Origin and base path, without a slash at the end. */
  readonly base: string;
  readonly app: string;
  readonly wx: WxPlatform;
  readonly device: Device;
  readonly storageKey: string;
  readonly locale: Language;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  /** Empty: logins go in clear and requests carry the token alone. */
  readonly serverKeys: readonly PinnedKey[];
  /** Absent: nothing is sealed. */
  readonly envelope: Envelope | undefined;
}

// The path is bounded to characters that need no second look; a query or fragment has no place in a base.
const addressForm =
  /^((https?):\/\/(\[[0-9a-f:.]{2,45}\]|[a-z0-9.-]{1,253})(:[0-9]{1,5})?)((?:\/[A-Za-z0-9._~-]{1,100}){0,10})\/?$/;
const privateHost = /^(localhost|(127|10)(\.\d{1,3}){3}|(192\.168|172\.(1[6-9]|2\d|3[01]))(\.\d{1,3}){2}|\[::1\])$/;
const everyOption: Readonly<Record<keyof MenshenOptions, 1>> = {
  baseUrl: 1,
  app: 1,
  wx: 1,
  storageKey: 1,
  language: 1,
  timeoutMs: 1,
  retry: 1,
  serverKeys: 1,
  envelope: 1,
  onStepUp: 1,
  onBindingRequired: 1,
  onSessionEnded: 1,
};
const known = Object.keys(everyOption);

/**
 * Checks the options.
 * @throws TypeError on a programmer's mistake, which must show at the first start and not at the first request.
 */
export function readSettings(options: MenshenOptions): Settings {
  for (const name of Object.keys(options)) {
    if (known.indexOf(name) < 0) throw mistake(`unknown option ${name}`);
  }
  const address = addressForm.exec(options.baseUrl);
  if (address === null) throw mistake('baseUrl must be https://host with an optional path');
  const [, origin = '', scheme, host = '', , path = ''] = address;
  if (scheme === 'http' && !privateHost.test(host)) throw mistake('baseUrl must use https outside of a private network');
  if (!/^[a-z0-9][a-z0-9_-]{0,39}$/i.test(options.app)) throw mistake('app must be the id of the app at the gateway');
  const platform = options.wx || (typeof wx === 'undefined' ? undefined : wx);
  if (platform === undefined) throw mistake('there is no wx here; hand it in');
  const { envelope } = options;
  if (envelope && !options.serverKeys) throw mistake('envelope needs serverKeys');
  const device = readDevice(platform);
  return {
    origin,
    base: origin + path,
    app: options.app,
    wx: platform,
    device,
    storageKey: options.storageKey || `menshen:${options.app}`,
    locale: options.language || device.locale,
    timeoutMs: within('timeoutMs', options.timeoutMs, 15_000, 1_000, 120_000),
    retry: readRetry(options.retry),
    serverKeys: readServerKeys(options.serverKeys),
    envelope,
  };
}

function readRetry(retry: MenshenOptions['retry']): RetryPolicy {
  const given: Partial<RetryPolicy> = retry === false ? { tries: 1 } : retry || {};
  return {
    tries: within('retry.tries', given.tries, 3, 1, 10),
    baseDelayMs: within('retry.baseDelayMs', given.baseDelayMs, 400, 1, 60_000),
    maxDelayMs: within('retry.maxDelayMs', given.maxDelayMs, 5_000, 1, 60_000),
    totalMs: within('retry.totalMs', given.totalMs, 20_000, 0, 300_000),
  };
}

function readServerKeys(keys: MenshenOptions['serverKeys']): readonly PinnedKey[] {
  if (keys === undefined) return [];
  if (!Array.isArray(keys) || keys.length < 1 || keys.length > 2) throw mistake('serverKeys must be one or two keys');
  const read = keys.map(({ kid, publicKey }): PinnedKey => {
    const bytes = typeof publicKey === 'string' ? decodeBase64url(publicKey, 32) : null;
    if (typeof kid !== 'string' || !isKid(kid) || bytes === null || bytes.every((byte) => byte === 0))
      throw mistake('a server key has a kid and an X25519 public key in base64url');
    return { kid, publicKey: bytes };
  });
  if (read.length === 2 && read[0]?.kid === read[1]?.kid) throw mistake('the server keys have the same kid');
  return read;
}

function within(name: string, value: number | undefined, fallback: number, min: number, max: number): number {
  if (value === undefined) return fallback;
  if (!(value >= min && value <= max)) throw mistake(`${name} must be a number from ${min} to ${max}`);
  return Math.floor(value);
}
