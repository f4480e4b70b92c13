import { concatBytes, noBytes } from './bytes.ts';
import { hkdfExpand, hkdfExtract } from './hkdf.ts';
import type { SuiteBase } from './suite.ts';
import { encodeUtf8 } from './utf8.ts';

/** Keys of one session and key version, 32 bytes each. `c2s` is from client to server. */
export interface SessionKeys {
  readonly c2sMac: Uint8Array;
  readonly s2cMac: Uint8Array;
  readonly c2sEnc: Uint8Array;
  readonly s2cEnc: Uint8Array;
}

type Kdf = Pick<SuiteBase, 'hmac'>;

/**
 * IKM = ephemeral secret, then WeChat's `encryptKey` where the app's setting demands it; salt = hash of the transcript; HKDF with the infos
 * `menshen1 c2s mac`, `menshen1 s2c mac`, `menshen1 c2s enc`, `menshen1 s2c enc`.
 */
export function deriveSessionKeys(
  suite: Kdf,
  input: { readonly transcriptHash: Uint8Array; readonly ephemeralSecret: Uint8Array; readonly userKey?: Uint8Array | undefined },
): SessionKeys {
  const secret = concatBytes(input.ephemeralSecret, input.userKey || noBytes);
  const prk = hkdfExtract(suite.hmac, input.transcriptHash, secret);
  const key = (info: string): Uint8Array => hkdfExpand(suite.hmac, prk, encodeUtf8(`menshen1 ${info}`), 32);
  return { c2sMac: key('c2s mac'), s2cMac: key('s2c mac'), c2sEnc: key('c2s enc'), s2cEnc: key('s2c enc') };
}

/**
 * Key and IV of the one answer to a sealed request. The exported secret goes in besides the ephemeral one: only the holder of the pinned key can
 * make the answer, also when the text of the request became known otherwise.
 */
export function deriveAnswerKey(
  suite: Pick<SuiteBase, 'hmac' | 'aead'>,
  input: { readonly transcriptHash: Uint8Array; readonly ephemeralSecret: Uint8Array; readonly exported: Uint8Array },
): { readonly key: Uint8Array; readonly iv: Uint8Array } {
  const prk = hkdfExtract(suite.hmac, input.transcriptHash, concatBytes(input.ephemeralSecret, input.exported));
  return {
    key: hkdfExpand(suite.hmac, prk, encodeUtf8('menshen1 answer key'), suite.aead.keyBytes),
    iv: hkdfExpand(suite.hmac, prk, encodeUtf8('menshen1 answer iv'), suite.aead.ivBytes),
  };
}

/** `c2sMac`, `s2cMac`, `c2sEnc`, `s2cEnc` one after the other: 128 bytes, for storage. */
export function packSessionKeys(keys: SessionKeys): Uint8Array {
  return concatBytes(keys.c2sMac, keys.s2cMac, keys.c2sEnc, keys.s2cEnc);
}

/** The keys from {@link packSessionKeys}; `null` when it is not 128 bytes. */
export function unpackSessionKeys(packed: Uint8Array): SessionKeys | null {
  if (packed.length !== 128) return null;
  const part = (index: number): Uint8Array => packed.slice(32 * index, 32 * index + 32);
  return { c2sMac: part(0), s2cMac: part(1), c2sEnc: part(2), s2cEnc: part(3) };
}
