import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import { ed25519FromSeed } from '../gateway/backend-identity.ts';

/** Signs what leaves the platform as proof: exports, certificates, reports. Ed25519 (RFC 8032). */
export interface ProofSigner {
  /** The first 16 hexadecimal digits of SHA-256 over the SPKI. */
  readonly id: string;
  /** SPKI in PEM, as openssl reads it. */
  readonly publicKey: string;
  sign(text: string | Uint8Array): Buffer;
}

export function createProofSigner(seed: Uint8Array): ProofSigner {
  const key = ed25519FromSeed(seed);
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  return {
    ...{ publicKey, id: keyId(publicKey) },
    sign: (text) => sign(null, typeof text === 'string' ? Buffer.from(text, 'utf8') : text, key),
  };
}

/** The name of a public key in PEM. Throws for what is none. */
export function keyId(publicKey: string): string {
  const spki = createPublicKey(publicKey).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex').slice(0, 16);
}

/** Whether a statement carries the key's signature (base64url, or base64 as older proofs write it). Never throws: what cannot be read holds nothing. */
export function holds(statement: string, signature: string, publicKey: string): boolean {
  try {
    const key = createPublicKey(publicKey);
    if (key.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, Buffer.from(statement, 'utf8'), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}
