import type { EmulatorServerOptions } from '@menshen/emulator';
import { demoCompany } from './company.ts';
import { demoAccounts } from './credentials.ts';

/** What the emulator must be started with to be WeChat and WeCom for the demonstration company. */
export type DemoEmulatorOptions = Required<Pick<EmulatorServerOptions, 'people' | 'wechatApps' | 'wecom'>>;

/** Options for `startEmulator`: the company, its two accounts with callbacks to the gateway, and a neighbour's mini program. */
export function demoEmulator(gatewayUrl: string): DemoEmulatorOptions {
  const { appid, appSecret, push, neighbour, corpid, agentid, agentSecret, contactsSecret, callback } = demoAccounts;
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
    },
  };
}
