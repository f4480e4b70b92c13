import { contentTypeToSign, decodeBase64url, maxClockSkewMs, normaliseHost, parseSignature, verifyRequest } from '@menshen/wire';
import type { Session } from '../model.ts';
import type { ReplayGuard } from './replay-guard.ts';
import { serverSuites } from './suites.ts';

/** A request as it came, before anything was decoded. */
export interface ReceivedRequest {
  readonly method: string;
  readonly host: string;
  /** Raw, without the query. */
  readonly path: string;
  /** Raw, without the question mark. */
  readonly query: string;
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
}

export type ProofRefusal = 'signature_required' | 'signature_invalid' | 'clock_skew' | 'request_replayed';

/**
 * Holds a request against its signature, in the order of client protocol 1: time, signature in constant time, and only then the nonce is taken, so that
 * a stranger cannot fill the memory of nonces. `null` when the request is the session owner's and was not seen before.
 */
export async function proveRequest(
  session: Session,
  header: string | undefined,
  request: ReceivedRequest,
  guard: ReplayGuard,
  now: number,
): Promise<ProofRefusal | null> {
  const { binding } = session;
  if (header === undefined) return 'signature_required';
  const signature = parseSignature(header);
  if (binding === null || signature === null || signature.keyVersion !== binding.keyVersion) return 'signature_invalid';
  if (Math.abs(signature.timestamp - now) > maxClockSkewMs) return 'clock_skew';
  const suite = serverSuites[binding.suite];
  const sid = decodeBase64url(session.sid, 16);
  if (sid === null) return 'signature_invalid';
  const genuine = verifyRequest(
    suite,
    binding.keys.c2sMac,
    {
      method: request.method,
      host: normaliseHost(request.host),
      app: session.app,
      path: request.path,
      query: request.query,
      contentType: contentTypeToSign(request.contentType, request.body.length),
      sid,
      bodyHash: suite.hash(request.body),
    },
    signature,
  );
  if (!genuine) return 'signature_invalid';
  const nonce = Buffer.from(signature.nonce).toString('base64url');
  const freshness = await guard.take(`request ${session.sid} ${nonce}`, signature.timestamp);
  return freshness === 'fresh' ? null : freshness;
}
