import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { WechatCryptoError } from './crypto-error.ts';
import { decodeBase64 } from './lib/bytes.ts';

const maxResultChars = 8192;

/** What the trusted environment of the phone says, from `resultJSON` of wx.startSoterAuthentication. */
export interface SoterResult {
  /** The challenge as the device saw it. */
  readonly challenge: string;
  /** Rises with every authentication on one device and user; a value not above the last one is a replay. */
  readonly counter: number;
  readonly cpuId: string;
  readonly uid: string;
  /** Id of the enrolled finger, Android only. */
  readonly fingerId?: string;
}

/**
 * Whether the device's attestation key signed `resultJson`: RSASSA-PSS with SHA-256, MGF1-SHA-256 and a salt of 20 bytes.
 * True says only that this key signed: the caller must also compare the challenge with the one it issued, use it once and
 * hold the counter (see {@link parseSoterResult}); where the key comes from WeChat only, use `verifySoter` of the client.
 * Source: WeChat, SOTER. Throws `public_key_invalid`.
 */
export function verifySoterResult(input: {
  readonly resultJson: string;
  readonly signature: string;
  readonly publicKeyPem: string;
}): boolean {
  const key = readRsaKey(input.publicKeyPem);
  const signature = decodeBase64(input.signature, 2048);
  if (!signature || typeof input.resultJson !== 'string' || input.resultJson.length > maxResultChars) return false;
  const parameters = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 20 };
  return verify('sha256', Buffer.from(input.resultJson, 'utf8'), parameters, signature);
}

/** Reads a verified `resultJSON`. Throws `soter_result_invalid` for anything but the documented form. */
export function parseSoterResult(resultJson: string): SoterResult {
  const value = parseJson(resultJson);
  const { raw, counter, cpu_id: cpuId, uid, fid } = value;
  if (typeof raw !== 'string' || typeof cpuId !== 'string' || (typeof uid !== 'string' && typeof uid !== 'number')) {
    throw new WechatCryptoError('soter_result_invalid');
  }
  if (typeof counter !== 'number' || !Number.isSafeInteger(counter) || counter < 0) {
    throw new WechatCryptoError('soter_result_invalid');
  }
  const hasFinger = typeof fid === 'string' || typeof fid === 'number';
  return { challenge: raw, counter, cpuId, uid: String(uid), ...(hasFinger ? { fingerId: String(fid) } : {}) };
}

function readRsaKey(pem: string): KeyObject {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // OpenSSL's own message may quote the input.
  }
  throw new WechatCryptoError('public_key_invalid');
}

function parseJson(text: string): Record<string, unknown> {
  try {
    const value: unknown = typeof text === 'string' && text.length <= maxResultChars ? JSON.parse(text) : undefined;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Fall through: V8's message quotes the input.
  }
  throw new WechatCryptoError('soter_result_invalid');
}
