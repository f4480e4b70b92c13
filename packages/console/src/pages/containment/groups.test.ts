import type { MeasureView } from '@menshen/contract';
import { expect, it } from 'vitest';
import { groupMeasures } from './groups.ts';

const measure = (kind: MeasureView['kind'], by: string, change: Partial<MeasureView> = {}): MeasureView =>
  ({ kind, by, state: 'active', reopening: null, ...change }) as MeasureView;
const times = (count: number, ...given: Parameters<typeof measure>): MeasureView[] =>
  Array.from({ length: count }, () => measure(...given));

it('groups what one actor has taken of one kind, largest first, and leaves alone what is few or has a course of its own', () => {
  const groups = groupMeasures([
    ...times(3, 'block_addresses', 'li'),
    ...times(5, 'block_addresses', 'playbook:denial-of-service'),
    ...times(2, 'lock_accounts', 'li'),
    ...times(9, 'block_addresses', 'wang', { state: 'working' }),
    ...times(9, 'stop_campaign', 'wang', { reopening: {} as MeasureView['reopening'] }),
  ]);
  expect(groups.map(({ kind, by, measures }) => [kind, by, measures.length])).toEqual([
    ['block_addresses', 'playbook:denial-of-service', 5],
    ['block_addresses', 'li', 3],
  ]);
});
