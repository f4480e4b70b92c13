import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAddressKeys } from './address-key.ts';
import { readAddress, readRange } from './address-words.ts';
import { RangeTrie } from './lists/range-trie.ts';

const words = new Uint32Array(4);

describe('addresses as words', () => {
  it.each([
    ['0.0.0.0', [0, 0, 0xffff, 0]],
    ['255.255.255.255', [0, 0, 0xffff, 0xffffffff]],
    ['192.0.2.1', [0, 0, 0xffff, 0xc0000201]],
    ['::', [0, 0, 0, 0]],
    ['::1', [0, 0, 0, 1]],
    ['1::', [0x10000, 0, 0, 0]],
    ['2001:db8::8:800:200c:417a', [0x20010db8, 0, 0x80800, 0x200c417a]],
    ['::ffff:192.0.2.1', [0, 0, 0xffff, 0xc0000201]],
    ['64:ff9b::192.0.2.33', [0x64ff9b, 0, 0, 0xc0000221]],
    ['1:2:3:4:5:6:7:8', [0x10002, 0x30004, 0x50006, 0x70008]],
    ['1:2:3:4:5:6:7::', [0x10002, 0x30004, 0x50006, 0x70000]],
  ])('reads %s', (text, expected) => {
    expect(readAddress(text, words)).toBe(true);
    expect([...words]).toEqual(expected);
  });

  it('accepts what Node accepts, and nothing else', () => {
    const piece = fc.constantFrom(
      '0',
      '1',
      '9',
      'a',
      'f',
      'F',
      'g',
      '.',
      ':',
      '::',
      '255',
      '256',
      '01',
      'ffff',
      '12345',
      '%',
      '/',
      ' ',
      '1.2.3.4',
    );
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
      fc.string({ maxLength: 12 }),
    );
    fc.assert(
      fc.property(text, (address) => {
        expect(readAddress(address, words)).toBe(isIP(address) !== 0 && !address.includes('%'));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/08', '10.0.0.0/-1', '::/129', '::/1e1', '1.2.3/8', '1.2.3.4/8/8', '', '/8'])(
    'takes no range from %s',
    (text) => expect(readRange(text)).toBeNull(),
  );
});

describe('names of addresses for counting', () => {
  const keyOf = createAddressKeys({ v4: 32, v6: 64 });

  it('are one for all that a subscriber can rotate through within a /64', () => {
    const keys = new Set(Array.from({ length: 1_000 }, (_, at) => keyOf(`2001:db8:1:2:${at.toString(16)}::${at.toString(16)}`)));
    expect([...keys]).toEqual(['2001:db8:1:2::/64']);
    expect(keyOf('2001:db8:1:3::1')).toBe('2001:db8:1:3::/64');
    expect(keyOf('2001:0DB8:1:2::ffff')).toBe('2001:db8:1:2::/64');
  });

  it('are the address itself for IPv4, mapped or not', () => {
    expect(keyOf('192.0.2.7')).toBe('192.0.2.7');
    expect(keyOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
    expect(createAddressKeys({ v4: 24, v6: 56 })('192.0.2.7')).toBe('192.0.2.0/24');
    expect(createAddressKeys({ v4: 24, v6: 56 })('2001:db8:1:2ff::1')).toBe('2001:db8:1:200::/56');
  });
});

describe('ranges', () => {
  it('are found as a plain list of them finds them, however they come and go', () => {
    const bits = fc.integer({ min: 0, max: 32 });
    const range = fc.oneof(
      fc.tuple(fc.constantFrom('10.0.0.0', '10.0.0.1', '10.0.1.0', '10.1.0.0', '192.0.2.1', '255.255.255.255'), bits),
      fc.tuple(
        fc.constantFrom('::', '2001:db8::', '2001:db8::1', '2001:db8:0:1::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'),
        fc.integer({ min: 0, max: 128 }),
      ),
    );
    const probes = [
      '10.0.0.0',
      '10.0.0.1',
      '10.0.1.9',
      '10.1.0.0',
      '11.0.0.0',
      '192.0.2.1',
      '255.255.255.255',
      '2001:db8::1',
      '2001:db8:0:1::5',
      '::1',
    ];
    fc.assert(
      fc.property(fc.array(range, { maxLength: 40 }), fc.array(fc.nat(39), { maxLength: 20 }), (ranges, removed) => {
        const trie = new RangeTrie<string>();
        const texts = [...new Set(ranges.map(([address, prefix]) => `${address}/${prefix}`))];
        const left = new Set(texts);
        for (const text of texts) trie.add(readRange(text) ?? expect.fail(), text);
        for (const at of removed) {
          const text = texts[at];
          if (text === undefined) continue;
          expect(trie.remove(readRange(text) ?? expect.fail(), text)).toBe(left.delete(text));
        }
        expect(trie.size).toBe(left.size);
        for (const probe of probes) {
          const family = isIP(probe) === 6 ? 'ipv6' : 'ipv4';
          const expected = [...left].filter((text) => {
            const [address = '', prefix] = text.split('/');
            // Node counts ::/0 as no range of IPv4 addresses, although their mapped form lies in it; so do people.
            const list = new BlockList();
            list.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
            return (isIP(address) === 6) === (family === 'ipv6') && list.check(probe, family);
          });
          const found: string[] = [];
          trie.visit(probe, (text) => found.push(text));
          expect(found.filter((text) => text.includes(':') === probe.includes(':')).sort()).toEqual(expected.sort());
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are told widest first', () => {
    const trie = new RangeTrie<string>();
    for (const text of ['10.0.0.1', '10.0.0.0/8', '10.0.0.0/24']) trie.add(readRange(text) ?? expect.fail(), text);
    const found: string[] = [];
    expect(trie.visit('10.0.0.1', (text) => found.push(text))).toBe(true);
    expect(found).toEqual(['10.0.0.0/8', '10.0.0.0/24', '10.0.0.1']);
    expect(trie.visit('no address', () => expect.fail())).toBe(false);
  });
});
