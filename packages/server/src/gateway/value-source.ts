import type { CedarValue } from '@menshen/policy';
import type { Session } from '../identity/model.ts';
import { bodyReader, pathReader } from './own-value.ts';

/** What of a request a policy may be told. */
export interface AskedRequest {
  readonly session: Session | null;
  readonly params: Readonly<Record<string, string>>;
  readonly parsedQuery: Readonly<Record<string, string | readonly string[]>> | null;
  readonly parsedBody: unknown;
}

/**
 * Reads a value of the request for a policy; undefined when it is missing, when a backend may read it from another member than we would, or when it is of
 * a kind that policies do not know, which means refusal.
 */
export type ValueSource = (request: AskedRequest) => CedarValue | undefined;

/** Compiles `principal`, `=constant`, `path.x`, `query.x` or `body.a.b` (see the configuration schema) to a reader. */
export function compileValueSource(source: string): ValueSource {
  if (source === 'principal') return ({ session }) => session?.person.uid;
  if (source.startsWith('=')) {
    const constant = source.slice(1);
    return () => constant;
  }
  const [place, ...keys] = source.split('.');
  const [first = ''] = keys;
  const read = pathReader(keys);
  if (place === 'path') return ({ params }) => (Object.hasOwn(params, first) ? params[first] : undefined);
  if (place === 'query') {
    return ({ parsedQuery }) => {
      const value = read(parsedQuery);
      return typeof value === 'string' ? value : undefined;
    };
  }
  const readBody = bodyReader(keys);
  return (request) => scalar(readBody(request));
}

/** Policies compare text, whole numbers and truth values; anything else is missing. */
function scalar(value: unknown): CedarValue | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
