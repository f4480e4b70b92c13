import { createHmac, hash } from 'node:crypto';

export interface Acs3Request {
  readonly method: 'POST' | 'GET';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case; `host`, `content-type` and all that begin with `x-acs-` are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** RFC 3986: what `encodeURIComponent` leaves of the reserved characters is escaped too. */
export function encodeAcs3(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The query as it is signed and sent: sorted by name. */
export function acs3Query(query: Readonly<Record<string, string>>): string {
  return Object.keys(query)
    .sort()
    .map((name) => `${encodeAcs3(name)}=${encodeAcs3(query[name] ?? '')}`)
    .join('&');
}

/**
 * The `Authorization` header of Alibaba Cloud's signature V3, ACS3-HMAC-SHA256. `headers` must hold `x-acs-content-sha256`, the hash of the body.
 * Source: Alibaba Cloud, "Request syntax and signature method V3" (https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature).
 */
export function acs3Authorization(accessKeyId: string, accessKeySecret: string, request: Acs3Request): string {
  const names = Object.keys(request.headers)
    .filter((name) => name === 'host' || name === 'content-type' || name.startsWith('x-acs-'))
    .sort();
  const signedHeaders = names.join(';');
  const canonicalHeaders = names.map((name) => `${name}:${(request.headers[name] ?? '').trim()}\n`).join('');
  const canonical = [
    request.method,
    request.path,
    acs3Query(request.query),
    canonicalHeaders,
    signedHeaders,
    hash('sha256', request.body),
  ].join('\n');
  const toSign = `ACS3-HMAC-SHA256\n${hash('sha256', canonical)}`;
  const signature = createHmac('sha256', accessKeySecret).update(toSign, 'utf8').digest('hex');
  return `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${signedHeaders},Signature=${signature}`;
}
