import { concatBytes, noBytes, type RandomBytes } from '@menshen/wire';
import { isBytes } from '../bytes.ts';
import type { Settings } from '../settings.ts';
import { callPlatform } from './platform-call.ts';
import type { Runtime } from './runtime.ts';

/** Unpredictable bytes of the platform. */
export interface RandomPool {
  /** Hands out `total` bytes, piece by piece. Rejects with `crypto_unavailable` where the platform has none: nothing weaker takes their place. */
  take(total: number): Promise<RandomBytes>;
}

const fillBytes = 512;
const fillTimeoutMs = 5_000;

/** Bytes of `wx.getRandomValues` (base library 2.15.0), fetched ahead: each call of the platform takes milliseconds, each request needs 16 bytes. */
export function createRandomPool(settings: Settings, runtime: Runtime): RandomPool {
  const { wx, locale } = settings;
  const call = { runtime, locale, limitMs: fillTimeoutMs, broken: 'crypto_unavailable' } as const;
  let pool: Uint8Array = noBytes;
  let filling: Promise<void> | null = null;

  const fetchBytes = (): Promise<Uint8Array> =>
    callPlatform<Uint8Array>(call, (done, failed) => {
      if (wx.getRandomValues === undefined) return void failed();
      wx.getRandomValues({
        length: fillBytes,
        success: ({ randomValues }) => {
          const bytes = isBytes(randomValues) ? new Uint8Array(randomValues) : noBytes;
          // A platform that hands out one byte over and over has no randomness.
          if (bytes.length !== fillBytes || bytes.every((byte) => byte === bytes[0])) failed();
          else done(bytes);
        },
        fail: (failure) => failed(failure),
      });
      return undefined;
    });

  const fill = (): Promise<void> => {
    if (filling === null) {
      filling = fetchBytes().then(
        (bytes) => {
          pool = concatBytes(pool, bytes);
          filling = null;
        },
        (error: unknown) => {
          filling = null;
          throw error;
        },
      );
    }
    return filling;
  };

  return {
    async take(total) {
      while (pool.length < total) await fill();
      // Cut off before anybody else runs: no byte is handed out twice.
      let mine = pool.slice(0, total);
      pool = pool.slice(total);
      return (length) => {
        if (length > mine.length) throw new RangeError('menshen: more random bytes than were taken');
        const bytes = mine.slice(0, length);
        mine = mine.slice(length);
        return bytes;
      };
    },
  };
}
