import type { DeviceHint, LoginChannel } from '@menshen/wire';
import type { Language } from '../error.ts';
import type { WxPlatform, WxSystemInfo } from './platform.ts';

/** What the SDK needs to know of the phone, read once. */
export interface Device {
  readonly channel: LoginChannel;
  readonly locale: Language;
  /** Whether storage can be encrypted: base library 2.21.3 (`wx.setStorage`). */
  readonly encryptsStorage: boolean;
  readonly hint: DeviceHint;
}

/** Reads the phone. A platform that says nothing of itself counts as WeChat in Chinese without encrypted storage. */
export function readDevice(wx: WxPlatform): Device {
  const info: WxSystemInfo = attempt(() => wx.getSystemInfoSync());
  // Present in what WeChat has released; an older base library than 2.10.2 does not have it, or not even the call.
  const { version } = attempt(() => wx.getAccountInfoSync().miniProgram);
  const inWecom = info.environment === 'wxwork' && wx.qy !== undefined;
  return {
    channel: inWecom ? 'wecom' : 'wechat',
    locale: /^en/i.test(info.language || '') ? 'en' : 'zh-CN',
    encryptsStorage: isAtLeast(info.SDKVersion || '', [2, 21, 3]),
    hint: {
      ...text('model', info.model),
      ...text('system', info.system),
      ...text('client', info.version && `${inWecom ? 'WeCom' : 'WeChat'} ${info.version}`),
      ...text('build', version),
    },
  };
}

/** What a platform says of itself; nothing where it says nothing, or fails at it. */
function attempt<T extends object>(read: () => T | undefined): Partial<T> {
  try {
    return read() || {};
  } catch {
    return {};
  }
}

function text(name: keyof DeviceHint, value: unknown): DeviceHint {
  return typeof value === 'string' && value !== '' ? { [name]: value.slice(0, 100) } : {};
}

/** Compares by number: as text, `2.9.0` would come after `2.21.3`. */
export function isAtLeast(version: string, wanted: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (let at = 0; at < wanted.length; at += 1) {
    const difference = (parts[at] || 0) - (wanted[at] || 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
