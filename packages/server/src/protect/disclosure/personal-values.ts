import type { PersonalKind } from '@menshen/contract';

/** A personal value in a text, by UTF-16 offsets. */
export interface PersonalValue {
  readonly kind: PersonalKind;
  readonly start: number;
  readonly end: number;
}

const zero = 48;
const nine = 57;
const isDigit = (code: number): boolean => code >= zero && code <= nine;
const isWord = (code: number): boolean =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;

/** Weights and check characters of GB 11643-1999. */
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checks = '10X98765432';
/** First two digits of GB/T 2260 codes. */
const regions = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(' '),
);
const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Finds mobile numbers of the mainland, identity cards (GB 11643 with region, date and check character) and bank cards (UnionPay and the
 * international prefixes, with Luhn's check digit) that stand alone: not inside longer numbers or words. One pass; stops after `most`.
 */
export function findPersonalValues(text: string, most = 10_000): PersonalValue[] {
  const found: PersonalValue[] = [];
  const { length } = text;
  for (let at = 0; at < length; at += 1) {
    if (!isDigit(text.charCodeAt(at))) continue;
    const start = at;
    while (at < length && isDigit(text.charCodeAt(at))) at += 1;
    const digits = at - start;
    if (digits < 11 || digits > 19) continue;
    if (start > 0 && isWord(text.charCodeAt(start - 1))) continue;
    const next = at < length ? text.charCodeAt(at) : 0;
    if (digits === 17 && (next === 88 || next === 120)) {
      const follows = at + 1 < length ? text.charCodeAt(at + 1) : 0;
      if (!isWord(follows) && isIdentityCard(text.slice(start, at + 1).toUpperCase())) {
        found.push({ kind: 'identity_card', start, end: at + 1 });
        at += 1;
      }
    } else if (!isWord(next)) {
      const kind = kindOf(text.slice(start, at));
      // A number with a fraction is an amount or a coordinate.
      const fraction =
        (next === 46 && isDigit(text.charCodeAt(at + 1))) ||
        (start > 1 && text.charCodeAt(start - 1) === 46 && isDigit(text.charCodeAt(start - 2)));
      if (kind !== null && !fraction) found.push({ kind, start, end: at });
    }
    if (found.length >= most) break;
  }
  return found;
}

function kindOf(digits: string): PersonalKind | null {
  if (digits.length === 11) return /^1[3-9]/.test(digits) ? 'phone' : null;
  if (digits.length === 13) return /^861[3-9]/.test(digits) ? 'phone' : null;
  if (digits.length === 18 && isIdentityCard(digits)) return 'identity_card';
  return digits.length >= 15 && isBankCard(digits) ? 'bank_card' : null;
}

function isIdentityCard(text: string): boolean {
  if (!regions.has(text.slice(0, 2))) return false;
  const [year, month, day] = [Number(text.slice(6, 10)), Number(text.slice(10, 12)), Number(text.slice(12, 14))];
  if (year < 1900 || year > 2100 || day < 1 || day > (monthDays[month - 1] ?? 0)) return false;
  let sum = 0;
  for (let at = 0; at < 17; at += 1) sum += (text.charCodeAt(at) - zero) * (weights[at] ?? 0);
  return checks[sum % 11] === text[17];
}

function isBankCard(digits: string): boolean {
  const unionPay = digits.startsWith('62') && digits.length >= 16;
  const international =
    (digits.length === 16 && /^(4|5[1-5]|2[2-7]|35)/.test(digits)) || (digits.length === 15 && /^3[47]/.test(digits));
  if (!unionPay && !international) return false;
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - zero;
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
