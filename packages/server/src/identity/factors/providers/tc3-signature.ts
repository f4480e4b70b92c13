import { createHmac, hash } from 'node:crypto';

export interface Tc3Request {
  readonly method: 'POST';
  /** Names in lower case; all of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** First label of the product's host: `sms`. */
  readonly service: string;
  /** Unix seconds, as in `X-TC-Timestamp`. */
  readonly timestamp: number;
}

const hmac = (key: string | Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text, 'utf8').digest();

/**
 * The `Authorization` header of Tencent Cloud API 3.0, TC3-HMAC-SHA256. Path and query of a POST are always `/` and empty.
 * Source: Tencent Cloud, "Signature v3" (https://cloud.tencent.com/document/api/382/52072).
 */
export function tc3Authorization(secretId: string, secretKey: string, request: Tc3Request): string {
  const names = Object.keys(request.headers).sort();
  const signedHeaders = names.join(';');
  const canonicalHeaders = names.map((name) => `${name}:${(request.headers[name] ?? '').trim().toLowerCase()}\n`).join('');
  const canonical = [request.method, '/', '', canonicalHeaders, signedHeaders, hash('sha256', request.body)].join('\n');
  const date = new Date(request.timestamp * 1000).toISOString().slice(0, 10);
  const scope = `${date}/${request.service}/tc3_request`;
  const toSign = ['TC3-HMAC-SHA256', request.timestamp, scope, hash('sha256', canonical)].join('\n');
  const key = hmac(hmac(hmac(`TC3${secretKey}`, date), request.service), 'tc3_request');
  const signature = hmac(key, toSign).toString('hex');
  return `TC3-HMAC-SHA256 Credential=${secretId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}
