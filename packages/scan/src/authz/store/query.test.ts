import { describe, expect, it } from 'vitest';
import { newQuery } from './query.ts';

describe('newQuery', () => {
  it('names a table without the parts that only the run knows', () => {
    expect(newQuery('\u0000address').table).toBe('address');
    expect(newQuery('orders').table).toBe('orders');
  });

  it('does not name a collection of which a part is unknown, so that it counts as the caller’s choice', () => {
    expect(newQuery({ flags: 0, literal: 'shop_\u0000' }).table).toBe('');
  });
});
