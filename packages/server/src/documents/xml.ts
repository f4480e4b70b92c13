const special: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Characters that XML 1.0 (2.2 Char) forbids, which would make the whole file unreadable, and those that turn the direction of writing, with which a
 * text can look like another one. Tab and line feed stay.
 */
const unwanted = /[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff\u202a-\u202e\u2066-\u2069]/g;

/** Text for XML and HTML, in content and in quoted attributes. Lone surrogates become U+FFFD. */
export const escapeText = (text: string): string =>
  text
    .toWellFormed()
    .replace(unwanted, '')
    .replace(/[&<>"']/g, (character) => special[character] ?? '');

/** Lines of a text: what separates them is `\n`, `\r\n` or `\r`. */
export const linesOf = (text: string): string[] => text.split(/\r\n|\n|\r/);

export const xmlHead = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** W3CDTF in UTC without fractions, as document properties want it. */
export const isoSeconds = (epochMs: number): string => new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
