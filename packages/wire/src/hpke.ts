import { concatBytes, noBytes, type RandomBytes } from './bytes.ts';
import { hkdfExpand, hkdfExtract } from './hkdf.ts';
import type { Aead, KeyPair, SealContext } from './suite.ts';
import { encodeUtf8 } from './utf8.ts';

/** What HPKE is made of here. */
export interface HpkePrimitives {
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** RFC 7748 §5: 32 bytes each. The result may be all zero; {@link agree} refuses that. */
  x25519(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array;
  readonly aes256Gcm: Aead;
}

const version = encodeUtf8('HPKE-v1');
const kemId = concatBytes(encodeUtf8('KEM'), new Uint8Array([0x00, 0x20]));
const basePoint = new Uint8Array(32);
basePoint[0] = 9;

/** An AEAD by its number in RFC 9180 §7.3. */
export interface HpkeAead {
  readonly number: number;
  readonly keyBytes: number;
  readonly aead: Pick<Aead, 'seal' | 'open'>;
}

/** A key pair from 32 random bytes. */
export function x25519KeyPair(primitives: Pick<HpkePrimitives, 'x25519'>, privateKey: Uint8Array): KeyPair {
  return { privateKey, publicKey: primitives.x25519(privateKey, basePoint) };
}

/** Diffie-Hellman; `null` when the other side's key is of low order, so that the result would be known to anybody (RFC 7748 §6.1). */
export function agree(
  primitives: Pick<HpkePrimitives, 'x25519'>,
  privateKey: Uint8Array,
  publicKey: Uint8Array,
): Uint8Array | null {
  if (publicKey.length !== 32) return null;
  const secret = primitives.x25519(privateKey, publicKey);
  let any = 0;
  for (const byte of Array.from(secret)) any |= byte;
  return any === 0 ? null : secret;
}

/** HPKE with its algorithms chosen. */
export interface Hpke {
  readonly primitives: Pick<HpkePrimitives, 'x25519'>;
  readonly aead: HpkeAead['aead'];
  schedule(
    dh: Uint8Array,
    enc: Uint8Array,
    publicKey: Uint8Array,
    info: Uint8Array,
  ): { readonly key: Uint8Array; readonly nonce: Uint8Array; readonly exported: Uint8Array };
}

/**
 * RFC 9180 in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and an AEAD with a nonce of 12 bytes, for one message and one exported secret of 32
 * bytes.
 */
export function createHpke(
  primitives: Pick<HpkePrimitives, 'hmacSha256' | 'x25519'>,
  { number, keyBytes, aead }: HpkeAead,
  exporterContext: Uint8Array,
): Hpke {
  const hpkeId = concatBytes(encodeUtf8('HPKE'), new Uint8Array([0x00, 0x20, 0x00, 0x01, 0x00, number]));
  const hmac = primitives.hmacSha256;
  const extract = (id: Uint8Array, salt: Uint8Array, label: string, input: Uint8Array): Uint8Array =>
    hkdfExtract(hmac, salt, concatBytes(version, id, encodeUtf8(label), input));
  const expand = (id: Uint8Array, key: Uint8Array, label: string, info: Uint8Array, length: number): Uint8Array =>
    hkdfExpand(hmac, key, concatBytes(new Uint8Array([length >> 8, length & 255]), version, id, encodeUtf8(label), info), length);

  /** RFC 9180 §4.1 ExtractAndExpand and §5.1 KeySchedule in base mode. */
  const schedule: Hpke['schedule'] = (dh, enc, publicKey, info) => {
    const shared = expand(kemId, extract(kemId, noBytes, 'eae_prk', dh), 'shared_secret', concatBytes(enc, publicKey), 32);
    const context = concatBytes(
      new Uint8Array([0]),
      extract(hpkeId, noBytes, 'psk_id_hash', noBytes),
      extract(hpkeId, noBytes, 'info_hash', info),
    );
    const secret = extract(hpkeId, shared, 'secret', noBytes);
    return {
      key: expand(hpkeId, secret, 'key', context, keyBytes),
      // Sequence number 0: the base nonce itself. There is no second message.
      nonce: expand(hpkeId, secret, 'base_nonce', context, 12),
      exported: expand(hpkeId, expand(hpkeId, secret, 'exp', context, 32), 'sec', exporterContext, 32),
    };
  };

  return { primitives, aead, schedule };
}

/** Seals one message to a public key. @throws TypeError on one of low order. */
export function hpkeSeal(hpke: Hpke, publicKey: Uint8Array, context: SealContext, plaintext: Uint8Array, random: RandomBytes) {
  const ephemeral = x25519KeyPair(hpke.primitives, random(32));
  const dh = agree(hpke.primitives, ephemeral.privateKey, publicKey);
  if (dh === null) throw new TypeError('wire: this is no X25519 public key');
  const { key, nonce, exported } = hpke.schedule(dh, ephemeral.publicKey, publicKey, context.info);
  return { enc: ephemeral.publicKey, sealed: hpke.aead.seal(key, nonce, context.aad, plaintext), exported };
}

/** Opens the message; `null` when anything is another than what was sealed. */
export function hpkeOpen(hpke: Hpke, recipient: KeyPair, enc: Uint8Array, context: SealContext, sealed: Uint8Array) {
  const dh = agree(hpke.primitives, recipient.privateKey, enc);
  if (dh === null) return null;
  const { key, nonce, exported } = hpke.schedule(dh, enc, recipient.publicKey, context.info);
  const plaintext = hpke.aead.open(key, nonce, context.aad, sealed);
  return plaintext === null ? null : { plaintext, exported };
}
