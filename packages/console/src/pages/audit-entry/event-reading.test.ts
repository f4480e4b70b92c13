import { describe, expect, it } from 'vitest';
import { className, detailOf, menshenOf } from './event-reading.ts';

describe('event reading', () => {
  it('finds what Menshen adds, and nothing where it is not', () => {
    expect(menshenOf({ unmapped: { menshen: { by: 'admin' } } })).toEqual({ by: 'admin' });
    for (const event of [{}, { unmapped: null }, { unmapped: { menshen: ['x'] } }]) expect(menshenOf(event)).toEqual({});
  });

  it('reads a detail of one text or of named values', () => {
    expect(detailOf({ detail: 'phone' })).toEqual([['detail', 'phone']]);
    expect(detailOf({ detail: { from: 'enforce', count: 3 } })).toEqual([
      ['from', 'enforce'],
      ['count', '3'],
    ]);
    expect(detailOf({})).toEqual([]);
  });

  it('knows the classes that the platform writes', () => {
    expect([className(6003), className(3002), className(1)]).toEqual(['api', 'authentication', null]);
  });
});
