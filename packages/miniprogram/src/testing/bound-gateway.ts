import { createHash } from 'node:crypto';
import {
  clientEndpoints,
  contentTypeToSign,
  createSuiteA,
  type EnvelopeContext,
  encodeBase64url,
  encodeHex,
  envelopeContentType,
  formatTicket,
  type KeyPair,
  type LoginGrant,
  maxClockSkewMs,
  normaliseHost,
  openEnvelope,
  openLogin,
  parseSessionToken,
  parseSignature,
  refusalHeader,
  type SealedPurpose,
  type SessionKeys,
  sealAnswer,
  sealEnvelope,
  signatureHeader,
  suiteAPrimitives,
  type TicketBody,
  ticketHeader,
  verifyRequest,
} from '@menshen/wire';
import { isBytes } from '../bytes.ts';
import type { ServerKey } from '../types.ts';
import { json, refuse, type ScriptedGateway } from './scripted-gateway.ts';

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A gateway that takes sealed logins and signed requests only, in front of a scripted one; built from the wire package as the real one is. */
export interface BoundGateway {
  readonly fetch: Fetch;
  /** What an app would pin. */
  readonly serverKeys: readonly ServerKey[];
  /** Codes of its own refusals, in order. */
  readonly refusals: string[];
  /** Every body of a login or binding as it was on the wire. */
  readonly sealedBodies: string[];
  /** Nonces of signed requests. */
  readonly nonces: Set<string>;
  readonly sessions: Map<string, SessionKeys>;
  /** Kids that the gateway still knows. */
  readonly kids: Set<string>;
  /** Changes requests on their way to the gateway. */
  onRequest: (url: string, init: RequestInit) => readonly [string, RequestInit];
  /** Changes answers on their way to the phone. */
  onAnswer: (answer: Response, url: string) => Response | Promise<Response>;
  /** Demanded in the keys of new sessions. */
  userKey: { readonly version: number; readonly key: Uint8Array } | null;
}

const suite = createSuiteA(suiteAPrimitives);
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

