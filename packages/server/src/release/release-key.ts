import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { createSm2Signatures, sm2PrivateKey, sm2PublicKey } from '@menshen/seal';

export type ReleaseAlgorithm = 'ed25519' | 'sm2';

/** Who signs releases. `id` is SHA-256 of the public key (SubjectPublicKeyInfo, DER), hexadecimal. */
export interface ReleaseSigner {
  readonly id: string;
  readonly algorithm: ReleaseAlgorithm;
  sign(message: Uint8Array): Uint8Array;
}

export interface ReleaseVerifier {
  readonly id: string;
  readonly algorithm: ReleaseAlgorithm;
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}

/** A file that is no key of ours. */
export class ReleaseKeyError extends Error {
  override readonly name = 'ReleaseKeyError';
}

/** Object identifier of the curve SM2 (1.2.156.10197.1.301) as it stands in DER. */
const sm2Curve = Buffer.from('06082a811ccf5501822d', 'hex');

let engine: ReturnType<typeof createSm2Signatures> | null = null;
/** The SM2 engine, tried by its known answer at the first use. */
const sm2Signatures = (): ReturnType<typeof createSm2Signatures> => {
  engine ??= createSm2Signatures();
  return engine;
};

const idOf = (spki: Uint8Array): string => createHash('sha256').update(spki).digest('hex');
const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

/** Makes a key pair as PEM (PKCS #8 and SubjectPublicKeyInfo). */
export function makeReleaseKey(algorithm: ReleaseAlgorithm): { readonly privatePem: string; readonly publicPem: string } {
  if (algorithm === 'ed25519') {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    return {
      privatePem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
      publicPem: String(publicKey.export({ type: 'spki', format: 'pem' })),
    };
  }
  for (;;) {
    try {
      const key = sm2PrivateKey(randomBytes(32));
      return {
        privatePem: String(key.native.export({ type: 'pkcs8', format: 'pem' })),
        publicPem: String(key.public.native.export({ type: 'spki', format: 'pem' })),
      };
    } catch {
      // Not below the order of the curve: one time in 2^32.
    }
  }
}

/** Reads a private key. @throws ReleaseKeyError */
export function readSigner(pem: string): ReleaseSigner {
  const key = keyOf(() => createPrivateKey(pem));
  const publicKey = createPublicKey(key);
  const id = idOf(spkiOf(publicKey));
  if (key.asymmetricKeyType === 'ed25519') return { id, algorithm: 'ed25519', sign: (message) => sign(null, message, key) };
  const der = key.export({ type: 'pkcs8', format: 'der' });
  if (!der.includes(sm2Curve)) throw new ReleaseKeyError('not an Ed25519 or SM2 key');
  const secret = sm2PrivateKey(scalarOf(der));
  return { id, algorithm: 'sm2', sign: (message) => sm2Signatures().sign(message, secret) };
}

/** Reads a public key. @throws ReleaseKeyError */
export function readVerifier(pem: string): ReleaseVerifier {
  if (/PRIVATE KEY/.test(pem)) throw new ReleaseKeyError('a public key is needed; keep the private one away from here');
  const key = keyOf(() => createPublicKey(pem));
  const spki = spkiOf(key);
  const id = idOf(spki);
  if (key.asymmetricKeyType === 'ed25519')
    return {
      id,
      algorithm: 'ed25519',
      verify: (message, signature) => signature.length === 64 && verify(null, message, key, signature),
    };
  if (!spki.includes(sm2Curve)) throw new ReleaseKeyError('not an Ed25519 or SM2 key');
  const point = sm2PublicKey(spki.subarray(-65));
  return { id, algorithm: 'sm2', verify: (message, signature) => sm2Signatures().verify(message, signature, point) };
}

function keyOf(read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch (error) {
    throw new ReleaseKeyError('not a key in PEM', { cause: error });
  }
}

/** The secret number in a PKCS #8 of RFC 5915: the octet string of 32 bytes behind version 1. */
function scalarOf(pkcs8: Buffer): Uint8Array {
  const at = pkcs8.indexOf(Buffer.from('0201010420', 'hex'));
  if (at < 0) throw new ReleaseKeyError('not an SM2 key of 32 bytes');
  return new Uint8Array(pkcs8.subarray(at + 5, at + 37));
}
