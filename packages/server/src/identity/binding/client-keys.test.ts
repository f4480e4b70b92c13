import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createClientKeys, helloKeys } from './client-keys.ts';

const keys = { derive: (purpose: string) => new Uint8Array(createHash('sha256').update(`test ${purpose}`).digest()) };

describe('the keys of sealed logins', () => {
  it('are the same on every node, and different by generation and suite', () => {
    const one = createClientKeys(keys, { generation: 2, previous: true, suites: ['A', 'S'] });
    const other = createClientKeys(keys, { generation: 2, previous: true, suites: ['A', 'S'] });
    expect(one.all.map(({ kid }) => kid)).toEqual(['g2a', 'g2s', 'g1a', 'g1s']);
    expect(helloKeys(one)).toEqual(helloKeys(other));
    expect(new Set(one.all.map(({ pair }) => Buffer.from(pair.privateKey).toString('hex'))).size).toBe(4);
    expect(one.all.map(({ pair }) => pair.publicKey.length)).toEqual([32, 65, 32, 65]);
  });

  it('keep the generation before good until it is switched off', () => {
    const during = createClientKeys(keys, { generation: 2, previous: true, suites: ['A'] });
    const before = createClientKeys(keys, { generation: 1, previous: true, suites: ['A'] });
    expect(during.find('g1a')?.pair.publicKey).toEqual(before.find('g1a')?.pair.publicKey);
    expect(createClientKeys(keys, { generation: 2, previous: false, suites: ['A'] }).find('g1a')).toBeUndefined();
    expect(before.all.map(({ kid }) => kid)).toEqual(['g1a']);
  });

  it('are told in hello without their private halves', () => {
    const told = JSON.stringify(helloKeys(createClientKeys(keys, { generation: 1, previous: true, suites: ['S'] })));
    expect(told).toMatch(
      /^\{"suites":\["S"\],"kid":"g1s","keys":\[\{"kid":"g1s","suite":"S","publicKey":"[A-Za-z0-9_-]{87}"\}\]\}$/,
    );
  });
});
