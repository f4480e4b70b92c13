import { describe, expect, it } from 'vitest';
import { readAddresses } from './addresses.ts';

describe('readAddresses', () => {
  it('reads lines and commas, each address once', () => {
    expect(readAddresses(' 10.0.0.0/8\n203.0.113.7，2001:db8::/32\n10.0.0.0/8 ')).toEqual({
      ranges: ['10.0.0.0/8', '203.0.113.7', '2001:db8::/32'],
      wrong: [],
    });
  });

  it('gives back what is no address', () => {
    expect(readAddresses('office, 10.0.0.1')).toEqual({ ranges: ['10.0.0.1'], wrong: ['office'] });
  });

  it('reads nothing from nothing', () => {
    expect(readAddresses('\n ')).toEqual({ ranges: [], wrong: [] });
  });
});
