import type { EmulatorServerOptions } from '@menshen/emulator';
import { demoCompany } from './company.ts';
import { demoAccounts } from './credentials.ts';

/** What the emulator must be started with to be WeChat and WeCom for the demonstration company. */
export type DemoEmulatorOptions = Required<Pick<EmulatorServerOptions, 'people' | 'wechatApps' | 'wecom' | 'sms'>>;

/** Options for `startEmulator`: the company, its two accounts with callbacks to the gateway, and a neighbour's mini program. */
export function demoEmulator(gatewayUrl: string): DemoEmulatorOptions {
  const { appid, appSecret, push, neighbour, corpid, agentid, agentSecret, contactsSecret, callback, securityGroup, sms } =
    demoAccounts;
  const callbackUrl = (kind: 'wechat' | 'wecom'): string => new URL(`/_menshen/v1/callback/portal/${kind}`, gatewayUrl).href;
  return {
    people: demoCompany(),
    wechatApps: [
      { appid, secret: appSecret, name: '鼎泰云商', push: { url: callbackUrl('wechat'), ...push } },
      { appid: neighbour.appid, secret: neighbour.secret, name: '隔壁茶铺', openPlatform: false },
    ],
    wecom: {
      corpid,
      // Records of members with their mobile numbers, as a company sees them that connected its app early enough.
      agents: [{ agentid, secret: agentSecret, name: '鼎泰云商', sensitiveFields: true }],
      contactsSecret,
      contactsAccess: 'full',
      callback: { url: callbackUrl('wecom'), ...callback },
      webhooks: [securityGroup],
    },
    sms: {
      tencent: {
        secretId: sms.secretId,
        secretKey: sms.secretKey,
        sdkAppId: sms.sdkAppId,
        signNames: [sms.signName],
        templates: [
          { id: sms.templates.zh, text: '您的验证码是 {1}，{2} 分钟内有效。请勿告诉任何人。' },
          { id: sms.templates.en, text: 'Your code is {1}. It is good for {2} minutes. Tell it to nobody.' },
        ],
      },
    },
  };
}
