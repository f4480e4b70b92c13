import * as z from 'zod';
import type { ReleaseSigner, ReleaseVerifier } from './release-key.ts';

/** Media type of in-toto statements in an envelope (in-toto attestation framework v1). */
export const statementType = 'application/vnd.in-toto+json';

const base64 = z.string().regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);

/** Dead Simple Signing Envelope v1 (secure-systems-lab/dsse). */
export const envelopeSchema = z.object({
  payloadType: z.string().min(1).max(200),
  payload: base64,
  signatures: z
    .array(z.object({ keyid: z.string().max(200).optional(), sig: base64 }))
    .min(1)
    .max(16),
});
export type Envelope = z.output<typeof envelopeSchema>;

/** What is signed: `DSSEv1 SP LEN(type) SP type SP LEN(payload) SP payload`, lengths in bytes. */
export function preAuthentication(type: string, payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);
}

export function seal(payload: Uint8Array, signers: readonly ReleaseSigner[]): Envelope {
  const message = preAuthentication(statementType, payload);
  return {
    payloadType: statementType,
    payload: Buffer.from(payload).toString('base64'),
    signatures: signers.map((signer) => ({ keyid: signer.id, sig: Buffer.from(signer.sign(message)).toString('base64') })),
  };
}

/** The payload of an envelope that one of the keys has signed, and by which; null when none has. The key id of a signature is a hint and is not trusted. */
export function open(
  envelope: Envelope,
  keys: readonly ReleaseVerifier[],
): { readonly payload: Buffer; readonly key: string } | null {
  const payload = Buffer.from(envelope.payload, 'base64');
  const message = preAuthentication(envelope.payloadType, payload);
  for (const { sig } of envelope.signatures) {
    const signature = Buffer.from(sig, 'base64');
    const key = keys.find((candidate) => candidate.verify(message, signature));
    if (key !== undefined) return { payload, key: key.id };
  }
  return null;
}
