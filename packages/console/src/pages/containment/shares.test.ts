import { expect, it } from 'vitest';
import { readShares } from './shares.ts';

it('reads shares that rise to everybody, however they are written', () => {
  expect(readShares('5, 25, 100')).toEqual([5, 25, 100]);
  expect(readShares(' 5%、25%，100% ')).toEqual([5, 25, 100]);
  expect(readShares('100')).toEqual([100]);
  for (const wrong of ['', '5 25', '25 5 100', '5 5 100', '0 100', '5 101', '5.5 100', 'all', '1 2 3 4 5 6 7 8 9 10 100'])
    expect(readShares(wrong)).toBeNull();
});
