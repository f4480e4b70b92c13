import type { Language } from './errors.ts';

/** Why a session is held to be risky; also what a step-up is asked for. */
export const riskReasons = ['new_device', 'new_city', 'impossible_travel', 'night', 'wechat_risk', 'many_failures'] as const;
export type RiskReason = (typeof riskReasons)[number];

/** For the person at the phone: what was noticed, in words that help. */
export const riskReasonTexts: Readonly<Record<RiskReason, Readonly<Record<Language, string>>>> = {
  new_device: { zh: '您在一台新设备上登录。', en: 'You signed in on a new device.' },
  new_city: { zh: '您的登录地点与以往不同。', en: 'You signed in from a place that is new for you.' },
  impossible_travel: {
    zh: '两次使用地点相距太远，短时间内无法到达。',
    en: 'You were in two places too far apart for the time between.',
  },
  night: { zh: '您在非工作时间登录。', en: 'You signed in outside working hours.' },
  wechat_risk: { zh: '微信提示该账号存在风险。', en: 'WeChat reports a risk for this account.' },
  many_failures: { zh: '该账号近期有多次验证失败。', en: 'There were many failed attempts for this account lately.' },
};
