import { randomBytes } from 'node:crypto';
import {
  decodeBase64url,
  type EnvelopeContext,
  envelopeContentType,
  normaliseHost,
  openEnvelope,
  parseSignature,
  sealEnvelope,
  signatureHeader,
} from '@menshen/wire';
import { serverSuites } from '../identity/binding/suites.ts';
import type { Session } from '../identity/model.ts';
import type { BackendAnswer } from './backend-answer.ts';
import type { Channel, RequestContext } from './context.ts';
import { hasBody } from './has-body.ts';
import { type Refusal, refuseAlways } from './refusal.ts';
import { rawTarget } from './request-proof.ts';

/** What a body in an envelope holds: the envelope names no type of its own, and a header beside it could be changed. */
export const sealedBodyType = 'application/json';

const signatureName = signatureHeader.toLowerCase();

/** Whether a request asks for the encrypted channel: by a sealed body, or by asking for a sealed answer. */
function asksForChannel({ request }: RequestContext): 'body' | 'answer' | null {
  if (request.headers['content-type']?.trim().toLowerCase() === envelopeContentType) return 'body';
  return request.headers['accept']?.toLowerCase().includes(envelopeContentType) === true ? 'answer' : null;
}

/**
 * Opens the encrypted channel of a request whose signature has been verified: the plain body takes the place of the sealed one. The signature
 * covers the envelope, and the envelope is bound to the signature's time and nonce, so that neither fits elsewhere. Returns a refusal for an envelope
 * that does not open, whatever mode is on: there is no plain text to let through.
 */
export function openChannel(context: RequestContext, session: Session, body: Buffer): Refusal | undefined {
  const { request, route } = context;
  const asked = asksForChannel(context);
  if (asked === null || route === null || route.channel === 'off') return undefined;
  const header = request.headers[signatureName];
  const signature = typeof header === 'string' ? parseSignature(header) : null;
  const sid = decodeBase64url(session.sid, 16);
  const { binding } = session;
  if (binding === null || signature === null || sid === null || request.headers['content-encoding'] !== undefined)
    return refuseAlways('envelope_invalid', 'channel');
  const { path, query } = rawTarget(request);
  const bound: EnvelopeContext = {
    method: context.method,
    host: normaliseHost(request.headers.host ?? ''),
    path,
    query,
    sid,
    timestamp: signature.timestamp,
    nonce: signature.nonce,
  };
  const opened = asked === 'body';
  if (opened) {
    const wanted = { direction: 'c2s', keyVersion: binding.keyVersion } as const;
    const plain = openEnvelope(serverSuites[binding.suite], binding.keys.c2sEnc, wanted, bound, body);
    if (plain === null) return refuseAlways('envelope_invalid', 'body');
    context.received = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength);
  }
  context.channel = { binding, context: bound, opened };
  return undefined;
}

/** Holds a request to its route: where the channel is required, a body or an answer in clear is refused. */
export function demandChannel({ route, channel, request }: RequestContext): Refusal | undefined {
  if (route === null || route.channel !== 'required') return undefined;
  if (channel === null || (hasBody(request) && !channel.opened)) return refuseAlways('envelope_required', 'channel');
  return undefined;
}

/** The answer in an envelope, with a fresh IV: the same answer never looks the same twice. */
export function sealAnswer({ binding, context }: Channel, answer: BackendAnswer): BackendAnswer {
  const suite = serverSuites[binding.suite];
  const head = { direction: 's2c', keyVersion: binding.keyVersion } as const;
  const iv = new Uint8Array(randomBytes(suite.aead.ivBytes));
  const sealed = sealEnvelope(suite, binding.keys.s2cEnc, head, context, iv, Buffer.concat(answer.chunks, answer.length));
  const { etag: _etag, digest: _digest, 'content-md5': _md5, ...headers } = answer.headers;
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  return { ...answer, headers: { ...headers, 'content-type': envelopeContentType }, chunks: [bytes], length: bytes.length };
}
