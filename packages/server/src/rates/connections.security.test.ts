import { ratesSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { createAddressKeys } from './address-key.ts';
import { createConnectionLimits } from './connections.ts';

const settings = {
  ...ratesSchema.parse({}).connections,
  perAddress: 3,
  idlePerAddress: 2,
  requests: 2,
  bytesPerSecond: 100,
  graceMs: 1_000,
};
const limits = () =>
  createConnectionLimits({
    settings: () => settings,
    nameOf: createAddressKeys({ v4: 32, v6: 64 }),
    trusted: (address) => address === '10.0.0.1',
  });
const nothing = (): void => {};

describe('connections', () => {
  it('of one subscriber are counted together, also when each comes from another address of its /64', () => {
    const connections = limits();
    const slots = [1, 2, 3].map((at) => connections.admit(`2001:db8:1:2::${at}`, nothing));
    expect(slots.every((slot) => slot !== null)).toBe(true);
    expect(connections.admit('2001:db8:1:2:ffff::9', nothing)).toBeNull();
    expect(connections.admit('2001:db8:1:3::1', nothing)).not.toBeNull();
    slots[0]?.release();
    slots[0]?.release();
    expect(connections.admit('2001:db8:1:2::9', nothing)).not.toBeNull();
    expect(connections.admit('2001:db8:1:2::9', nothing)).toBeNull();
    expect(connections.state()).toMatchObject({ open: 4, refused: 2 });
  });

  it('of a proxy that is trusted are not', () => {
    const connections = limits();
    for (let at = 0; at < 50; at += 1) expect(connections.admit('10.0.0.1', nothing)).not.toBeNull();
  });

  it('that wait are closed when they are too many, the longest idle first', () => {
    const connections = limits();
    const closed: string[] = [];
    const [a, b, c] = ['a', 'b', 'c'].map((name) => connections.admit('192.0.2.1', () => closed.push(name)));
    a?.idle();
    b?.idle();
    a?.busy();
    a?.idle();
    c?.idle();
    expect(closed).toEqual(['b']);
  });

  it('end after so many requests', () => {
    const slot = limits().admit('192.0.2.1', nothing);
    expect(slot?.busy()).toBe(false);
    slot?.idle();
    expect(slot?.busy()).toBe(true);
  });

  it('leave nothing behind', () => {
    const connections = limits();
    for (let at = 0; at < 1_000; at += 1) connections.admit(`192.0.2.${at % 256}`, nothing)?.release();
    expect(connections.state()).toMatchObject({ open: 0, refused: 0 });
  });

  it('that trickle are too slow after the grace, those that keep the pace are not', () => {
    const { isTooSlow } = limits();
    expect(isTooSlow(1, 1_000)).toBe(false);
    expect(isTooSlow(1, 1_100)).toBe(true);
    expect(isTooSlow(1_000, 11_000)).toBe(false);
    expect(isTooSlow(999, 11_000)).toBe(true);
  });
});
