import {
  bearer,
  contentTypeToSign,
  decodeBase64url,
  formatSignature,
  normaliseHost,
  parseSessionToken,
  type SuiteBase,
  signatureHeader,
  signRequest,
  unpackSessionKeys,
} from '@menshen/wire';
import { localError } from './error.ts';
import type { OutgoingRequest } from './outgoing.ts';
import type { RandomPool } from './random-pool.ts';
import { bodyBytes, targetOf } from './sent-form.ts';
import type { ServerClock } from './server-clock.ts';
import type { StoredSession } from './session-store.ts';
import type { Settings } from './settings.ts';

/** Gives a request what proves the session to the gateway: headers over method, address and body as they will be sent. */
export type RequestAuthorizer = (request: OutgoingRequest, session: StoredSession) => Promise<Readonly<Record<string, string>>>;

export interface AuthorizerParts {
  readonly settings: Settings;
  readonly suite: SuiteBase;
  readonly random: RandomPool;
  readonly clock: ServerClock;
}

/**
 * The session token (RFC 6750); with it, for a session that has keys, the signature of this one request (docs/reference/client-protocol.md).
 * Every call signs anew: a request that is sent again needs a nonce of its own.
 */
export function createAuthorizer({ settings, suite, random, clock }: AuthorizerParts): RequestAuthorizer {
  return async (request, session) => {
    const authorization = bearer(session.token);
    if (session.keys === undefined) return { authorization };
    const packed = decodeBase64url(session.keys.packed, 128);
    const keys = packed === null ? null : unpackSessionKeys(packed);
    const parts = parseSessionToken(session.token);
    if (keys === null || parts === null) throw localError('answer_invalid', settings.locale);
    const nonce = (await random.take(16))(16);
    const bytes = bodyBytes(request);
    // `wx.request` would add this one itself; what is signed must not depend on it.
    const contentType = request.header['content-type'] || 'application/json';
    const timestamp = clock.now();
    const mac = signRequest(suite, keys.c2sMac, {
      method: request.method,
      host: normaliseHost(settings.origin.replace(/^https?:\/\//, '')),
      app: settings.app,
      ...targetOf(request.url, settings.origin),
      contentType: contentTypeToSign(contentType, bytes.length),
      sid: parts.sid,
      timestamp,
      nonce,
      bodyHash: suite.hash(bytes),
    });
    return {
      authorization,
      ...(bytes.length > 0 ? { 'content-type': contentType } : {}),
      [signatureHeader.toLowerCase()]: formatSignature({ keyVersion: session.keys.version, timestamp, nonce, mac }),
    };
  };
}
