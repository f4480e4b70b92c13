import { isDay } from './calendar.ts';

/** A mobile number of mainland China as dialled at home: 11 digits from 13 to 19 (MIIT numbering plan). */
export function isCnMobile(text: string): boolean {
  return /^1[3-9]\d{9}$/.test(text);
}

/**
 * First two digits: province-level regions of GB/T 2260, with 81 to 83 for residents from Hong Kong, Macao and Taiwan, and
 * 91 for foreigners.
 */
const regions: ReadonlySet<string> = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91'.split(' '),
);
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checkCharacters = '10X98765432';

/**
 * A citizen identity number of 18 characters: region, a day of birth that exists, and the check character of GB 11643-1999
 * (ISO 7064, MOD 11-2); `x` may be small.
 */
export function isCnIdCard(text: string): boolean {
  if (!/^\d{17}[\dXx]$/.test(text) || !regions.has(text.slice(0, 2))) return false;
  const year = Number(text.slice(6, 10));
  if (year < 1800 || !isDay(year, Number(text.slice(10, 12)), Number(text.slice(12, 14)))) return false;
  let sum = 0;
  for (const [index, weight] of weights.entries()) sum += weight * Number(text[index]);
  return checkCharacters[sum % 11] === text.charAt(17).toUpperCase();
}
