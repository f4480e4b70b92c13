import type { ClientRequest } from '../gateway/http1/client-request.ts';
import { ambiguous, bodyReader, pathReader } from '../gateway/own-value.ts';
import type { AskedRequest } from '../gateway/value-source.ts';

/** What of a request a guard may read. */
export interface GuardedRequest extends Pick<AskedRequest, 'params' | 'parsedQuery' | 'parsedBody'> {
  readonly request: Pick<ClientRequest, 'headers'>;
}
export type RequestReader = (request: GuardedRequest) => unknown;
export type AnswerReader = (answer: unknown) => unknown;

function own(value: unknown, keys: readonly string[]): unknown {
  let at = value;
  for (const key of keys) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

/**
 * Compiles a `requestSource` of the contract. The reader gives undefined for what is not there, and what is no value at all for what stands there twice or
 * under a name that a backend may take for this one: `{"cents": 1, "Cents": 9}` is two amounts.
 */
export function compileRequestReader(source: string): RequestReader {
  if (source.startsWith('=')) {
    const constant = source.slice(1);
    return () => constant;
  }
  const [place, ...keys] = source.split('.');
  const [first = ''] = keys;
  if (place === 'header')
    return ({ request: { headers } }) => {
      const value = headers[first];
      // CGI, and what follows it, makes one name of `x-shop` and `x_shop`.
      if (Object.keys(headers).some((name) => name !== first && name.replaceAll('_', '-') === first)) return ambiguous;
      return value === undefined || typeof value === 'string' ? value : ambiguous;
    };
  if (place === 'path') return ({ params }) => own(params, keys);
  if (place === 'body') return bodyReader(keys);
  const read = pathReader(keys);
  return ({ parsedQuery }) => {
    const value = read(parsedQuery);
    return value === undefined || typeof value === 'string' ? value : ambiguous;
  };
}

/** Compiles an `answerSource` of the contract. */
export function compileAnswerReader(source: string): AnswerReader {
  const keys = source.split('.').slice(1);
  return (answer) => own(answer, keys);
}

/** Text that may name something: a person's coupon, a place, an object. Anything else is null. */
export function readName(value: unknown): string | null {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && /^[A-Za-z0-9_.:-]{1,64}$/.test(text) ? text : null;
}
