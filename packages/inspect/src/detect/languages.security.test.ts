import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growth, mostlyLinear } from '../testing/growth.ts';
import { codeDetector } from './code/detector.ts';
import { crlfDetector } from './crlf/detector.ts';
import { directoryQueryDetector } from './directory-query/detector.ts';
import { htmlDetector } from './html/detector.ts';
import type { Detector, Place, Signals } from './model.ts';
import { nosqlDetector } from './nosql/detector.ts';
import { pathDetector } from './path/detector.ts';
import { prototypeDetector } from './prototype/detector.ts';
import { scannerDetector } from './scanner/detector.ts';
import { scriptDetector } from './script/detector.ts';
import { serialisedDetector } from './serialised/detector.ts';
import { shellDetector } from './shell/detector.ts';
import { sqlDetector } from './sql/detector.ts';
import { ssiDetector } from './ssi/detector.ts';
import { templateDetector } from './template/detector.ts';
import { honestValues } from './testing/honest-values.ts';
import { urlDetector } from './url/detector.ts';
import { xmlDetector } from './xml/detector.ts';

/** Each with what made, or could make, its time grow with the square of a text: openings that nothing closes, and beginnings of beginnings. */
const detectors: readonly (readonly [Detector, readonly string[]])[] = [
  [sqlDetector, ["' or 1=1 ", 'select(', '/*', "'||'"]],
  [htmlDetector, ['<a ', '<svg onload=', 'onerror=', '<!--', '<style>']],
  [scriptDetector, ['alert(', 'eval`', '[1][', 'javascript:', '(0,alert', 'sort']],
  [shellDetector, ['\n', '`', ';ls "', '%0d%0a', '|{a', '&${ifs}\\']],
  [pathDetector, ['../', '%25']],
  [urlDetector, ['http://a@']],
  [nosqlDetector, ["';return ", '{$gt:']],
  [templateDetector, ["{{'", '${${']],
  [xmlDetector, ['<!entity', '<![cdata[']],
  [directoryQueryDetector, ['(a=']],
  [crlfDetector, ['\rhost:', '\rset-cookie:']],
  [ssiDetector, ['<!--']],
  [prototypeDetector, ['constructor[']],
  [serialisedDetector, ['"@type":"']],
  [codeDetector, ['eval(', '*/(', '@{[']],
  [scannerDetector, ['sqlmap']],
];

const places: readonly Place[] = ['path', 'query', 'json', 'file', 'xml', 'header', 'cookie', 'key'];
const silent: Signals = { report: () => undefined, spend: () => true };

describe.each(detectors.map(([detector, units]) => [detector.name, detector, units] as const))('%s', (_, detector, units) => {
  test.each(units)('time grows with the text: %j', (unit) => {
    const prepare = (size: number) => {
      const text = unit.repeat(Math.ceil(size / unit.length));
      return () => detector.detect({ text, place: 'json', name: 'content', layers: 0, passes: -1, marks: -1 }, silent);
    };
    expect(growth(prepare, 1_024)).toBeLessThan(mostlyLinear);
  });

  test('stops where the budget ends', () => {
    const reported: string[] = [];
    const text = units.join('').repeat(40);
    detector.detect(
      { text, place: 'json', name: 'content', layers: 0, passes: -1, marks: -1 },
      { report: (feature) => reported.push(feature), spend: () => false },
    );
    expect(reported).toStrictEqual([]);
  });

  test('reads any text in any place, and reports only features it declares, within the text', () => {
    const pieces = fc.constantFrom(
      ...detector.literals,
      ...units,
      ...honestValues.slice(0, 80).map(([text]) => text),
      "'",
      '"',
      ' ',
      '\u4e2d',
      '\0',
      '\ud800',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 12 }),
        fc.constantFrom(...places),
        (parts, place) => {
          const text = parts.join('');
          detector.detect(
            { text, place, name: 'url', layers: 0, passes: -1, marks: -1 },
            {
              report(feature, start, end) {
                expect(detector.features).toHaveProperty([feature]);
                expect(start).toBeGreaterThanOrEqual(0);
                expect(end).toBeGreaterThanOrEqual(start);
              },
              spend: () => true,
            },
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  test('each feature has a weight and a sentence in each language', () => {
    for (const [feature, { weight, zh, en }] of Object.entries(detector.features)) {
      expect(feature).toMatch(/^[a-z]+\.[a-z_0-9]+$/);
      expect(weight).toBeGreaterThan(0);
      expect(weight).toBeLessThanOrEqual(6);
      expect(zh).toMatch(/[\u4e00-\u9fff]/);
      expect(en).toMatch(/^[A-Z#$].{8,160}$/);
    }
  });
});
