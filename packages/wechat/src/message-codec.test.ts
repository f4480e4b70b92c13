import { createRequire } from 'node:module';
import * as wecom from '@wecom/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMessageCodec, type MessageCodec } from './message-codec.ts';
import { readFixture } from './testing/fixture.ts';

interface MessagePushVectors {
  miniprogram_push: {
    token: string;
    encodingAESKey: string;
    appid: string;
    url_verify: { timestamp: string; nonce: string; signature: string };
    plain_mode: { timestamp: string; nonce: string; signature: string };
    secure_mode: {
      timestamp: string;
      nonce: string;
      signature: string;
      msg_signature: string;
      Encrypt: string;
      decrypted: { random: string; message: string };
    };
    secure_reply: { random: string; msg: string; TimeStamp: number; Nonce: string; Encrypt: string; MsgSignature: string };
  };
  wecom_callback: {
    token: string;
    corpid: string;
    encodingAESKey: string;
    verify_url: { msg_signature: string; timestamp: string; nonce: string; echostr: string; plain_echo: string };
    message: { msg_signature: string; timestamp: string; nonce: string; Encrypt: string; plain: string; random: string };
    generated_change_contact: {
      random: string;
      plain: string;
      Encrypt: string;
      timestamp: string;
      nonce: string;
      msg_signature: string;
    };
  };
}

interface SecondImplementation {
  getSignature(timestamp: string, nonce: string, encrypt: string): string;
  decrypt(encrypt: string): { message: string; id: string };
  encrypt(plain: string): string;
}

const WechatCrypto = createRequire(import.meta.url)('wechat-crypto') as new (
  token: string,
  key: string,
  id: string,
) => SecondImplementation;
const { miniprogram_push: push, wecom_callback: callback } = readFixture<MessagePushVectors>('message-push');

function pushCodec(random = 'a8eedb185eb2fecf'): MessageCodec {
  const { token, encodingAESKey, appid } = push;
  return createMessageCodec({ token, encodingAesKey: encodingAESKey, receiveId: appid, random: () => Buffer.from(random) });
}

function callbackCodec(random = '0123456789abcdef'): MessageCodec {
  const { token, encodingAESKey, corpid } = callback;
  return createMessageCodec({ token, encodingAesKey: encodingAESKey, receiveId: corpid, random: () => Buffer.from(random) });
}

describe('message push of WeChat', () => {
  it('verifies the address check and the plain mode', () => {
    expect(pushCodec().verifyUrl(push.url_verify)).toBe(true);
    expect(pushCodec().verifyUrl(push.plain_mode)).toBe(true);
    expect(pushCodec().verifyUrl({ ...push.url_verify, nonce: '1' })).toBe(false);
  });

  it('opens a message in secure mode', () => {
    const { secure_mode: secure } = push;
    const message = { ...secure, msgSignature: secure.msg_signature, encrypt: secure.Encrypt };
    expect(pushCodec().verifyUrl(secure)).toBe(true);
    expect(pushCodec().verifyMessage(message)).toBe(true);
    expect(pushCodec().open(message)).toBe(secure.decrypted.message);
    expect(pushCodec(secure.decrypted.random).encrypt(secure.decrypted.message)).toBe(secure.Encrypt);
  });

  it('writes the published reply', () => {
    const { random, msg, TimeStamp, Nonce, Encrypt, MsgSignature } = push.secure_reply;
    expect(pushCodec(random).reply(msg, TimeStamp, Nonce)).toEqual({ Encrypt, MsgSignature, TimeStamp, Nonce });
  });
});

describe('callback of WeCom', () => {
  it('opens the echo of the address check', () => {
    const { msg_signature: msgSignature, timestamp, nonce, echostr, plain_echo: echo } = callback.verify_url;
    expect(callbackCodec().open({ msgSignature, timestamp, nonce, encrypt: echostr })).toBe(echo);
  });

  it.each([callback.message, callback.generated_change_contact])(
    'opens a message and encrypts it to the same bytes',
    (vector) => {
      const { msg_signature: msgSignature, timestamp, nonce, Encrypt: encrypt, plain, random } = vector;
      expect(callbackCodec().open({ msgSignature, timestamp, nonce, encrypt })).toBe(plain);
      expect(callbackCodec(random).encrypt(plain)).toBe(encrypt);
    },
  );
});

describe('message codec against other implementations', () => {
  const key = callback.encodingAESKey;
  const second = new WechatCrypto(callback.token, key, callback.corpid);
  const message = fc.string({ unit: 'grapheme', maxLength: 300 });
  const number = fc.nat().map(String);

  it('reads what they write and they read what it writes', () => {
    const codec = callbackCodec();
    fc.assert(
      fc.property(message, (plain) => {
        expect(codec.decrypt(wecom.encrypt(key, plain, callback.corpid))).toBe(plain);
        expect(codec.decrypt(second.encrypt(plain))).toBe(plain);
        expect(wecom.decrypt(key, codec.encrypt(plain))).toMatchObject({ message: plain, id: callback.corpid });
        expect(second.decrypt(codec.encrypt(plain))).toEqual({ message: plain, id: callback.corpid });
      }),
    );
  });

  it('signs as they do', () => {
    const codec = callbackCodec();
    fc.assert(
      fc.property(number, number, fc.base64String({ minLength: 4 }), (timestamp, nonce, encrypt) => {
        const signature = codec.signature([timestamp, nonce, encrypt]);
        expect(signature).toBe(wecom.getSignature(callback.token, timestamp, nonce, encrypt));
        expect(signature).toBe(second.getSignature(timestamp, nonce, encrypt));
        expect(codec.verifyMessage({ msgSignature: signature, timestamp, nonce, encrypt })).toBe(true);
      }),
    );
  });
});

describe('message codec', () => {
  it('serves third parties whose receiver is empty', () => {
    const codec = createMessageCodec({
      token: 't',
      encodingAesKey: callback.encodingAESKey,
      receiveId: '',
      random: (size) => new Uint8Array(size),
    });
    expect(codec.decrypt(codec.encrypt(''))).toBe('');
    expect(codec.decrypt(codec.encrypt('问候'))).toBe('问候');
  });

  it.each(['', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}-`])('refuses the EncodingAESKey %j', (encodingAesKey) => {
    const create = () =>
      createMessageCodec({ token: 't', encodingAesKey, receiveId: 'wx', random: (size) => new Uint8Array(size) });
    expect(create).toThrow(expect.objectContaining({ code: 'encoding_aes_key_invalid' }));
  });

  it('refuses a random source that gives too little', () => {
    expect(() => pushCodec('short').encrypt('x')).toThrow(expect.objectContaining({ code: 'random_source_invalid' }));
  });
});
