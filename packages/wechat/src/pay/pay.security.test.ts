import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readFixture } from '../testing/fixture.ts';
import { payAuthorization } from './pay-authorization.ts';
import { type PayNotificationOptions, readPayNotification, readPayPlatformKey } from './pay-notification.ts';
import { openPayResource } from './pay-resource.ts';

interface Vectors {
  wechatpay_v3: {
    apiv3_key: string;
    aead: { algorithm: string; nonce: string; associated_data: string; ciphertext: string; plaintext: string };
    merchant_public_key_pem: string;
    merchant_private_key_pkcs8_der_base64: string;
    request: { method: string; url: string; timestamp: string; nonce: string; body: string; signature: string };
    callback: { timestamp: string; nonce: string; body: string; signature_with_same_test_key: string };
  };
}

const { wechatpay_v3: vector } = readFixture<Vectors>('wechat-pay');
const privateKey = createPrivateKey({
  key: Buffer.from(vector.merchant_private_key_pkcs8_der_base64, 'base64'),
  format: 'der',
  type: 'pkcs8',
});
const platform = new Map([['SERIAL1', readPayPlatformKey(vector.merchant_public_key_pem)]]);
const now = 1_554_209_980;
const options: PayNotificationOptions = { apiV3Key: vector.apiv3_key, platformKeys: () => platform, clock: () => now * 1000 };

const { plaintext, ...resource } = vector.aead;
const whole = JSON.stringify({
  id: 'EV-2018022511223320873',
  create_time: '2015-05-20T13:29:35+08:00',
  event_type: 'TRANSACTION.SUCCESS',
  resource_type: 'encrypt-resource',
  summary: '支付成功',
  resource: { ...resource, original_type: 'transaction' },
});

interface Sending {
  readonly body?: string;
  readonly timestamp?: string;
  readonly nonce?: string;
  readonly serial?: string;
  readonly signature?: string;
  readonly without?: string;
}

function read(
  { body = whole, timestamp = String(now), nonce = 'n1', serial = 'SERIAL1', signature, without }: Sending,
  with_ = options,
) {
  const headers: Readonly<Record<string, string>> = {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': serial,
    'wechatpay-signature':
      signature ?? sign('sha256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`), privateKey).toString('base64'),
  };
  return readPayNotification(
    { header: (name) => (name === without ? undefined : headers[name]), body: Buffer.from(body) },
    with_,
  );
}

describe('WeChat Pay v3', () => {
  it('decrypts the published resource', () => expect(openPayResource(resource, vector.apiv3_key)).toBe(plaintext));
  it('signs a request as published', () => {
    const { request } = vector;
    const merchant = {
      mchid: '1900009191',
      serial: 'ABC',
      privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    };
    const header = payAuthorization({ ...request, timestamp: Number(request.timestamp) }, merchant);
    expect(header).toBe(
      `WECHATPAY2-SHA256-RSA2048 mchid="1900009191",nonce_str="${request.nonce}",signature="${request.signature}",timestamp="${request.timestamp}",serial_no="ABC"`,
    );
  });
  it('verifies the published callback, and says what it lacks', () => {
    const { callback } = vector;
    const { body, timestamp, nonce, signature_with_same_test_key: signature } = callback;
    expect(read({ body, timestamp, nonce, signature })).toBe('pay_notification_malformed');
    expect(read({ body: `${body} `, timestamp, nonce, signature })).toBe('pay_signature_invalid');
  });
  it('reads a whole notification', () => {
    expect(read({})).toEqual({
      id: 'EV-2018022511223320873',
      eventType: 'TRANSACTION.SUCCESS',
      originalType: 'transaction',
      resource: JSON.parse(plaintext),
      timestamp: now,
    });
  });
});

describe('a forged notification', () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
  it.each([
    [
      'signed by somebody else',
      { signature: sign('sha256', Buffer.from(`${now}\nn1\n${whole}\n`), other.privateKey).toString('base64') },
      'pay_signature_invalid',
    ],
    ['with a probe of WeChat Pay', { signature: 'WECHATPAY/SIGNTEST/AAAA' }, 'pay_signature_invalid'],
    ['without signature', { without: 'wechatpay-signature' }, 'pay_headers_missing'],
    ['without serial', { without: 'wechatpay-serial' }, 'pay_headers_missing'],
    ['with a nonce that shifts the lines', { nonce: 'n1\n{}' }, 'pay_headers_missing'],
    ['with no time', { timestamp: 'now' }, 'pay_headers_missing'],
    ['of long ago', { timestamp: String(now - 301) }, 'pay_expired'],
    ['of the future', { timestamp: String(now + 301) }, 'pay_expired'],
    ['with an unknown serial', { serial: 'SERIAL2' }, 'pay_serial_unknown'],
  ] as const)('%s is refused', (_name, sending, refusal) => expect(read(sending)).toBe(refusal));
  it('moved to another time with its signature is refused', () => {
    const signature = sign('sha256', Buffer.from(`${now}\nn1\n${whole}\n`), privateKey).toString('base64');
    expect(read({ signature, timestamp: String(now + 1) })).toBe('pay_signature_invalid');
  });
});

describe('a genuine notification that cannot be read', () => {
  const changed = (change: Readonly<Record<string, unknown>>): string => JSON.stringify({ ...JSON.parse(whole), ...change });
  const sealed = (change: Readonly<Record<string, unknown>>): string => changed({ resource: { ...resource, ...change } });
  it.each([
    ['no JSON', 'no json'],
    ['no id', changed({ id: undefined })],
    ['no resource', changed({ resource: undefined })],
    ['another algorithm', sealed({ algorithm: 'NONE' })],
    ['other associated data', sealed({ associated_data: 'refund' })],
    ['a cut ciphertext', sealed({ ciphertext: resource.ciphertext.slice(0, -4) })],
    ['a short nonce', sealed({ nonce: 'short' })],
  ])('is malformed: %s', (_name, body) => expect(read({ body })).toBe('pay_notification_malformed'));
  it('by another APIv3 key is malformed, by a key of the wrong length a fault of ours', () => {
    expect(read({}, { ...options, apiV3Key: 'x'.repeat(32) })).toBe('pay_notification_malformed');
    expect(() => read({}, { ...options, apiV3Key: 'short' })).toThrow(expect.objectContaining({ code: 'api_key_invalid' }));
  });
});

describe('platform keys', () => {
  it.each([
    '',
    'no key',
    generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  ])('that are none, or too short, are refused: %#', (text) =>
    expect(() => readPayPlatformKey(text)).toThrow(expect.objectContaining({ code: 'api_key_invalid' })),
  );
});
