import type { Measured } from '@menshen/contract';
import { expect, it } from 'vitest';
import { containmentAttention } from './attention.ts';
import type { Measure } from './model.ts';

const now = 1_767_225_600_000;
const minute = 60_000;
const measure = (measured: Measured, since: number, until: number): Measure =>
  ({ ...measured, id: `m_${since}`, since, until, by: 'a', reason: 'because' }) as Measure;

it('names what keeps everybody out, and what ends soon; a short measure is not near its end all the time', () => {
  const stop: Measured = { kind: 'stop_app', target: { app: 'portal' } };
  const block: Measured = { kind: 'block_addresses', target: { addresses: ['203.0.113.7'] } };
  const found = containmentAttention(
    [
      measure(stop, now - minute, now + 60 * minute),
      measure(block, now - 60 * minute, now + 10 * minute),
      measure(block, now - 2 * minute, now + 5 * minute),
      measure(block, now - 3 * minute, now + 60 * minute),
    ],
    now,
  );
  expect(found.map(({ severity, title }) => [severity, title.en])).toEqual([
    ['medium', 'A measure is in force: Stop a whole app: app portal'],
    ['high', 'A measure ends soon: Block addresses: 203.0.113.7'],
  ]);
});
