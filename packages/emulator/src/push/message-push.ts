import { createHash } from 'node:crypto';
import { buildMessageXml, createMessageCodec, type MessageXmlFields } from '@menshen/wechat';
import { seconds } from '../http/api.ts';
import type { EmulatorOptions, PushTarget, WechatAppOptions } from '../options.ts';
import { randomDigits } from '../random.ts';
import type { CallbackRequest } from './delivery.ts';

/** The fields of an event; `ToUserName`, `CreateTime` and `MsgType` are added where absent. */
export type PushEvent = Readonly<Record<string, unknown>>;

/** The `gh_` account id of an app. */
export function originalIdOf(app: WechatAppOptions): string {
  return app.originalId ?? `gh_${createHash('sha256').update(app.appid).digest('hex').slice(0, 12)}`;
}

/** Completes an event of WeChat's message push, as it was at `now`: later attempts carry the same message. */
export function completeEvent(app: WechatAppOptions, event: PushEvent, now: number): PushEvent {
  return { ToUserName: originalIdOf(app), FromUserName: '', CreateTime: seconds(now), MsgType: 'event', ...event };
}

/** The request that carries an event to an app's server, in the app's mode and format. */
export function buildPush(options: EmulatorOptions, app: WechatAppOptions, push: PushTarget, event: PushEvent): CallbackRequest {
  const { clock, random } = options;
  const codec = createMessageCodec({ token: push.token, encodingAesKey: push.aesKey, receiveId: app.appid, random });
  const timestamp = String(seconds(clock()));
  const nonce = randomDigits(random, 9);
  const query = new URLSearchParams({ signature: codec.signature([timestamp, nonce]), timestamp, nonce });
  if (typeof event.FromUserName === 'string') query.set('openid', event.FromUserName);
  const write = (fields: PushEvent) =>
    push.format === 'xml' ? buildMessageXml(fields as MessageXmlFields) : JSON.stringify(fields);

  let fields = event;
  if (push.mode !== 'plain') {
    const encrypted = codec.encrypt(write(event));
    query.set('encrypt_type', 'aes');
    query.set('msg_signature', codec.signature([timestamp, nonce, encrypted]));
    const sealed = { ToUserName: event.ToUserName, Encrypt: encrypted };
    fields = push.mode === 'compatible' ? { ...event, ...sealed } : sealed;
  }
  const contentType = push.format === 'xml' ? 'text/xml' : 'application/json';
  return { url: withQuery(push.url, query), method: 'POST', contentType, body: write(fields) };
}

/** The address check of WeChat's console, and the answer that proves the address: the echostr itself. */
export function buildPushCheck(options: EmulatorOptions, push: PushTarget) {
  const { clock, random } = options;
  const codec = createMessageCodec({ token: push.token, encodingAesKey: push.aesKey, receiveId: '', random });
  const timestamp = String(seconds(clock()));
  const nonce = randomDigits(random, 9);
  const echostr = randomDigits(random, 19);
  const query = new URLSearchParams({ signature: codec.signature([timestamp, nonce]), timestamp, nonce, echostr });
  return { url: withQuery(push.url, query), expected: echostr };
}

/** Adds parameters to an address that may have some already. */
export function withQuery(url: string, query: URLSearchParams): string {
  const address = new URL(url);
  for (const [name, value] of query) address.searchParams.set(name, value);
  return address.href;
}
