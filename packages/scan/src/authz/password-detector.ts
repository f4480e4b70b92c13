import type { Detector } from '../detector.ts';
import { analyse } from './analysis.ts';
import { judgePlainPasswords } from './judge/plain-passwords.ts';
import type { Verdict } from './judge/verdict.ts';

/** Passwords that are kept without a hash, as the way through each entry point shows. */
export const plainPasswordDetector: Detector = {
  id: 'authz/passwords',
  rules: ['MP-CRY-001'],
  run(context) {
    const verdicts = new Map<string, Verdict>();
    judgePlainPasswords(analyse(context).traces, (verdict) => {
      if (!verdicts.has(verdict.key)) verdicts.set(verdict.key, verdict);
    });
    for (const { key: _key, place, ...report } of verdicts.values())
      context.report({ ...report, file: place.file, start: place.start, end: Math.max(place.end, place.start + 1) });
  },
};
