import fc from 'fast-check';
import { expect, it } from 'vitest';
import { detectors } from './detectors.ts';
import type { Detector, Place, Subject } from './model.ts';
import { createPrefilter, type Scan } from './prefilter.ts';

const passes = detectors.map((detector) => detector.passes ?? []);
const prefilter = createPrefilter(
  detectors.map((detector) => detector.literals),
  passes.flat(),
);
const firstPass = detectors.map((_, index) => passes.slice(0, index).flat().length);

const reported = (detector: Detector, subject: Subject): readonly string[] => {
  const found: string[] = [];
  detector.detect(subject, { report: (feature, start, end) => void found.push(`${feature} ${start}-${end}`), spend: () => true });
  return found;
};

/** Pieces of all languages: what detectors look for, and signs, words and numbers to put it together. */
const piece = fc.oneof(
  fc.constantFrom(...new Set(detectors.flatMap((detector) => [...detector.literals, ...(detector.passes ?? []).flat()]))),
  fc.constantFrom(...`'"\`;&|%\\()=<>[]{}#$!^~?+-*/,.:@_ \n\r\t01x`),
  fc.constantFrom('--', '/*', '*/', ' or ', ' and ', 'in', 'is', 'not', 'desc', '@@', '||', '..', '0x41424344', 'a', 'sleep(5)'),
  fc.constantFrom('中', '，', '\u2019', '\u2014', '\u0130', '\u212a', '\uff07', '\u3000', '\ufffd', '\0'),
);
const text = fc.array(piece, { minLength: 1, maxLength: 14 }).map((pieces) => pieces.join(''));
const places: readonly Place[] = ['query', 'json', 'text', 'header', 'key', 'path', 'xml', 'file'];

it('no detector finds less because it is told what does not occur', { timeout: 120_000 }, () => {
  const scan: Scan = { hits: 0, passes: 0, mask: 0 };
  fc.assert(
    fc.property(text, fc.constantFrom(...places), fc.constantFrom('', 'cmd', 'id', 'file'), (given, place, name) => {
      prefilter(given, scan);
      for (const [index, detector] of detectors.entries()) {
        if ((scan.hits & (1 << index)) === 0) continue;
        const found = (scan.passes >>> (firstPass[index] as number)) & (2 ** (passes[index] as readonly unknown[]).length - 1);
        const known = { text: given, place, name, layers: 0, passes: found, marks: scan.mask };
        expect(reported(detector, known)).toEqual(reported(detector, { ...known, passes: -1, marks: -1 }));
      }
    }),
    { numRuns: 3_000 },
  );
});
