import type { Clock } from '../clock.ts';
import { type RandomBytes, randomHex } from '../random.ts';
import { BoundedMap } from './bounded.ts';

const lifetimeMs = 3_600_000;
const keptKeys = 3;

export interface UserEncryptKey {
  /** Base64 of 16 bytes. */
  readonly encryptKey: string;
  /** 16 ASCII characters. */
  readonly iv: string;
  readonly version: number;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface UserKeys {
  /** What wx.getUserCryptoManager().getLatestUserKey returns: the newest key, made anew when it has expired or `fresh` is asked for. */
  latest(appid: string, person: string, fresh?: boolean): UserEncryptKey;
  /** The last three keys, newest first, expired ones among them. */
  list(appid: string, person: string): readonly UserEncryptKey[];
}

export function createUserKeys(clock: Clock, random: RandomBytes): UserKeys {
  const records = new BoundedMap<string, readonly UserEncryptKey[]>(100_000);
  const keyOf = (appid: string, person: string) => JSON.stringify([appid, person]);
  return {
    latest(appid, person, fresh = false) {
      const key = keyOf(appid, person);
      const keys = records.get(key) ?? [];
      const newest = keys[0];
      if (newest && !fresh && newest.expiresAt > clock()) return newest;
      const created: UserEncryptKey = {
        encryptKey: Buffer.from(random(16)).toString('base64'),
        iv: randomHex(random, 8),
        version: (newest?.version ?? 0) + 1,
        createdAt: clock(),
        expiresAt: clock() + lifetimeMs,
      };
      records.set(key, [created, ...keys].slice(0, keptKeys));
      return created;
    },
    list: (appid, person) => records.get(keyOf(appid, person)) ?? [],
  };
}
