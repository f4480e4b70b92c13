import type { ClientRequest } from '../gateway/http1/client-request.ts';
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

/** Compiles a `requestSource` of the contract. The reader gives undefined for what is not there or stands there twice. */
export function compileRequestReader(source: string): RequestReader {
  if (source.startsWith('=')) {
    const constant = source.slice(1);
    return () => constant;
  }
  const [place, ...keys] = source.split('.');
  const [first = ''] = keys;
  if (place === 'header')
    return ({ request }) => {
      const value = request.headers[first];
      return typeof value === 'string' ? value : undefined;
    };
  if (place === 'path') return ({ params }) => own(params, keys);
  if (place === 'query')
    return ({ parsedQuery }) => {
      const value = own(parsedQuery, keys);
      return typeof value === 'string' ? value : undefined;
    };
  return ({ parsedBody }) => own(parsedBody, keys);
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
