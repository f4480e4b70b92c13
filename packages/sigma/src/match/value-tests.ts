import type { Matcher } from '../model.ts';
import { LinearRegExp } from '../regexp/linear.ts';
import { inNetwork, type Network } from '../values/cidr.ts';
import { type ClockOffset, timePart } from '../values/time-part.ts';
import { compare, numberIn } from './compare.ts';

/** A field's values in one event. */
export interface FieldView {
  readonly present: boolean;
  /** As the event has it. */
  readonly raw: unknown;
  /** Single values, and the same as text and folded. */
  readonly scalars: readonly (string | number | boolean)[];
  readonly texts: readonly string[];
  readonly folded: readonly string[];
}

/** Matchers that no table can answer. */
export type TestedMatcher = Exclude<Matcher, { kind: 'pattern' | 'number' | 'boolean' | 'any' | 'unresolved' }>;

/** Where a text stands in a value. */
export const placeTests = {
  whole: (value: string, text: string): boolean => value === text,
  start: (value: string, text: string): boolean => value.startsWith(text),
  end: (value: string, text: string): boolean => value.endsWith(text),
  inside: (value: string, text: string): boolean => value.includes(text),
} as const;

/** Values of a list that are compared with the values of another, each with each. */
const maxPairs = 100;

/** The test of a matcher over a field's values; `other` is the field that a reference names. */
export function holdsOf(matcher: TestedMatcher, offset: ClockOffset): (view: FieldView, other: FieldView) => boolean {
  switch (matcher.kind) {
    case 'null':
      return ({ present, raw }) => !present || raw === null;
    case 'exists':
      return ({ present }) => present === matcher.value;
    case 'regexp': {
      const regExp = new LinearRegExp(matcher.source, matcher);
      return ({ texts }) => texts.some((text) => regExp.test(text));
    }
    case 'cidr':
      return ({ texts }) => texts.some((text) => inNetwork(matcher.network, text));
    case 'compare':
      return ({ scalars }) => scalars.some((scalar) => holdsOfNumber(numberIn(scalar), matcher));
    case 'timePart':
      return ({ scalars }) => scalars.some((scalar) => holdsOfNumber(timePart(scalar, matcher.part, offset), matcher));
    case 'fieldRef': {
      const { where, cased } = matcher;
      return (mine, theirs) => {
        const values = cased ? mine.texts : mine.folded;
        const texts = new Set(cased ? theirs.texts : theirs.folded);
        if (where === 'whole') return values.some((value) => texts.has(value));
        const some = [...texts].slice(0, maxPairs);
        return values.slice(0, maxPairs).some((value) => some.some((text) => placeTests[where](value, text)));
      };
    }
  }
}

function holdsOfNumber(
  number: number | null,
  { comparison, value }: Extract<TestedMatcher, { kind: 'compare' | 'timePart' }>,
): boolean {
  return number !== null && compare(number, comparison, value);
}

/** Tells networks apart. */
export const cidrKey = ({ address, bits, family }: Network): string => `cidr ${address.join('.')}/${bits}/${family}`;
