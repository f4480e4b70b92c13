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
import { answerInvalid } from '../error.ts';
import type { RandomPool } from '../phone/random-pool.ts';
import type { ServerClock } from '../phone/server-clock.ts';
import type { StoredSession } from '../session/session-store.ts';
import type { Settings } from '../settings.ts';
import type { OutgoingRequest } from './outgoing.ts';
import { bodyBytes, targetOf } from './sent-form.ts';

/** Gives a request what proves the session to the gateway: headers over method, address and body as they will be sent. */
export type RequestAuthorizer = (
  request: OutgoingRequest,
  session: StoredSession,
) => Promise<{ readonly sent: OutgoingRequest; readonly credentials: Readonly<Record<string, string>> }>;

export interface AuthorizerParts {
  readonly settings: Settings;
  readonly suite: SuiteBase;
  readonly random: RandomPool;
  readonly clock: ServerClock;
}

/**
 * The session token (RFC 6750); with it, for a session that has keys, the signature of this one request (docs/reference/client-protocol.md).
 * Every call seals and signs anew: a request that is sent again needs a nonce of its own. What is signed is what is sent, the envelope where there is one.
 */
export function createAuthorizer({ settings, suite, random, clock }: AuthorizerParts): RequestAuthorizer {
  return async (request, session) => {
    const authorization = bearer(session.token);
    if (session.keys === undefined) return { sent: request, credentials: { authorization } };
    const packed = decodeBase64url(session.keys.packed, 128);
    const keys = packed === null ? null : unpackSessionKeys(packed);
    const parts = parseSessionToken(session.token);
    if (packed === null || keys === null || parts === null) throw answerInvalid(settings.locale);
    const draw = await random.take(28);
    const nonce = draw(16);
    const timestamp = clock.now();
    const place = {
      method: request.method,
      host: normaliseHost(settings.origin.replace(/^https?:\/\//, '')),
      ...targetOf(request.url, settings.origin),
      nonce,
    };
    const { sid } = parts;
    const { version } = session.keys;
    const sent = request.sealer
      ? request.sealer(request, { ...place, session: sid, ts: timestamp, keys: packed, version, iv: draw(12) })
      : request;
    const bytes = bodyBytes(sent);
    // `wx.request` would add this one itself; what is signed must not depend on it.
    const contentType = sent.header['content-type'] || 'application/json';
    const mac = signRequest(suite, keys.c2sMac, {
      ...place,
      app: settings.app,
      contentType: contentTypeToSign(contentType, bytes.length),
      sid,
      timestamp,
      bodyHash: suite.hash(bytes),
    });
    return {
      sent,
      credentials: {
        authorization,
        ...(bytes.length > 0 ? { 'content-type': contentType } : {}),
        [signatureHeader.toLowerCase()]: formatSignature({ keyVersion: version, timestamp, nonce, mac }),
      },
    };
  };
}
