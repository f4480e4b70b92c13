import type { Settings } from '../settings.ts';
import { callPlatform } from './platform-call.ts';
import type { Runtime } from './runtime.ts';

/**
 * WeChat's key of the user (`getLatestUserKey`, base library 2.17.3), which some apps demand in the session's keys. Rejects with `crypto_unavailable` where the
 * platform has none, or not the version that the gateway took.
 */
export function fetchUserKey(settings: Settings, runtime: Runtime, wanted: number): Promise<Uint8Array> {
  const { wx, locale, timeoutMs } = settings;
  const call = { runtime, locale, limitMs: timeoutMs, broken: 'crypto_unavailable' } as const;
  return callPlatform<Uint8Array>(call, (done, failed) => {
    if (wx.getUserCryptoManager === undefined || wx.base64ToArrayBuffer === undefined) return void failed();
    const { base64ToArrayBuffer } = wx;
    wx.getUserCryptoManager().getLatestUserKey({
      success: ({ encryptKey, version }) => {
        const key = new Uint8Array(base64ToArrayBuffer(encryptKey));
        if (version === wanted && key.length >= 16) done(key);
        else failed();
      },
      fail: (failure) => failed(failure),
    });
    return undefined;
  });
}
