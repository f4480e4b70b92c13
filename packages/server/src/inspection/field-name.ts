import type { InspectedField, InspectedPlace } from '@menshen/contract';

const maxSegment = 60;
const maxName = 200;
/** What has a meaning in a pattern, or no business in a log. Replaced by `?`, which no pattern may hold: such a field cannot be excepted. */
const unfit = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Co}.[\]*?"'<>\\]/gu;

/** One name of a field: bounded, and without what is not fit for a pattern. */
function segment(name: string): string {
  const fit = name.slice(0, maxSegment).replace(unfit, '?');
  return name.length > maxSegment ? `${fit}?` : fit;
}

/** A JSON value by its keys, every index as `[]`: `items[].remark`. A name that does not fit the bound ends with `?`. */
export function pathName(path: readonly (string | number)[]): string {
  let name = '';
  for (const part of path) {
    name += typeof part === 'number' ? '[]' : name === '' ? segment(part) : `.${segment(part)}`;
    if (name.length > maxName) return `${name.slice(0, maxName - 1)}?`;
  }
  return name;
}

/** The name of a field: a parameter, header, cookie, file or part. */
export const fieldName = (name: string): string => segment(name);

const parts = (name: string): readonly string[] =>
  name
    .replaceAll('[]', '.[]')
    .split('.')
    .filter((part) => part !== '');

/** Compiles a field pattern to its test. Header names are compared without case; everything else exactly. */
export function fieldMatcher({ place, name }: InspectedField): (place: InspectedPlace, name: string) => boolean {
  const fold = place === 'header';
  const wanted = fold ? name.toLowerCase() : name;
  if (!wanted.includes('*'))
    return (otherPlace, other) => otherPlace === place && (fold ? other.toLowerCase() : other) === wanted;
  const pattern = parts(wanted);
  const open = pattern.at(-1) === '*';
  return (otherPlace, other) => {
    if (otherPlace !== place) return false;
    const given = parts(fold ? other.toLowerCase() : other);
    if (open ? given.length < pattern.length : given.length !== pattern.length) return false;
    return pattern.every((part, at) => part === '*' || part === given[at]);
  };
}
