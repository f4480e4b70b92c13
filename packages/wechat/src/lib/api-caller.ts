import { WechatApiError, WechatTransportError } from '../api-error.ts';
import { errcodes } from '../errcodes.ts';
import type { AccessToken } from '../token-store.ts';
import { type AnswerReader, createAnswerReader } from './answer.ts';
import type { Retry } from './retry.ts';
import type { FetchedToken, TokenSource } from './token-source.ts';
import type { ApiRequest, Transport } from './transport.ts';

const tokenRefusals: readonly number[] = [errcodes.invalidCredential, errcodes.invalidAccessToken, errcodes.accessTokenExpired];

export interface ApiCall extends ApiRequest {
  /** A read, which may be repeated after a failure. What consumes a code or sends something is not. */
  readonly repeatable: boolean;
}

export type ApiCaller = (call: ApiCall) => Promise<AnswerReader>;

export interface ApiCallerOptions {
  readonly transport: Transport;
  readonly retry: Retry;
  /** Removed from error texts in every call. */
  readonly secret: string;
}

/** Makes calls that carry their own credentials. */
export function createApiCaller({ transport, retry, secret }: ApiCallerOptions): ApiCaller {
  return async (call) => {
    const request = { ...call, secrets: [secret, ...(call.secrets ?? [])] };
    const answer = call.repeatable ? await retry(() => transport(request)) : await transport(request);
    return createAnswerReader(call.api, answer);
  };
}

/**
 * Makes calls with an access token. When the platform refuses the token the call is repeated once with another: also for a
 * code exchange or a send, since a call refused at its token has consumed and sent nothing.
 */
export function createTokenCaller(call: ApiCaller, tokens: TokenSource): ApiCaller {
  return async (request) => {
    const withToken = ({ value }: AccessToken) =>
      call({ ...request, query: { access_token: value, ...request.query }, secrets: [value, ...(request.secrets ?? [])] });
    const token = await tokens.current();
    try {
      return await withToken(token);
    } catch (error) {
      if (!(error instanceof WechatApiError) || !tokenRefusals.includes(error.errcode)) throw error;
      const other = await tokens.replace(token);
      if (!other) throw error;
      return withToken(other);
    }
  };
}

/** Reads the answer of a token endpoint. */
export function readFetchedToken(api: string, answer: AnswerReader): FetchedToken {
  const value = answer.text('access_token');
  const expiresIn = answer.integer('expires_in');
  if (value.length > 4096) throw new WechatTransportError(api, 'bad_answer', { field: 'access_token' });
  if (expiresIn <= 0 || expiresIn > 30 * 86_400) throw new WechatTransportError(api, 'bad_answer', { field: 'expires_in' });
  return { value, expiresIn };
}