export function createBoundGateway(inner: ScriptedGateway, now: () => number): BoundGateway {
  const keys: (KeyPair & { readonly kid: string })[] = ['k1', 'k2'].map((kid) => ({ kid, ...suite.keyPair(random) }));
  const tickets = new Map<string, TicketBody & { readonly token: string }>();
  const seen = new Set<string>();

  const no = (status: number, code: string, extra = {}): Response => {
    gateway.refusals.push(code);
    return refuse(status, code, extra);
  };
  const isLate = (timestamp: number): boolean => Math.abs(timestamp - now()) > maxClockSkewMs;
  const clockSkew = (): Response => no(401, 'clock_skew', { serverTime: now() });

  const enter = async (purpose: SealedPurpose, url: string, init: RequestInit): Promise<Response> => {
    gateway.sealedBodies.push(String(init.body));
    const message = JSON.parse(String(init.body));
    if (message.v === undefined) return no(403, 'sealed_login_required');
    const serverKey = keys.find(({ kid }) => kid === message.kid && gateway.kids.has(kid));
    if (serverKey === undefined) return no(403, 'server_key_unknown');
    const opened = openLogin(suite, purpose, serverKey, message);
    if (opened === null) return no(400, 'sealed_login_invalid');
    if (isLate(opened.timestamp)) return clockSkew();
    const nonce = encodeBase64url(opened.nonce);
    if (seen.has(nonce)) return no(401, 'request_replayed');
    seen.add(nonce);
    const answer = await inner.fetch(url, { ...init, body: JSON.stringify(opened.body) });
    if (answer.status !== 200) return answer;
    const body = { ...((await answer.json()) as LoginGrant), serverTime: now() };
    const { userKey } = gateway;
    const sealed = sealAnswer(suite, opened, { body, keyVersion: 1, ...(userKey === null ? {} : { userKey }) }, random);
    if (sealed === null) return no(400, 'sealed_login_invalid');
    gateway.sessions.set(body.token, sealed.keys);
    return json(200, sealed.message);
  };

  const grantTicket = (token: string, body: TicketBody): Response => {
    const ticket = formatTicket(random(32));
    tickets.set(ticket, { ...body, token });
    return json(200, { ticket, expiresAt: now() + 60_000, serverTime: now() });
  };

  const useTicket = async (url: string, init: RequestInit, token: string): Promise<Response> => {
    const ticket = new Headers(init.headers).get(ticketHeader) ?? '';
    const granted = tickets.get(ticket);
    tickets.delete(ticket);
    const { pathname, search } = new URL(url);
    if (granted === undefined || granted.token !== token || granted.target !== pathname + search || granted.use !== 'upload')
      return no(403, 'transfer_ticket_invalid');
    const files = init.body instanceof FormData ? [...init.body.values()].filter((value) => value instanceof Blob) : [];
    const content = new Uint8Array((await files[0]?.arrayBuffer()) ?? new ArrayBuffer(0));
    if (files.length !== 1 || createHash('sha256').update(content).digest('hex') !== granted.sha256)
      return no(403, 'transfer_ticket_invalid');
    return inner.fetch(url, { ...init, body: `file ${encodeHex(content.slice(0, 8))}` });
  };

  /** The encrypted channel: what is behind sees the body in clear, the phone gets the answer sealed. */
  const throughChannel = async (
    url: string,
    init: RequestInit,
    { c2sEnc, s2cEnc }: SessionKeys,
    context: EnvelopeContext,
    body: Uint8Array,
  ): Promise<Response> => {
    const plain = body.length === 0 ? body : openEnvelope(suite, c2sEnc, { direction: 'c2s', keyVersion: 1 }, context, body);
    if (plain === null) return no(400, 'envelope_invalid');
    const inside = await inner.fetch(url, { ...init, body: plain.length === 0 ? null : new TextDecoder().decode(plain) });
    const { status } = inside;
    if (inside.headers.has(refusalHeader) || status === 204) return inside;
    const text = new Uint8Array(await inside.arrayBuffer());
    const sealed = sealEnvelope(suite, s2cEnc, { direction: 's2c', keyVersion: 1 }, context, random(12), text);
    return new Response(sealed.slice(), { status, headers: { 'content-type': envelopeContentType } });
  };

  const answer: Fetch = async (url, init) => {
    const { host, pathname, search } = new URL(url);
    if (pathname === clientEndpoints.login) return enter('login', url, init);
    if (pathname === clientEndpoints.bind) return enter('bind', url, init);
    if (pathname.startsWith('/public/')) return inner.fetch(url, init);
    const headers = new Headers(init.headers);
    const token = headers.get('authorization')?.replace('Bearer ', '') ?? '';
    const session = gateway.sessions.get(token);
    if (!inner.liveTokens.has(token)) return inner.fetch(url, init);
    if (session === undefined) return no(401, 'signature_required');
    if (headers.has(ticketHeader)) return useTicket(url, init, token);
    const signature = parseSignature(headers.get(signatureHeader) ?? '');
    if (signature === null) return no(401, 'signature_required');
    if (isLate(signature.timestamp)) return clockSkew();
    const body = bytesOf(init.body);
    const elements = {
      method: init.method ?? 'GET',
      host: normaliseHost(host),
      app: 'portal',
      path: pathname,
      query: search.slice(1),
      contentType: contentTypeToSign(headers.get('content-type') ?? undefined, body.length),
      sid: parseSessionToken(token)?.sid ?? new Uint8Array(0),
      bodyHash: suite.hash(body),
    };
    if (signature.keyVersion !== 1 || !verifyRequest(suite, session.c2sMac, elements, signature))
      return no(401, 'signature_invalid');
    const nonce = encodeBase64url(signature.nonce);
    if (gateway.nonces.has(nonce)) return no(401, 'request_replayed');
    gateway.nonces.add(nonce);
    if (pathname === clientEndpoints.ticket) return grantTicket(token, JSON.parse(String(init.body)));
    return wantsChannel(headers)
      ? throughChannel(url, init, session, { ...elements, ...signature }, body)
      : inner.fetch(url, init);
  };

  const gateway: BoundGateway = {
    serverKeys: keys.map(({ kid, publicKey }) => ({ kid, publicKey: encodeBase64url(publicKey) })),
    refusals: [],
    sealedBodies: [],
    nonces: new Set(),
    sessions: new Map(),
    kids: new Set(['k1', 'k2']),
    onRequest: (url, init) => [url, init],
    onAnswer: (response) => response,
    userKey: null,
    fetch: async (url, init) => gateway.onAnswer(await answer(...gateway.onRequest(url, init)), url),
  };
  return gateway;
}

function wantsChannel(headers: Headers): boolean {
  return headers.get('content-type') === envelopeContentType || headers.get('accept') === envelopeContentType;
}

function bytesOf(body: RequestInit['body']): Uint8Array {
  if (isBytes(body)) return new Uint8Array(body);
  return new TextEncoder().encode(typeof body === 'string' ? body : '');
}
