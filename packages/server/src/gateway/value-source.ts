import type { CedarValue } from '@menshen/policy';
import type { RequestContext } from './context.ts';

/** Reads a value of the request for a policy; undefined when it is missing or of a kind that policies do not know, which means refusal. */
export type ValueSource = (context: RequestContext) => CedarValue | undefined;

/** Compiles `principal`, `=constant`, `path.x`, `query.x` or `body.a.b` (see the configuration schema) to a reader. */
export function compileValueSource(source: string): ValueSource {
  if (source === 'principal') return (context) => context.session?.person.uid;
  if (source.startsWith('=')) {
    const constant = source.slice(1);
    return () => constant;
  }
  const [place, ...keys] = source.split('.');
  const [first = ''] = keys;
  if (place === 'path') return (context) => (Object.hasOwn(context.params, first) ? context.params[first] : undefined);
  if (place === 'query') {
    return (context) => {
      const query = context.parsedQuery;
      const value = query !== null && Object.hasOwn(query, first) ? query[first] : undefined;
      return typeof value === 'string' ? value : undefined;
    };
  }
  return (context) => {
    let value: unknown = context.parsedBody;
    for (const key of keys) {
      if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return undefined;
      value = (value as Record<string, unknown>)[key];
    }
    return scalar(value);
  };
}

/** Policies compare text, whole numbers and truth values; anything else is missing. */
function scalar(value: unknown): CedarValue | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
