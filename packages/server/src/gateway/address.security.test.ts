import { describe, expect, it } from 'vitest';
import { clientAddress, compileRanges, plainAddress } from './address.ts';

const trusted = compileRanges(['10.0.0.0/8', 'fd00::/8']);

describe('client address behind proxies', () => {
  it('ignores X-Forwarded-For from a peer that is no trusted proxy', () => {
    expect(clientAddress('203.0.113.9', '1.2.3.4', trusted)).toBe('203.0.113.9');
  });
  it('takes the rightmost address that is no trusted proxy, so a forged left part changes nothing', () => {
    expect(clientAddress('10.0.0.2', '6.6.6.6, 198.51.100.7, 10.1.1.1', trusted)).toBe('198.51.100.7');
  });
  it.each(['not-an-address', '198.51.100.7, <script>', '', 'a'.repeat(2_000)])('falls back to the socket for %j', (forwarded) => {
    expect(clientAddress('10.0.0.2', forwarded, trusted)).toBe('10.0.0.2');
  });
  it('names an IPv4 client the same on a dual-stack socket', () => {
    expect(plainAddress('::ffff:198.51.100.7')).toBe('198.51.100.7');
    expect(trusted('fd12::1')).toBe(true);
  });
  it.each(['10.0.0.0/33', '300.1.1.1', 'fe80::/129', 'x'])('refuses the range %j at start', (range) => {
    expect(() => compileRanges([range])).toThrow(RangeError);
  });
});
