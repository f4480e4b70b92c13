/** Classes of characters by what they may mean; the names stand in profiles. */
export const characterClasses = [
  'digit',
  'lower',
  'upper',
  'han',
  'letter',
  'space',
  'line',
  'hyphen',
  'dot',
  'at',
  'slash',
  'quote',
  'angle',
  'bracket',
  'operator',
  'punctuation',
  'wide',
  'other',
] as const;
export type CharacterClass = (typeof characterClasses)[number];

const ascii: readonly CharacterClass[] = Array.from({ length: 128 }, (_, code) => asciiClass(String.fromCharCode(code)));

function asciiClass(char: string): CharacterClass {
  if (/[0-9]/.test(char)) return 'digit';
  if (/[a-z]/.test(char)) return 'lower';
  if (/[A-Z]/.test(char)) return 'upper';
  if (char === ' ') return 'space';
  if ('\n\r\t'.includes(char)) return 'line';
  if ('-_'.includes(char)) return 'hyphen';
  if ('.:'.includes(char)) return 'dot';
  if ('/\\'.includes(char)) return 'slash';
  if (char === '@') return 'at';
  if ('\'"`'.includes(char)) return 'quote';
  if ('<>'.includes(char)) return 'angle';
  if ('()[]{}'.includes(char)) return 'bracket';
  if ('+=*&|^~%$#;'.includes(char)) return 'operator';
  return ',!?'.includes(char) ? 'punctuation' : 'other';
}

function classOf(code: number): CharacterClass {
  if (code < 128) return ascii[code] ?? 'other';
  if ((code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf) || code === 0x3007) return 'han';
  if ((code >= 0x3000 && code <= 0x303f) || (code >= 0xff00 && code <= 0xffef) || (code >= 0x2010 && code <= 0x2027))
    return 'wide';
  return code >= 0xc0 && code <= 0x24f ? 'letter' : 'other';
}

/** The classes that occur in the first `limit` UTF-16 units of a text. */
export function classesOf(text: string, limit: number): ReadonlySet<CharacterClass> {
  const found = new Set<CharacterClass>();
  const end = Math.min(text.length, limit);
  for (let at = 0; at < end; at += 1) found.add(classOf(text.charCodeAt(at)));
  return found;
}
