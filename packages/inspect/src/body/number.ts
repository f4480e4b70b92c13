/**
 * How a JSON number reads as a double (RFC 8259 §6 leaves precision to the reader): `exact`, another reader sees the same
 * value; `rounded`, a reader with more digits sees another one; `infinite`, out of range.
 *
 * Exact means that the shortest decimal form of the double is the number as written, zeros aside: what `JSON.stringify`
 * writes is always exact, 9007199254740993 is not. Text that is no number counts as exact: it is for the grammar to refuse.
 */
export function doublePrecision(text: string): 'exact' | 'rounded' | 'infinite' {
  const value = Number(text);
  if (Number.isNaN(value)) return 'exact';
  if (!Number.isFinite(value)) return 'infinite';
  return significand(text) === significand(String(value)) ? 'exact' : 'rounded';
}

/**
 * Digits without leading and trailing zeros, and the power of ten of the first one. The sign is left out: reading never
 * changes it.
 */
function significand(text: string): string {
  const mark = text.search(/[eE]/);
  const mantissa = (mark < 0 ? text : text.slice(0, mark)).replace('-', '');
  const exponent = mark < 0 ? 0 : Number(text.slice(mark + 1));
  const dot = mantissa.indexOf('.');
  const digits = dot < 0 ? mantissa : mantissa.slice(0, dot) + mantissa.slice(dot + 1);
  let first = 0;
  while (first < digits.length && digits.charCodeAt(first) === 0x30) first += 1;
  if (first === digits.length) return '0';
  let last = digits.length;
  while (digits.charCodeAt(last - 1) === 0x30) last -= 1;
  return `${digits.slice(first, last)}e${(dot < 0 ? mantissa.length : dot) - first + exponent}`;
}
