import { createCipheriv, createDecipheriv } from 'node:crypto';
import { sm4 } from 'sm-crypto-v2';
import { decodeBase64 } from '../lib/bytes.ts';

export type SymmetricAlgorithm = 'AES256_GCM' | 'SM4_GCM';

/** The symmetric key of the mini program's console page "API security". */
export interface SymmetricKey {
  readonly algorithm: SymmetricAlgorithm;
  /** Its id on that page. */
  readonly sn: string;
  /** 32 bytes for AES256_GCM, 16 for SM4_GCM. */
  readonly key: Uint8Array;
}

/** What stands on the wire instead of a body; all three base64. */
export interface SealedPayload {
  readonly iv: string;
  readonly data: string;
  readonly authtag: string;
}

const ivBytes = 12;
const tagBytes = 16;

/** How long a key of an algorithm is, in bytes. */
export const symmetricKeyBytes: Readonly<Record<SymmetricAlgorithm, number>> = { AES256_GCM: 32, SM4_GCM: 16 };

/** What is authenticated with a payload. `urlpath` is scheme, host and path, without query. */
export function associatedDataOf(urlpath: string, appid: string, timestamp: number, sn: string): string {
  return `${urlpath}|${appid}|${timestamp}|${sn}`;
}

/** Encrypts a payload under a fresh IV of 12 bytes. */
export function sealPayload(plain: string, associated: string, { algorithm, key }: SymmetricKey, iv: Uint8Array): SealedPayload {
  if (iv.length !== ivBytes) throw new RangeError('an IV has 12 bytes');
  const { data, tag } = (algorithm === 'AES256_GCM' ? sealAes : sealSm4)(Buffer.from(plain), Buffer.from(associated), key, iv);
  return { iv: base64(iv), data: base64(data), authtag: base64(tag) };
}

/** Decrypts a payload; undefined for everything that is not whole, whatever is wrong with it. */
export function openPayload(sealed: unknown, associated: string, { algorithm, key }: SymmetricKey): Buffer | undefined {
  if (typeof sealed !== 'object' || sealed === null) return undefined;
  const { iv, data, authtag } = sealed as Readonly<Record<string, unknown>>;
  const parts = { iv: decodeBase64(iv, 16), data: decodeBase64(data, 16 * 1024 * 1024), tag: decodeBase64(authtag, 24) };
  if (parts.iv?.length !== ivBytes || parts.tag?.length !== tagBytes || parts.data === undefined) return undefined;
  const open = algorithm === 'AES256_GCM' ? openAes : openSm4;
  try {
    return open(parts.data, Buffer.from(associated), key, parts.iv, parts.tag);
  } catch {
    return undefined;
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

type Seal = (plain: Buffer, aad: Buffer, key: Uint8Array, iv: Uint8Array) => { data: Uint8Array; tag: Uint8Array };
type Open = (data: Buffer, aad: Buffer, key: Uint8Array, iv: Uint8Array, tag: Buffer) => Buffer;

const sealAes: Seal = (plain, aad, key, iv) => {
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(aad);
  const data = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { data, tag: cipher.getAuthTag() };
};

const openAes: Open = (data, aad, key, iv, tag) => {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
  decipher.setAAD(aad);
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(data), decipher.final()]);
};

// RFC 8998; in JavaScript, because Node's OpenSSL has SM4 without GCM.
const sm4Options = (aad: Buffer, iv: Uint8Array) => ({
  mode: 'gcm' as const,
  padding: 'none' as const,
  output: 'array' as const,
  associatedData: new Uint8Array(aad),
  iv: new Uint8Array(iv),
});

/** Of its own, as {@link openSm4}, for published vectors, whose data is no text. */
export const sealSm4: Seal = (plain, aad, key, iv) => {
  const { output, tag } = sm4.encrypt(new Uint8Array(plain), new Uint8Array(key), { ...sm4Options(aad, iv), outputTag: true });
  if (tag === undefined) throw new Error('SM4-GCM gave no tag');
  return { data: output, tag };
};

export const openSm4: Open = (data, aad, key, iv, tag) =>
  Buffer.from(sm4.decrypt(new Uint8Array(data), new Uint8Array(key), { ...sm4Options(aad, iv), tag: new Uint8Array(tag) }));
