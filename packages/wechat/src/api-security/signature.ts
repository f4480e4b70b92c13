import { constants, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import { WechatCryptoError } from '../crypto-error.ts';
import { decodeBase64 } from '../lib/bytes.ts';

export type SignatureAlgorithm = 'RSAwithSHA256' | 'SM2withSM3';

/** Signs in the name of one key. */
export interface Signer {
  readonly algorithm: SignatureAlgorithm;
  /** Id of the key on the console page "API security"; with SM2 also the user ID of the signature. */
  readonly sn: string;
  /** base64. */
  sign(message: string): string;
}

export interface Verifier {
  readonly algorithm: SignatureAlgorithm;
  readonly sn: string;
  verify(message: string, signature: string): boolean;
}

/** `privateKey`: PEM for RSA (PKCS #1 or PKCS #8), 64 hex digits for SM2. Throws WechatCryptoError `api_key_invalid`. */
export function createSigner(algorithm: SignatureAlgorithm, sn: string, privateKey: string): Signer {
  if (algorithm === 'RSAwithSHA256') {
    const key = readRsa(() => createPrivateKey(privateKey));
    return { algorithm, sn, sign: (message) => sign('sha256', Buffer.from(message), { key, ...pss }).toString('base64') };
  }
  if (!/^[0-9a-fA-F]{64}$/.test(privateKey)) throw new WechatCryptoError('api_key_invalid');
  const publicKey = sm2.getPublicKeyFromPrivateKey(privateKey);
  const options = { der: true, hash: true, userId: sn, publicKey };
  return {
    algorithm,
    sn,
    sign: (message) =>
      Buffer.from(sm2.doSignature(new Uint8Array(Buffer.from(message)), privateKey, options), 'hex').toString('base64'),
  };
}

/** `publicKey`: PEM of a certificate or public key for RSA, 130 hex digits (an uncompressed point) for SM2. Throws `api_key_invalid`. */
export function createVerifier(algorithm: SignatureAlgorithm, sn: string, publicKey: string): Verifier {
  if (algorithm === 'RSAwithSHA256') {
    const key = readRsa(() => createPublicKey(publicKey));
    return {
      algorithm,
      sn,
      verify: (message, signature) => {
        const bytes = decodeBase64(signature, 2048);
        return bytes !== undefined && verify('sha256', Buffer.from(message), { key, ...pss }, bytes);
      },
    };
  }
  if (!isSm2Point(publicKey)) throw new WechatCryptoError('api_key_invalid');
  const options = { der: true, hash: true, userId: sn };
  return {
    algorithm,
    sn,
    verify: (message, signature) => {
      const bytes = decodeBase64(signature, 256);
      if (bytes === undefined) return false;
      try {
        return sm2.doVerifySignature(new Uint8Array(Buffer.from(message)), bytes.toString('hex'), publicKey, options);
      } catch {
        return false;
      }
    },
  };
}

/** RSASSA-PSS with SHA-256, MGF1-SHA-256 and a salt of 32 bytes. */
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

function isSm2Point(text: string): boolean {
  try {
    return /^04[0-9a-fA-F]{128}$/.test(text) && sm2.verifyPublicKey(text);
  } catch {
    return false;
  }
}

function readRsa(read: () => KeyObject): KeyObject {
  try {
    const key = read();
    if (key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048) return key;
  } catch {
    // OpenSSL's own message may quote the input.
  }
  throw new WechatCryptoError('api_key_invalid');
}

/** What is signed, both ways: no line feed at the end, the body exactly as sent. */
export function messageToSign(urlpath: string, appid: string, timestamp: number, body: string): string {
  return `${urlpath}\n${appid}\n${timestamp}\n${body}`;
}
