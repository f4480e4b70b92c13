import { cleanStyle } from './style.ts';

/** Schemes of links and of pictures; an address without a scheme stays what it is. */
const linkSchemes: ReadonlySet<string> = new Set(['http', 'https', 'mailto', 'tel']);
const pictureSchemes: ReadonlySet<string> = new Set(['http', 'https']);

const maxAddress = 2_048;
const maxText = 1_000;

/**
 * An address whose scheme is on the list; null otherwise. What browsers skip over in a scheme (controls, white space) and what they take for a
 * slash (the backslash) makes an address unclear, and so do text directions.
 */
function address(value: string, schemes: ReadonlySet<string>): string | null {
  const text = value.trim();
  if (text.length > maxAddress || /[\x00-\x1f\x7f\\\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/.test(text)) return null;
  const colon = text.indexOf(':');
  const first = text.search(/[/?#]/);
  if (colon < 0 || (first >= 0 && first < colon)) return text;
  return schemes.has(text.slice(0, colon).toLowerCase()) ? text : null;
}

const size = (value: string): string | null =>
  /^\d{1,5}(?:\.\d{1,3})?(?:px|%|em|rem|rpx)?$/i.test(value.trim()) ? value.trim() : null;
const count = (value: string): string | null => (/^\d{1,4}$/.test(value.trim()) ? value.trim() : null);

const cleaners: Readonly<Record<string, (value: string) => string | null>> = {
  href: (value) => address(value, linkSchemes),
  src: (value) => address(value, pictureSchemes),
  alt: (value) => value.slice(0, maxText),
  width: size,
  height: size,
  colspan: count,
  rowspan: count,
  span: count,
  start: (value) => (/^-?\d{1,6}$/.test(value.trim()) ? value.trim() : null),
  type: (value) => (/^[1aAiI]$/.test(value) ? value : null),
  dir: (value) => (/^(?:ltr|rtl|auto)$/i.test(value) ? value.toLowerCase() : null),
  class: (value) => (/^[A-Za-z0-9_\- ]{1,300}$/.test(value) ? value : null),
  style: cleanStyle,
};

/** What became of an attribute: the value to write, or null when it goes. */
export function cleanAttribute(name: string, value: string): string | null {
  return Object.hasOwn(cleaners, name) ? (cleaners[name]?.(value) ?? null) : null;
}
