import { createPublicKey, sign } from 'node:crypto';
import { ed25519FromSeed } from '../gateway/backend-identity.ts';

/** Signs what leaves the platform as proof: exports, certificates, reports. Ed25519 (RFC 8032). */
export interface ProofSigner {
  /** SPKI in PEM, as openssl reads it. */
  readonly publicKey: string;
  sign(text: string | Uint8Array): Buffer;
}

export function createProofSigner(seed: Uint8Array): ProofSigner {
  const key = ed25519FromSeed(seed);
  return {
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
    sign: (text) => sign(null, typeof text === 'string' ? Buffer.from(text, 'utf8') : text, key),
  };
}
