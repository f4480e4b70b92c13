import { BoundedMap, createRing, type Ring } from './bounded.ts';

/** A real-time log that the mini program wrote with wx.getRealtimeLogManager(). */
export interface UserLogEntry {
  readonly level: 2 | 4 | 8;
  /** 1 Android, 2 iOS. */
  readonly platform: 1 | 2;
  readonly openid: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly page: string;
  readonly traceId: string;
  readonly filterMsg: string;
  readonly messages: readonly string[];
}

/** A JavaScript error that WeChat collected in the mini program. */
export interface JsErrorEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `1` business code, `2` plugin, `3` framework. */
  readonly errType: '1' | '2' | '3';
  readonly openid: string;
  readonly appVersion: string;
  readonly message: string;
  readonly stack: string;
  /** `1` Android, `2` iOS, `3` other. */
  readonly osName: '1' | '2' | '3';
  readonly route: string;
}

/** What WeChat itself keeps about an app, the last 2000 of each. */
export interface WechatLogs {
  userLogs(appid: string): Ring<UserLogEntry>;
  jsErrors(appid: string): Ring<JsErrorEntry>;
}

export function createWechatLogs(): WechatLogs {
  const userLogs = new BoundedMap<string, Ring<UserLogEntry>>(100);
  const jsErrors = new BoundedMap<string, Ring<JsErrorEntry>>(100);
  return { userLogs: (appid) => ringOf(userLogs, appid), jsErrors: (appid) => ringOf(jsErrors, appid) };
}

function ringOf<T>(rings: Map<string, Ring<T>>, appid: string): Ring<T> {
  const ring = rings.get(appid) ?? createRing<T>(2000);
  rings.set(appid, ring);
  return ring;
}
