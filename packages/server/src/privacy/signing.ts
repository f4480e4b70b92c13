import { createPublicKey, sign } from 'node:crypto';
import { ed25519FromSeed } from '../gateway/backend-identity.ts';

/** Signs what leaves the platform as proof: exports and certificates of erasure. Ed25519 (RFC 8032). */
export interface PrivacySigner {
  /** SPKI in PEM, as openssl reads it. */
  readonly publicKey: string;
  sign(text: string | Uint8Array): Buffer;
}

export function createPrivacySigner(seed: Uint8Array): PrivacySigner {
  const key = ed25519FromSeed(seed);
  return {
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
    sign: (text) => sign(null, typeof text === 'string' ? Buffer.from(text, 'utf8') : text, key),
  };
}
