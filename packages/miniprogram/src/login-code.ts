import { type Language, localError } from './error.ts';
import type { WxLoginOptions } from './platform.ts';
import type { Runtime } from './runtime.ts';
import type { Settings } from './settings.ts';

/** A fresh login code of the platform: `wx.qy.login` in WeCom, `wx.login` in WeChat. It works once, for five minutes. */
export function fetchLoginCode(settings: Settings, runtime: Runtime): Promise<string> {
  const { wx, device, timeoutMs } = settings;
  const language: Language = settings.language;
  return new Promise((resolve, reject) => {
    const failed = (cause?: unknown): void => {
      cancel();
      reject(localError('login_code_failed', language, cause));
    };
    const cancel = runtime.timer(timeoutMs, () => failed());
    const options: WxLoginOptions = {
      timeout: timeoutMs,
      success: ({ code }) => {
        if (typeof code !== 'string' || code === '') return failed();
        cancel();
        resolve(code);
      },
      fail: failed,
    };
    try {
      if (device.channel === 'wecom' && wx.qy !== undefined) wx.qy.login(options);
      else wx.login(options);
    } catch (cause) {
      failed(cause);
    }
  });
}
