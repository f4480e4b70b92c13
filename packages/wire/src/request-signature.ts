import { equalBytes } from './bytes.ts';
import type { RequestSignature } from './signature-header.ts';
import { type SignedElements, stringToSign } from './string-to-sign.ts';
import type { SuiteBase } from './suite.ts';
import { encodeUtf8 } from './utf8.ts';

/** How far a request's time may be from the server's, either way. */
export const maxClockSkewMs = 120_000;

/** How long a nonce must be remembered: a request is acceptable from 120 s before to 120 s after its time, and a margin. */
export const nonceLifetimeMs = 300_000;

type Mac = Pick<SuiteBase, 'macName' | 'hmac'>;

/** HMAC over the string to sign with the key `c2s mac` of the session. @throws TypeError on a malformed element. */
export function signRequest(suite: Mac, c2sMac: Uint8Array, elements: SignedElements): Uint8Array {
  return suite.hmac(c2sMac, encodeUtf8(stringToSign(suite, elements)));
}

/**
 * Whether the signature is the one of these elements, in constant time. `timestamp` and `nonce` are the signature's own. The caller has checked the key
 * version and the time before, and stores the nonce after.
 */
export function verifyRequest(
  suite: Mac,
  c2sMac: Uint8Array,
  elements: Omit<SignedElements, 'timestamp' | 'nonce'>,
  signature: RequestSignature,
): boolean {
  const { timestamp, nonce, mac } = signature;
  try {
    return equalBytes(signRequest(suite, c2sMac, { ...elements, timestamp, nonce }), mac);
  } catch (error) {
    // Such a request cannot have been signed by a client that keeps to the protocol.
    if (error instanceof TypeError) return false;
    throw error;
  }
}
