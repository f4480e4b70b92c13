import { isWordCode } from './characters.ts';

/** Texts to look for, each with the feature that it speaks for. */
export type Phrases = ReadonlyMap<string, string>;

/**
 * Reports each phrase's first occurrence in a text. `folded` is the text in small letters, as are the phrases. A phrase that begins or ends
 * with a letter or digit has to begin or end a word there.
 */
export function forEachPhrase(
  folded: string,
  phrases: Phrases,
  found: (feature: string, start: number, end: number) => void,
): void {
  for (const [phrase, feature] of phrases) {
    const start = findPhrase(folded, phrase);
    if (start >= 0) found(feature, start, start + phrase.length);
  }
}

/** Position of a phrase that stands as words of its own; -1 when it does not occur. */
export function findPhrase(folded: string, phrase: string, from = 0): number {
  const opensWord = isWordCode(phrase.charCodeAt(0));
  const closesWord = isWordCode(phrase.charCodeAt(phrase.length - 1));
  for (let at = folded.indexOf(phrase, from); at >= 0; at = folded.indexOf(phrase, at + phrase.length)) {
    const end = at + phrase.length;
    const opened = !opensWord || !isWordCode(folded.charCodeAt(at - 1));
    const closed = !closesWord || !isWordCode(folded.charCodeAt(end));
    if (opened && closed) return at;
  }
  return -1;
}
