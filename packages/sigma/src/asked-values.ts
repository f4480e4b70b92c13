import type { Detection, Matcher, SigmaDocument } from './model.ts';
import { literalOf } from './values/pattern.ts';

export interface AskedValues {
  /** Values that are asked for as a whole. */
  readonly values: ReadonlySet<string>;
  /** Numbers of the documents that ask for a part of a value, or for what it looks like. */
  readonly partly: readonly number[];
}

/**
 * What rules and filters ask of some fields: for values that are stored under another name, such as a pseudonym, whole values can be looked up, and parts
 * of them can not. Asking whether there is a value at all is neither.
 */
export function askedValues(documents: readonly SigmaDocument[], fields: ReadonlySet<string>): AskedValues {
  const values = new Set<string>();
  const partly: number[] = [];
  documents.forEach((document, index) => {
    if (document.kind === 'correlation') return;
    const parts = [...document.section.detections.values()].flatMap((detection) => look(detection, fields, values));
    if (parts.includes('part')) partly.push(index);
  });
  return { values, partly };
}

type Asked = 'whole' | 'part' | 'presence';

function look(detection: Detection, fields: ReadonlySet<string>, values: Set<string>): Asked[] {
  if (detection.kind !== 'item') return detection.of.flatMap((inner) => look(inner, fields, values));
  if (detection.field === null || !fields.has(detection.field)) return [];
  return detection.matchers.flatMap((matcher) => lookAt(matcher, values));
}

function lookAt(matcher: Matcher, values: Set<string>): Asked[] {
  switch (matcher.kind) {
    case 'any':
      return matcher.of.flatMap((inner) => lookAt(inner, values));
    case 'null':
    case 'exists':
    case 'fieldRef':
    case 'unresolved':
      return ['presence'];
    case 'number':
      values.add(matcher.source);
      return ['whole'];
    case 'pattern': {
      const [only] = matcher.pattern;
      if (matcher.pattern.length === 1 && typeof only === 'object' && only.kind === 'any') return ['presence'];
      const literal = literalOf(matcher.pattern);
      if (literal === null) return ['part'];
      if (literal !== '') values.add(literal);
      return ['whole'];
    }
    default:
      return ['part'];
  }
}
