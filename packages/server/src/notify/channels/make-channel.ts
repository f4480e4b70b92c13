import type { AppConfig, NotifyChannelConfig } from '@menshen/contract';
import type { WecomClient } from '@menshen/wechat';
import type { SmsProvider } from '../../identity/factors/providers/sms-provider.ts';
import type { Channel, ChannelRuntime } from './channel.ts';
import { createDingtalkRobot, createFeishuRobot, createWebhook } from './http-robots.ts';
import { createMailChannel } from './mail.ts';
import { createSmsChannel } from './sms.ts';
import { createWecomAppChannel, createWecomRobotChannel } from './wecom.ts';

export interface ChannelParts extends ChannelRuntime {
  readonly app: (id: string) => AppConfig | undefined;
  readonly messenger: (app: AppConfig) => WecomClient | null;
  readonly sms: () => SmsProvider | null;
  /** Makes a path of the configuration absolute. */
  readonly path: (file: string) => string;
}

export const channelKinds = ['wecomRobot', 'wecomApp', 'dingtalkRobot', 'feishuRobot', 'mail', 'webhook', 'sms'] as const;
export type ChannelKind = (typeof channelKinds)[number];

export function kindOf({ by }: NotifyChannelConfig): ChannelKind {
  return channelKinds.find((kind) => kind in by) ?? 'webhook';
}

/** The way that a channel of the configuration describes. */
export function makeChannel({ by, language }: NotifyChannelConfig, parts: ChannelParts): Channel {
  if ('wecomRobot' in by) return createWecomRobotChannel(by.wecomRobot, parts);
  if ('dingtalkRobot' in by) return createDingtalkRobot(by.dingtalkRobot, parts);
  if ('feishuRobot' in by) return createFeishuRobot(by.feishuRobot, parts);
  if ('webhook' in by) return createWebhook(by.webhook, parts);
  if ('sms' in by) return createSmsChannel(by.sms.phones, language, parts.sms);
  if ('mail' in by) {
    const { mail } = by;
    return createMailChannel(mail.ca === undefined ? mail : { ...mail, ca: parts.path(mail.ca) }, language);
  }
  const { app, ...to } = by.wecomApp;
  return createWecomAppChannel(to, () => {
    const config = parts.app(app);
    return config === undefined ? null : parts.messenger(config);
  });
}
