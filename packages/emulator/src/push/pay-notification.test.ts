import { generateKeyPairSync } from 'node:crypto';
import { readPayNotification, readPayPlatformKey } from '@menshen/wechat';
import { describe, expect, it } from 'vitest';
import { EmulatorOptionsError, type PayOptions } from '../options.ts';
import { createBench, startOfTest } from '../testing/emulated-company.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const pay: PayOptions = { apiV3Key: 'k'.repeat(32), serial: 'SERIAL1', privateKey, notifyUrl: 'https://merchant.test/notify' };
const resource = { out_trade_no: 'A1', trade_state: 'SUCCESS', amount: { total: 100 } };

/** A merchant that verifies, and answers by `statuses` in turn. */
function merchant(statuses: readonly number[] = [204]) {
  const read: unknown[] = [];
  const bodies: string[] = [];
  const options = {
    apiV3Key: pay.apiV3Key,
    platformKeys: () => new Map([['SERIAL1', readPayPlatformKey(publicKey)]]),
    clock: () => startOfTest,
  };
  const bench = createBench({
    pay,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const body = Buffer.from(await request.arrayBuffer());
      bodies.push(body.toString());
      const notification = readPayNotification({ header: (name) => request.headers.get(name) ?? undefined, body }, options);
      read.push(notification);
      const status = typeof notification === 'string' ? 401 : (statuses[read.length - 1] ?? 204);
      return new Response(null, { status });
    },
  });
  return { bench, read, bodies };
}

describe('a notification of WeChat Pay', () => {
  it('is one that our reader believes', async () => {
    const { bench, read } = merchant();
    const { id, delivery } = await bench.admin('pay-notification', { resource, wait: true });
    const expected = { id, eventType: 'TRANSACTION.SUCCESS', originalType: 'transaction', resource };
    expect(read).toEqual([{ ...expected, timestamp: startOfTest / 1000 }]);
    const { deliveries } = (await bench.get('/_emulator/deliveries')).json;
    expect(deliveries[0]).toMatchObject({ id: delivery, target: 'pay', state: 'delivered', attempts: [{ outcome: 204 }] });
  });

  it('is repeated until it is taken, as the same event in another envelope', async () => {
    const { bench, read, bodies } = merchant([500, 500, 200]);
    await bench.admin('pay-notification', {
      id: 'EV-1',
      eventType: 'REFUND.SUCCESS',
      originalType: 'refund',
      resource,
      wait: true,
    });
    expect(read).toHaveLength(3);
    expect(new Set(read.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(new Set(bodies).size).toBe(3);
  });

  it.each([
    ['probe', 'pay_signature_invalid'],
    ['signature', 'pay_signature_invalid'],
    ['body', 'pay_signature_invalid'],
    ['expired', 'pay_expired'],
    ['serial', 'pay_serial_unknown'],
  ])('with a wrong %s is one that our reader refuses', async (forgery, refusal) => {
    const { bench, read } = merchant();
    await bench.admin('pay-notification', { resource, forgery, wait: true });
    expect(read).toEqual([refusal, refusal, refusal]);
  });

  it('needs a merchant, and keys that are some', async () => {
    expect((await createBench().post('/_emulator/pay-notification', { resource })).json).toEqual({ code: 'pay_missing' });
    for (const broken of [{ apiV3Key: 'short' }, { privateKey: 'none' }, { notifyUrl: 'merchant.test' }])
      expect(() => createBench({ pay: { ...pay, ...broken } })).toThrow(EmulatorOptionsError);
  });
});
