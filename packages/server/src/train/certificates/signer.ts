import { createHash, createPublicKey, verify } from 'node:crypto';
import { createProofSigner } from '../../keys/proof-signer.ts';

/** Signs certificates; Ed25519 (RFC 8032). */
export interface CertificateSigner {
  /** SPKI in PEM, as openssl reads it. */
  readonly publicKey: string;
  /** The first 16 hexadecimal digits of SHA-256 over the SPKI. */
  readonly id: string;
  sign(statement: string): string;
}

export function createCertificateSigner(seed: Uint8Array): CertificateSigner {
  const { publicKey, sign } = createProofSigner(seed);
  return { publicKey, id: keyId(publicKey), sign: (statement) => sign(statement).toString('base64url') };
}

/** The name of a public key in PEM. Throws for what is none. */
export function keyId(publicKey: string): string {
  const spki = createPublicKey(publicKey).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex').slice(0, 16);
}

/** Whether a statement carries the key's signature. Never throws: what cannot be read holds nothing. */
export function holds(statement: string, signature: string, publicKey: string): boolean {
  try {
    const key = createPublicKey(publicKey);
    if (key.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, Buffer.from(statement, 'utf8'), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}
