const special = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A text as JSON; what is no Unicode becomes U+FFFD. */
export const quote = (text: string): string => (special.test(text) ? JSON.stringify(text.toWellFormed()) : `"${text}"`);

/** Canonical JSON (RFC 8785) of plain data: numbers must be finite, undefined members are left out. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('canonical JSON has no such number');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError('canonical JSON holds plain data only');
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  // Array.prototype.sort compares UTF-16 code units, as RFC 8785 §3.2.3 asks.
  return `{${members
    .map(([key]) => key)
    .sort()
    .map((key) => `${quote(key)}:${canonicalJson((value as Record<string, unknown>)[key])}`)
    .join(',')}}`;
}
