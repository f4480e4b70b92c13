import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Aes, Formatter, Rsa } from 'wechatpay-axios-plugin';
import { payAuthorization } from './pay-authorization.ts';
import { readPayNotification, readPayPlatformKey } from './pay-notification.ts';
import { openPayResource } from './pay-resource.ts';

const platform = generateKeyPairSync('rsa', { modulusLength: 2048 });
const merchant = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (key: typeof platform.publicKey): string => key.export({ format: 'pem', type: 'spki' }).toString();
const apiV3Key = 'k'.repeat(32);
const now = 1_716_170_400;

describe('wechatpay-axios-plugin', () => {
  it('seals what we open, and no other', () => {
    for (const aad of ['transaction', '']) {
      const ciphertext = Aes.AesGcm.encrypt('{"金额":100}', apiV3Key, 'twelve bytes', aad);
      const resource = { algorithm: 'AEAD_AES_256_GCM', nonce: 'twelve bytes', ciphertext };
      expect(openPayResource({ ...resource, associated_data: aad }, apiV3Key)).toBe('{"金额":100}');
      expect(() => openPayResource({ ...resource, associated_data: `${aad} ` }, apiV3Key)).toThrow();
    }
  });

  it('signs notifications that we believe, and verifies what we would', () => {
    const resource = {
      ...{ algorithm: 'AEAD_AES_256_GCM', nonce: 'twelve bytes', associated_data: 'transaction', original_type: 'transaction' },
      ciphertext: Aes.AesGcm.encrypt('{"total":1}', apiV3Key, 'twelve bytes', 'transaction'),
    };
    const body = JSON.stringify({ id: 'EV-1', event_type: 'TRANSACTION.SUCCESS', resource });
    const message = Formatter.response(String(now), 'nonce', body);
    const signature = Rsa.sign(message, platform.privateKey);
    expect(Rsa.verify(message, signature, platform.publicKey)).toBe(true);
    const headers: Readonly<Record<string, string>> = {
      'wechatpay-timestamp': String(now),
      'wechatpay-nonce': 'nonce',
      'wechatpay-serial': 'SERIAL1',
      'wechatpay-signature': signature,
    };
    const read = (text: string) =>
      readPayNotification(
        { header: (name) => headers[name], body: Buffer.from(text) },
        {
          apiV3Key,
          platformKeys: () => new Map([['SERIAL1', readPayPlatformKey(pem(platform.publicKey))]]),
          clock: () => now * 1000,
        },
      );
    expect(read(body)).toMatchObject({ id: 'EV-1', resource: { total: 1 } });
    expect(read(body.replace('EV-1', 'EV-2'))).toBe('pay_signature_invalid');
  });

  it('authorises a request by the same signature', () => {
    const request = { method: 'POST', url: '/v3/refund?a=1', timestamp: now, nonce: 'nonce', body: '{"a":1}' };
    const message = Formatter.request(request.method, request.url, String(now), request.nonce, request.body);
    const privateKey = merchant.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const theirs = Formatter.authorization('1900', request.nonce, Rsa.sign(message, merchant.privateKey), String(now), 'S1');
    const fieldsOf = (header: string) => header.replace('WECHATPAY2-SHA256-RSA2048 ', '').split(',').sort();
    expect(fieldsOf(payAuthorization(request, { mchid: '1900', serial: 'S1', privateKey }))).toEqual(fieldsOf(theirs));
  });
});
