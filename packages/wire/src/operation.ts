import { encodeHex } from './hex.ts';
import { encodeUtf8 } from './utf8.ts';

/**
 * From the client: a single-use token (`map1.` ...) with which a person has approved this one request by a second factor. Got by `POST mfa/verify`
 * on a challenge whose purpose was `approval`.
 */
export const approvalHeader = 'X-Menshen-Approval';

/**
 * From the client on `GET mfa`: the known device that it is (`mdv1.` ..., from an earlier step-up). The other second-factor calls carry it in their
 * body. It opens nothing; it keeps the person's own tries apart from those of strangers.
 */
export const deviceHeader = 'X-Menshen-Device';

/** SHA-256, handed in: `node:crypto` in the gateway, the SDK's own in the mini program. Used with both suites. */
export type Sha256 = (data: Uint8Array) => Uint8Array;

/**
 * Names one request: lower-case hexadecimal SHA-256 over five lines, joined by one line feed each. Path and query are raw, as sent, the query without
 * its question mark; `bodySha256` is of the body as sent, of nothing when there is none.
 * @throws TypeError when an element is not of its form; a line feed in one of them could stand for the border of two.
 */
export function operationDigestOf(method: string, path: string, query: string, bodySha256: string, sha256: Sha256): string {
  const formed =
    /^[A-Z]{1,16}$/.test(method) &&
    /^\/[\x21-\x3e\x40-\x7e]*$/.test(path) &&
    /^[\x21-\x7e]*$/.test(query) &&
    /^[0-9a-f]{64}$/.test(bodySha256);
  if (!formed) throw new TypeError('wire: an element of the operation is malformed');
  return encodeHex(sha256(encodeUtf8(['MENSHEN1-OPERATION', method, path, query, bodySha256].join('\n'))));
}

/** {@link operationDigestOf} from the body itself. */
export function operationDigest(method: string, path: string, query: string, body: Uint8Array, sha256: Sha256): string {
  return operationDigestOf(method, path, query, encodeHex(sha256(body)), sha256);
}
