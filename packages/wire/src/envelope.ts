import { concatBytes, lengthPrefixed, uint32 } from './bytes.ts';
import type { SuiteBase } from './suite.ts';
import { encodeUtf8 } from './utf8.ts';

/** Content type of a body in an envelope. */
export const envelopeContentType = 'application/vnd.menshen.envelope';

/** From client to server, or back. */
export type Direction = 'c2s' | 's2c';

/** The request that a body belongs to; the answer's body is bound to the request's values too. Forms as in the string to sign. */
export interface EnvelopeContext {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly sid: Uint8Array;
  readonly timestamp: number;
  readonly nonce: Uint8Array;
}

export interface EnvelopeHead {
  readonly direction: Direction;
  readonly keyVersion: number;
}

const headBytes = 10;
type Sealing = Pick<SuiteBase, 'id' | 'aead'>;

/** `MS`, version 1, suite, direction (1 c2s, 2 s2c), flags 0, key version in four bytes. */
function formatHead(suite: Sealing, { direction, keyVersion }: EnvelopeHead): Uint8Array {
  return concatBytes(new Uint8Array([0x4d, 0x53, 1, suite.id, direction === 'c2s' ? 1 : 2, 0]), uint32(keyVersion));
}

/** Additional data: the header's ten bytes, then method, host, path, query, sid, timestamp in decimal and nonce, each after its length. */
export function envelopeAad(head: Uint8Array, context: EnvelopeContext): Uint8Array {
  return concatBytes(
    head,
    lengthPrefixed(
      encodeUtf8(context.method),
      encodeUtf8(context.host),
      encodeUtf8(context.path),
      encodeUtf8(context.query),
      context.sid,
      encodeUtf8(String(context.timestamp)),
      context.nonce,
    ),
  );
}

/** Header, IV, ciphertext and tag. `iv` is fresh random bytes of the suite's length; `key` is `c2s enc` or `s2c enc` of the key version. */
export function sealEnvelope(
  suite: Sealing,
  key: Uint8Array,
  head: EnvelopeHead,
  context: EnvelopeContext,
  iv: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  if (iv.length !== suite.aead.ivBytes) throw new TypeError('wire: the IV has another length');
  const header = formatHead(suite, head);
  return concatBytes(header, iv, suite.aead.seal(key, iv, envelopeAad(header, context), plaintext));
}

/**
 * What the header says, before anything is opened; `null` when it is none of this suite or the body is cut short. A flag that is not known is refused: it
 * could change the meaning of the body.
 */
export function readEnvelopeHead(suite: Sealing, envelope: Uint8Array): EnvelopeHead | null {
  const { ivBytes, tagBytes } = suite.aead;
  if (envelope.length < headBytes + ivBytes + tagBytes) return null;
  const [m, s, version, id, direction, flags, k0 = 0, k1 = 0, k2 = 0, k3 = 0] = envelope;
  if (m !== 0x4d || s !== 0x53 || version !== 1 || id !== suite.id || flags !== 0) return null;
  if (direction !== 1 && direction !== 2) return null;
  const keyVersion = k0 * 0x1000000 + (k1 << 16) + (k2 << 8) + k3;
  return keyVersion === 0 ? null : { direction: direction === 1 ? 'c2s' : 's2c', keyVersion };
}

/** The plaintext, or `null` when the envelope is not the wanted one or anything of it or of its request was changed. */
export function openEnvelope(
  suite: Sealing,
  key: Uint8Array,
  wanted: EnvelopeHead,
  context: EnvelopeContext,
  envelope: Uint8Array,
): Uint8Array | null {
  const head = readEnvelopeHead(suite, envelope);
  if (head === null || head.direction !== wanted.direction || head.keyVersion !== wanted.keyVersion) return null;
  const body = headBytes + suite.aead.ivBytes;
  const aad = envelopeAad(envelope.slice(0, headBytes), context);
  return suite.aead.open(key, envelope.slice(headBytes, body), aad, envelope.slice(body));
}
