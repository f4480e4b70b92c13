import { type CharSet, normalise } from './char-set.ts';

const properties = new Map<string, CharSet>();

/** Found by asking the engine of each code point of the Basic Multilingual Plane once. */
export function unicodeProperty(name: string): CharSet | null {
  const known = properties.get(name);
  if (known !== undefined) return known;
  if (
    !/^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfo]?|Han|Latin|Greek|Cyrillic|Arabic|Hebrew|Hangul|Hiragana|Katakana|Thai)$/.test(
      name,
    )
  )
    return null;
  const test = new RegExp(name.length > 2 ? `\\p{Script=${name}}` : `\\p{${name}}`, 'u');
  const ranges: [number, number][] = [];
  for (let code = 0; code <= 0xffff; code += 1) {
    if (!test.test(String.fromCharCode(code))) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  const set = normalise(ranges);
  properties.set(name, set);
  return set;
}
