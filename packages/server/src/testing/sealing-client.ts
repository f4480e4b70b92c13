import { createHash, randomBytes } from 'node:crypto';
import {
  createSuiteA,
  createSuiteS,
  decodeBase64url,
  formatSignature,
  openAnswer,
  parseSessionToken,
  type SealedPurpose,
  type SessionKeys,
  type SignedElements,
  type Suite,
  sealLogin,
  signRequest,
} from '@menshen/wire';
import { nodeSuiteAPrimitives, nodeSuiteSPrimitives } from '@menshen/wire/node';
import type { Deployment } from './deployment.ts';

/** A session as a client of protocol 1 holds it. */
export interface SealedSession {
  readonly token: string;
  readonly suite: Suite;
  readonly keys: SessionKeys;
  readonly sid: Uint8Array;
}

export const suites = { A: createSuiteA(nodeSuiteAPrimitives), S: createSuiteS(nodeSuiteSPrimitives) } as const;
export const random = (size: number): Uint8Array => randomBytes(size);

interface Hello {
  readonly keys: readonly { readonly kid: string; readonly suite: 'A' | 'S'; readonly publicKey: string }[];
}

export type PinnedKey = Awaited<ReturnType<typeof pinnedKey>>;

/** The key that a client of this gateway would be built with. */
export async function pinnedKey(deployment: Deployment, suite: 'A' | 'S') {
  const hello = (await deployment.call('GET', '/_menshen/v1/hello')).body as unknown as Hello;
  const key = hello.keys.find((candidate) => candidate.suite === suite);
  const publicKey = key === undefined ? null : decodeBase64url(key.publicKey);
  if (key === undefined || publicKey === null) throw new Error('hello has no key of this suite');
  return { kid: key.kid, publicKey };
}

/** Seals a body for `login` or `bind`; also gives what opens the answer. */
export async function seal(
  deployment: Deployment,
  name: 'A' | 'S',
  purpose: SealedPurpose,
  body: object,
  timestamp = Date.now(),
  pinned?: PinnedKey,
) {
  const suite = suites[name];
  const serverKey = pinned ?? (await pinnedKey(deployment, name));
  const { message, pending } = sealLogin(suite, { purpose, serverKey, app: 'portal', body, timestamp }, random);
  return { message, pending, suite };
}

/** Signs in through WeCom by a sealed login, to the key that the client was built with; to the present one by default. */
export async function sealedLogin(
  deployment: Deployment,
  userid: string,
  name: 'A' | 'S' = 'A',
  pinned?: PinnedKey,
): Promise<SealedSession> {
  const body = { app: 'portal', channel: 'wecom', code: await deployment.code('wecom', userid) };
  const { message, pending, suite } = await seal(deployment, name, 'login', body, Date.now(), pinned);
  const answer = await deployment.call('POST', '/_menshen/v1/login', { body: message });
  const confirmed = openAnswer(suite, pending, answer.body);
  if (confirmed === null) throw new Error(`sealed login of ${userid}: ${answer.status} ${answer.text}`);
  const { token } = confirmed.body as { token: string };
  const parts = parseSessionToken(token);
  if (parts === null) throw new Error('the answer has no token');
  return { token, suite, keys: confirmed.keys(null), sid: parts.sid };
}

export interface SignOptions {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly body?: Uint8Array;
  readonly contentType?: string;
  readonly timestamp?: number;
  readonly nonce?: Uint8Array;
  /** What the signature says instead of the truth. */
  readonly claim?: Partial<SignedElements>;
}

/** The headers of a signed request. */
export function signedHeaders(deployment: Deployment, session: SealedSession, options: SignOptions): Record<string, string> {
  const body = options.body ?? new Uint8Array(0);
  const timestamp = options.timestamp ?? Date.now();
  const nonce = options.nonce ?? random(16);
  const mac = signRequest(session.suite, session.keys.c2sMac, {
    method: options.method,
    host: new URL(deployment.gatewayUrl).host,
    app: 'portal',
    path: options.path,
    query: options.query ?? '',
    contentType: body.length === 0 ? '' : (options.contentType ?? 'application/json'),
    sid: session.sid,
    timestamp,
    nonce,
    bodyHash: session.suite.hash(body),
    ...options.claim,
  });
  return {
    authorization: `Bearer ${session.token}`,
    'x-menshen-signature': formatSignature({ keyVersion: 1, timestamp, nonce, mac }),
    ...(body.length === 0 ? {} : { 'content-type': options.contentType ?? 'application/json' }),
  };
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
