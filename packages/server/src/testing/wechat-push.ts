import { createMessageCodec } from '@menshen/wechat';
import { testAccounts } from './company.ts';
import type { Caller } from './http.ts';

/** Settings of an app to which WeChat pushes its events. */
export const pushSettings = { token: 'push-token-of-the-test', aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' };

/** Sends an event as WeChat sends it to the portal: encrypted and signed, by `sent` each time anew. `now` gives epoch ms. */
export function createWechatPush(call: Caller, now: () => number, settings: typeof pushSettings = pushSettings) {
  return async (fields: Readonly<Record<string, unknown>>, sent = 0): Promise<Awaited<ReturnType<Caller>>> => {
    const codec = createMessageCodec({
      ...{ token: settings.token, encodingAesKey: settings.aesKey, receiveId: testAccounts.appid },
      random: (size) => new Uint8Array(size).fill(7 + sent),
    });
    const timestamp = String(Math.floor(now() / 1_000));
    const nonce = String(100_000 + sent);
    const encrypted = codec.encrypt(JSON.stringify({ MsgType: 'event', AppID: testAccounts.appid, ...fields }));
    const query = new URLSearchParams({ timestamp, nonce, msg_signature: codec.signature([timestamp, nonce, encrypted]) });
    return await call('POST', `/_menshen/v1/callback/portal/wechat?${query}`, { body: { Encrypt: encrypted } });
  };
}
