import type { Bilingual } from './bilingual.ts';

/** What makes a caller look like a program. */
export const botSigns = [
  'not_wechat',
  'foreign_app',
  'regular_timing',
  'route_sweep',
  'failed_logins',
  'many_persons',
  'many_devices',
  'ignores_limits',
] as const;
export type BotSign = (typeof botSigns)[number];

/** The same for people who read the record. */
export const botSignTexts: Readonly<Record<BotSign, Bilingual>> = {
  not_wechat: { zh: '请求没有微信客户端的特征', en: 'Requests do not look as if they came from WeChat' },
  foreign_app: { zh: '请求来自另一个小程序', en: 'Requests name another mini program as their origin' },
  regular_timing: { zh: '请求间隔过于规律', en: 'Requests come at very regular intervals' },
  route_sweep: { zh: '大量请求不存在的接口', en: 'Many routes that do not exist were tried' },
  failed_logins: { zh: '多次登录失败', en: 'Many logins failed' },
  many_persons: { zh: '同一设备上登录了很多人', en: 'Many people used one device' },
  many_devices: { zh: '同一地址有很多设备', en: 'Many devices came from one address' },
  ignores_limits: { zh: '被限速后仍不停请求', en: 'Goes on although it is being limited' },
};
