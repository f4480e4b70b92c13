import { expect, it } from 'vitest';
import { growth, mostlyLinear } from '../../testing/growth.ts';
import { createDetection } from '../engine.ts';
import { templateDetector } from './detector.ts';

const detection = createDetection({ detectors: [templateDetector] });
const inspect = (text: string) =>
  detection.inspect({
    decodedPath: '/',
    query: {},
    headers: [],
    body: { kind: 'json', mediaType: 'application/json', value: { text }, files: [] },
  });

it.each(['{{', '${', '<%', '#{', '[[', '{{-', '@{{a,${7*7}', '{{a}}${b', "${'a{"])(
  'many open marks %s take time in proportion',
  (mark) => {
    expect(growth((size) => () => inspect(mark.repeat(size)), 1_000)).toBeLessThan(mostlyLinear);
  },
);

it('many closed marks are read to their end', () => {
  expect(inspect('{{name}} '.repeat(10_000)).exhausted).toBe(false);
});
