import { decodeBase64url, encodeBase64url } from './base64url.ts';

/** From the client: proves possession of the session's keys over one request. */
export const signatureHeader = 'X-Menshen-Signature';

/** The header's content. */
export interface RequestSignature {
  /** Version of the session's keys, 1 to 4,294,967,295. */
  readonly keyVersion: number;
  /** Epoch milliseconds of the client, as it reckons the server's clock. */
  readonly timestamp: number;
  /** 16 bytes, fresh for every request. */
  readonly nonce: Uint8Array;
  /** 32 bytes. */
  readonly mac: Uint8Array;
}

// 16 bytes are 22 characters, 32 bytes are 43; `decodeBase64url` refuses bits left over.
const form = /^v=1,k=([1-9][0-9]{0,9}),ts=([1-9][0-9]{0,15}),n=([A-Za-z0-9_-]{22}),s=([A-Za-z0-9_-]{43})$/;
const maxKeyVersion = 0xffffffff;

/** `v=1,k=..,ts=..,n=..,s=..` */
export function formatSignature(signature: RequestSignature): string {
  const { keyVersion, timestamp, nonce, mac } = signature;
  return `v=1,k=${keyVersion},ts=${timestamp},n=${encodeBase64url(nonce)},s=${encodeBase64url(mac)}`;
}

/** Reads the header; `null` unless it is exactly what {@link formatSignature} writes, so that a signature has one spelling. */
export function parseSignature(text: string): RequestSignature | null {
  const match = text.length > 128 ? null : form.exec(text);
  if (match === null) return null;
  const keyVersion = Number(match[1]);
  const timestamp = Number(match[2]);
  const nonce = decodeBase64url(match[3] || '', 16);
  const mac = decodeBase64url(match[4] || '', 32);
  if (keyVersion > maxKeyVersion || !Number.isSafeInteger(timestamp) || nonce === null || mac === null) return null;
  return { keyVersion, timestamp, nonce, mac };
}
