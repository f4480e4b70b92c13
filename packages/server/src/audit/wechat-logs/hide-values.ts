import { maskValue } from '../../protect/disclosure/formats.ts';
import { findInnerWords } from '../../protect/disclosure/inner-words.ts';
import { findPersonalValues } from '../../protect/disclosure/personal-values.ts';

/** Runs without a space as keys (base64) and tokens (JWT) are; page names and paths are such runs too, but hold no digit. */
const longRuns = [/[A-Za-z0-9+/_=-]{24,}/g, /[A-Za-z0-9_.-]{24,}/g] as const;
const hideKey = (run: string): string => (/\d|=$/.test(run) ? '…' : run);

/**
 * A text of a user's device as it may enter the log: phones, identity and bank cards masked, long runs such as keys and tokens taken out, and nothing of a
 * text that names a secret.
 */
export function hideValues(text: string): string {
  const bounded = text.slice(0, 2_000);
  if (findInnerWords(bounded).has('secret')) return '[secret]';
  const parts: string[] = [];
  let at = 0;
  for (const { kind, start, end } of findPersonalValues(bounded)) {
    parts.push(bounded.slice(at, start), maskValue(bounded.slice(start, end), kind));
    at = end;
  }
  return longRuns.reduce((hidden, run) => hidden.replace(run, hideKey), [...parts, bounded.slice(at)].join(''));
}
