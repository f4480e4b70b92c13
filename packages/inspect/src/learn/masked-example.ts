import { lengthBound } from './buckets.ts';
import type { CharacterClass } from './character-classes.ts';
import type { FieldProfile, TextProfile } from './profile.ts';
import { counts } from './witness.ts';

/** What stands for a class of characters in an example. */
const letters: Readonly<Partial<Record<CharacterClass, string>>> = {
  digit: '9',
  lower: 'a',
  upper: 'A',
  han: '字',
  letter: 'é',
  space: ' ',
  line: '↵',
  hyphen: '-',
  dot: '.',
  at: '@',
  slash: '/',
  quote: '"',
  angle: '<',
  bracket: '(',
  operator: '+',
  punctuation: ',',
  wide: '，',
};
const formats: Readonly<Record<string, string>> = {
  'cn-mobile': '1**********',
  'cn-id-card': '******************',
  'cn-name': '字字',
  uuid: 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx',
  date: '20**-**-**',
  'date-time': '20**-**-**T**:**:**Z',
  'local-date-time': '20**-**-** **:**:**',
  'http-url': 'https://****.**/****',
  'rich-text': '<p>…</p>',
  'json-text': '{…}',
  email: '****@****.**',
};

/** An example in masked form for people: made from the classes and the median length of what was seen, not from any value. */
export function maskedExample(field: FieldProfile, schemas: readonly Readonly<Record<string, unknown>>[]): string {
  const listed = schemas.find(({ enum: values }) => Array.isArray(values))?.enum;
  if (Array.isArray(listed)) return listed.join(' | ');
  const format = schemas.find(({ format: name }) => typeof name === 'string')?.format;
  if (typeof format === 'string' && formats[format] !== undefined) return formats[format];
  if (field.text !== undefined) return textExample(field.text);
  const range = schemas.find(({ maximum }) => typeof maximum === 'number');
  if (range !== undefined) return `${String(range.minimum)}…${String(range.maximum)}`;
  if (field.array !== undefined) return '[…]';
  return field.object === undefined ? '' : '{…}';
}

function textExample({ classes, lengths }: TextProfile): string {
  const shown = Object.keys(classes)
    .filter((name) => counts(classes[name]))
    .map((name) => letters[name as CharacterClass] ?? '?')
    .join('');
  const total = Object.values(lengths).reduce((sum, { n }) => sum + n, 0);
  let before = 0;
  for (const bucket of Object.keys(lengths)
    .map(Number)
    .sort((a, b) => a - b)) {
    before += lengths[bucket]?.n ?? 0;
    if (before * 2 >= total) return `${shown} ≤${lengthBound(bucket)}`;
  }
  return shown;
}
