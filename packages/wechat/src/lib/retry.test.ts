import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WechatApiError, WechatTransportError } from '../api-error.ts';
import { createRetry } from './retry.ts';

function setUp(options: { maxRetries?: number; fraction?: number } = {}) {
  const sleeps: number[] = [];
  let attempts = 0;
  const random = (size: number) => {
    const bytes = new DataView(new ArrayBuffer(size));
    bytes.setUint32(0, options.fraction ?? 0);
    return new Uint8Array(bytes.buffer);
  };
  const sleep = async (milliseconds: number) => {
    sleeps.push(milliseconds);
  };
  const limit = options.maxRetries === undefined ? {} : { maxRetries: options.maxRetries };
  const retry = createRetry({ random, sleep, ...limit });
  const run = (outcomes: readonly unknown[]) =>
    retry(async () => {
      const outcome = outcomes[attempts];
      attempts += 1;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    });
  return { run, sleeps, attempts: () => attempts };
}

const network = new WechatTransportError('/a', 'network');

describe('retry', () => {
  it.each([
    network,
    new WechatTransportError('/a', 'timeout'),
    new WechatTransportError('/a', 'http_status', { status: 500 }),
    new WechatTransportError('/a', 'http_status', { status: 503 }),
    new WechatApiError('/a', -1, 'system error'),
  ])('repeats after $message', async (error) => {
    const { run, attempts } = setUp();
    await expect(run([error, error, 'done'])).resolves.toBe('done');
    expect(attempts()).toBe(3);
  });

  it.each([
    new WechatTransportError('/a', 'http_status', { status: 404 }),
    new WechatTransportError('/a', 'bad_json'),
    new WechatTransportError('/a', 'bad_answer'),
    new WechatTransportError('/a', 'too_large'),
    new WechatApiError('/a', 45011, 'quota'),
    new WechatApiError('/a', 40029, 'invalid code'),
    new TypeError('a mistake'),
  ])('does not repeat after $message', async (error) => {
    const { run, attempts } = setUp();
    await expect(run([error])).rejects.toBe(error);
    expect(attempts()).toBe(1);
  });

  it.each([
    [undefined, 3],
    [0, 1],
    [5, 6],
  ])('ends after the bound (%s)', async (maxRetries, expected) => {
    const { run, attempts } = setUp(maxRetries === undefined ? {} : { maxRetries });
    await expect(run(Array(20).fill(network))).rejects.toBe(network);
    expect(attempts()).toBe(expected);
  });

  it('waits a random part of a doubling, bounded delay', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(0xff_ff_ff_ff), async (fraction) => {
        const { run, sleeps } = setUp({ maxRetries: 8, fraction });
        await run(Array(20).fill(network)).catch(() => undefined);
        const limits = [100, 200, 400, 800, 1600, 2000, 2000, 2000];
        const part = fraction / 2 ** 32;
        expect(sleeps).toEqual(limits.map((limit) => Math.floor(limit * part)));
        expect(sleeps.every((sleep, index) => sleep < (limits[index] ?? 0))).toBe(true);
      }),
    );
  });
});
