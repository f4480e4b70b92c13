const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13;
const isNamePart = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  (code >= 48 && code <= 57) ||
  code === 95 ||
  code === 36 ||
  code === 45 ||
  (code >= 0x4e00 && code <= 0x9fff);
const longestName = 80;
const widestGap = 200;

/** Offset of the last character before `at` that is no space, or -1; looks back at most {@link widestGap} characters. */
export function skipSpacesBack(text: string, at: number): number {
  let place = at;
  const least = Math.max(0, at - widestGap);
  while (place >= least && isSpace(text.charCodeAt(place))) place -= 1;
  return place >= least ? place : -1;
}

export interface NameBefore {
  readonly name: string;
  readonly start: number;
  readonly quoted: boolean;
}

/** The name that ends at `at`: `a.b.c`, `a->b`, `'quoted'`, `a['b']` (its `b`); empty where there is none. */
export function nameEndingAt(text: string, at: number): NameBefore {
  const none = { name: '', start: at + 1, quoted: false };
  if (at < 0) return none;
  const last = text[at];
  if (last === "'" || last === '"' || last === '`') {
    const least = Math.max(0, at - longestName);
    for (let open = at - 1; open >= least; open -= 1) {
      if (text[open] === '\n') return none;
      if (text[open] === last) return { name: text.slice(open + 1, at), start: open, quoted: true };
    }
    return none;
  }
  if (last === ']') {
    const inner = nameEndingAt(text, skipSpacesBack(text, at - 1));
    if (!inner.quoted) return none;
    const bracket = skipSpacesBack(text, inner.start - 1);
    return text[bracket] === '[' ? { name: inner.name, start: bracket, quoted: false } : none;
  }
  let place = at;
  const least = Math.max(0, at - longestName);
  while (place >= least) {
    const code = text.charCodeAt(place);
    if (isNamePart(code) || code === 46) place -= 1;
    else if (code === 62 && text[place - 1] === '-')
      place -= 2; // `->`
    else if (code === 63 && text.charCodeAt(place + 1) === 46)
      place -= 1; // `?.`
    else break;
  }
  const name = text.slice(place + 1, at + 1).replace(/^[-.]+/, '');
  return { name, start: place + 1, quoted: false };
}

export const lastPart = (name: string): string => {
  const cut = Math.max(name.lastIndexOf('.'), name.lastIndexOf('>'), name.lastIndexOf(':'));
  return cut < 0 ? name : name.slice(cut + 1);
};
