import { commonPasswords, foldPassword, unleet } from './common-passwords.ts';
import { commonWords } from './common-words.ts';
import { passwordMaxLength, passwordMinLength } from './model.ts';

/** Longest first, so that `qwertyuiop` does not leave `uiop`. Short words would tear holes into good passwords. */
const fragments = [...commonWords].filter((word) => word.length >= 4).sort((a, b) => b.length - a.length);
const minDistinct = 5;
const minRest = passwordMinLength / 2;

/**
 * Whether a password may not be a factor (NIST SP 800-63B-4 3.1.1.2, ASVS 5.0 6.2): too short or too long in code points of its NFC form, on the
 * blocklist, or made of nothing but common words, runs, and words of its context (the company, the app, the person). No composition rules.
 */
export function isWeakFactorPassword(password: string, context: readonly string[]): boolean {
  // Bounded before anything walks over it.
  if (password.length > passwordMaxLength * 2 || !password.isWellFormed()) return true;
  const points = [...password.normalize('NFC')];
  if (points.length < passwordMinLength || points.length > passwordMaxLength) return true;
  if (new Set(points).size < minDistinct) return true;
  const folded = foldPassword(password);
  const known = commonPasswords();
  const forms = [folded, ...unleet(folded)];
  if (forms.some((form) => known.has(form))) return true;
  const words = [...contextWords(context), ...fragments];
  return forms.some((form) => restOf(form, words) < minRest);
}

/** Names and their parts, three characters and more; two for names in Chinese characters. */
export function contextWords(context: readonly string[]): string[] {
  const parts = context.flatMap((text) => {
    const folded = foldPassword(text);
    return [folded, ...folded.split(/[\s.,_@-]+/)];
  });
  return [...new Set(parts)]
    .filter((word) => [...word].length >= (/[^\x20-\x7e]/.test(word) ? 2 : 3))
    .sort((a, b) => b.length - a.length);
}

/** How many characters are left without words, runs of digits or repeated characters. */
function restOf(form: string, words: readonly string[]): number {
  let rest = form;
  for (const word of words) rest = rest.replaceAll(word, ' ');
  return [
    ...rest
      .replace(/(.)\1{2,}/gu, '$1')
      .replace(/\d{4,}/g, ' ')
      .replace(/\s+/g, ''),
  ].length;
}
