import { expect, it } from 'vitest';
import { inNumber } from './in-number.ts';

it('says one thing and many in their number', () => {
  const text = (count: number): string => inNumber(count, `${count} finding[s] of scans [is|are] overdue`);
  expect([text(0), text(1), text(2)]).toEqual([
    '0 findings of scans are overdue',
    '1 finding of scans is overdue',
    '2 findings of scans are overdue',
  ]);
});
