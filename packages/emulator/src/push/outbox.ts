import { buildMessageXml, type MessageXmlFields } from '@menshen/wechat';
import type { EmulatorOptions, WechatAppOptions } from '../options.ts';
import { type AddressCheck, checkAddress } from './check-address.ts';
import { buildContactCallback, buildContactCheck, type ContactChange, contactMessage } from './contact-callback.ts';
import { createDeliveries, type Deliveries, type Delivery } from './delivery.ts';
import { buildPush, buildPushCheck, completeEvent, type PushEvent } from './message-push.ts';
import { buildPayNotification, type PayEvent, type PayForgery } from './pay-notification.ts';

/** What the platforms send of their own accord. */
export interface Outbox {
  readonly deliveries: Deliveries;
  /** Undefined when the app has no push address. */
  push(app: WechatAppOptions, event: PushEvent): Delivery | undefined;
  /** Undefined when there is no callback address, or nothing that WeCom would tell it. */
  announce(change: ContactChange): Delivery | undefined;
  /** An event of the company's own, such as a pressed button. Undefined when there is no callback address. */
  tell(event: string, fields: MessageXmlFields): Delivery | undefined;
  /** Undefined when there is no merchant. */
  pay(event: PayEvent, forgery?: PayForgery): Delivery | undefined;
  /** The console's check of a push address (by app) or of WeCom's callback. Undefined when there is none. */
  checkAddress(app?: WechatAppOptions): Promise<AddressCheck | undefined>;
}

export function createOutbox(options: EmulatorOptions): Outbox {
  const { clock, fetch, wecom } = options;
  const timeoutMs = options.callbackTimeoutMs ?? 5000;
  const deliveries = createDeliveries({ fetch, clock, timeoutMs });
  return {
    deliveries,
    push(app, event) {
      const { push } = app;
      if (!push) return undefined;
      const message = completeEvent(app, event, clock());
      const name = String(message.Event ?? message.MsgType);
      return deliveries.enqueue(`app:${app.appid}`, name, () => buildPush(options, app, push, message));
    },
    announce(change) {
      const target = wecom?.callback;
      if (!target) return undefined;
      const message = contactMessage(wecom, change, clock());
      if (message === undefined) return undefined;
      return deliveries.enqueue('wecom', change.type, () => buildContactCallback(options, wecom, target, message));
    },
    tell(event, fields) {
      const target = wecom?.callback;
      if (!target) return undefined;
      const message = buildMessageXml({
        ...{ ToUserName: wecom.corpid, CreateTime: Math.floor(clock() / 1_000), MsgType: 'event', Event: event },
        ...fields,
      });
      return deliveries.enqueue('wecom', event, () => buildContactCallback(options, wecom, target, message));
    },
    pay(event, forgery) {
      const { pay } = options;
      return pay && deliveries.enqueue('pay', event.eventType, () => buildPayNotification(options, pay, event, forgery));
    },
    async checkAddress(app) {
      if (app) return app.push && checkAddress(fetch, buildPushCheck(options, app.push), timeoutMs);
      const target = wecom?.callback;
      return target && checkAddress(fetch, buildContactCheck(options, wecom, target), timeoutMs);
    },
  };
}
