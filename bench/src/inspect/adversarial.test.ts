import { createDetection, detectors } from '@menshen/inspect';
import { expect, it } from 'vitest';
import { adversarial } from './adversarial.ts';

const detection = createDetection({ detectors });

/** Steps, which are what time is counted in: no clock, so that the machine's other work does not matter. */
const stepsFor = (value: unknown): number => {
  const body = { kind: 'json', mediaType: 'application/json', value: { text: value }, files: [] } as const;
  const { exhausted, action } = detection.inspect({ decodedPath: '/', query: {}, headers: [], body });
  if (exhausted) expect(action).toBe('block');
  return detection.steps();
};

it.each(Object.entries(adversarial))('%s: ten times the characters cost ten times the steps at most, and end', (_name, make) => {
  const large = stepsFor(make(100_000));
  expect(large / stepsFor(make(10_000))).toBeLessThan(12);
  expect(large).toBeLessThan(30_000_000);
});
