import { callPlatform } from '../phone/platform-call.ts';
import type { Runtime } from '../phone/runtime.ts';
import type { Settings } from '../settings.ts';

/** A fresh login code of the platform: `wx.qy.login` in WeCom, `wx.login` in WeChat. It works once, for five minutes. */
export function fetchLoginCode(settings: Settings, runtime: Runtime): Promise<string> {
  const { wx, device, locale, timeoutMs } = settings;
  const call = { runtime, locale, limitMs: timeoutMs, broken: 'login_code_failed' } as const;
  return callPlatform<string>(call, (done, failed) => {
    const platform = device.channel === 'wecom' && wx.qy !== undefined ? wx.qy : wx;
    platform.login({
      timeout: timeoutMs,
      success: ({ code }) => (typeof code === 'string' && code !== '' ? done(code) : failed()),
      fail: (failure) => failed(failure),
    });
    return undefined;
  });
}
