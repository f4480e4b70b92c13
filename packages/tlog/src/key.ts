import { concatBytes, decodeBase64, encodeBase64, encodeUtf8 } from './bytes.ts';
import { TlogError } from './errors.ts';
import type { Sha256 } from './hash.ts';

/** Signature types of C2SP signed-note that this package can verify. */
export const SIGNATURE_TYPE = { ed25519: 0x01, ecdsa: 0x02, cosignature: 0x04 } as const;

/** Name and 32-bit id of a key: both must match; the same name with another id is another key. */
export interface KeyId {
  readonly name: string;
  readonly id: number;
}

/** A verifier key. */
export interface VerifierKey extends KeyId {
  readonly type: number;
  /** Ed25519: 32 bytes. ECDSA: SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
}

/** A signer key as Go's note package writes it. `seed` is secret. */
export interface SignerKey extends KeyId {
  readonly seed: Uint8Array;
}

const ED25519_BYTES = 32;
const HEX_ID = /^[0-9a-f]{8}$/;

/** A key name: not empty, no white space of Unicode, no plus sign. */
export function isKeyName(name: string): boolean {
  return name.length > 0 && name.isWellFormed() && !/[\s\u0085+]/u.test(name);
}

/** The bytes whose SHA-256 begins with the key id: name ‖ 0x0A ‖ type ‖ public key; for ECDSA the key alone. */
export function keyIdInput(name: string, type: number, publicKey: Uint8Array): Uint8Array {
  if (type === SIGNATURE_TYPE.ecdsa) return publicKey;
  return concatBytes(encodeUtf8(`${name}\n`), Uint8Array.of(type), publicKey);
}

/** The key id: first four bytes of the hash, as a number. */
export function keyIdOf(hash: Uint8Array): number {
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0);
}

/** Takes `name+hexid+base64(type ‖ key)` apart; the caller compares the id with {@link keyIdInput}'s hash. */
export function splitVerifierKey(vkey: string): VerifierKey {
  const [name, hex, ...rest] = vkey.length <= 4096 ? vkey.split('+') : [];
  const bytes = decodeBase64(rest.join('+'));
  if (name === undefined || hex === undefined || !isKeyName(name) || !HEX_ID.test(hex) || bytes === null) {
    throw new TlogError('key_malformed', 'not a verifier key');
  }
  const type = bytes[0];
  const publicKey = bytes.subarray(1);
  if (type === SIGNATURE_TYPE.ed25519 || type === SIGNATURE_TYPE.cosignature) {
    if (publicKey.length !== ED25519_BYTES) throw new TlogError('key_malformed', 'an Ed25519 key has 32 bytes');
  } else if (type !== SIGNATURE_TYPE.ecdsa) {
    throw new TlogError('key_unsupported', 'the signature type of this key is not supported');
  }
  return { name, id: Number.parseInt(hex, 16), type, publicKey };
}

/** Throws `key_malformed` when a key's id is not the one that its bytes give. */
export function checkKeyId(key: KeyId, hash: Uint8Array): void {
  if (keyIdOf(hash) !== key.id) throw new TlogError('key_malformed', 'the key id does not belong to the key');
}

/** Writes a verifier key: `name+hexid+base64(type ‖ key)`. */
export function formatVerifierKey({ name, id, type, publicKey }: VerifierKey): string {
  return `${name}+${hexId(id)}+${encodeBase64(concatBytes(Uint8Array.of(type), publicKey))}`;
}

/** Takes `PRIVATE+KEY+name+hexid+base64(0x01 ‖ seed)` apart; the caller checks the id, which needs the public key. */
export function splitSignerKey(skey: string): SignerKey {
  const [first, second, name, hex, ...rest] = skey.length <= 4096 ? skey.split('+') : [];
  const bytes = decodeBase64(rest.join('+'));
  const named = first === 'PRIVATE' && second === 'KEY' && name !== undefined && isKeyName(name);
  if (!named || hex === undefined || !HEX_ID.test(hex) || bytes === null)
    throw new TlogError('key_malformed', 'not a signer key');
  if (bytes[0] !== SIGNATURE_TYPE.ed25519)
    throw new TlogError('key_unsupported', 'the signature type of this key is not supported');
  if (bytes.length !== 1 + ED25519_BYTES) throw new TlogError('key_malformed', 'an Ed25519 seed has 32 bytes');
  return { name, id: Number.parseInt(hex, 16), seed: bytes.subarray(1) };
}

/** Writes a signer key as Go's note package does. The result is secret. */
export function formatSignerKey({ name, id, seed }: SignerKey): string {
  return `PRIVATE+KEY+${name}+${hexId(id)}+${encodeBase64(concatBytes(Uint8Array.of(SIGNATURE_TYPE.ed25519), seed))}`;
}

/** A verifier key from its parts, with the id that they give. */
export function makeVerifierKey(sha256: Sha256, name: string, type: number, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name)) throw new TlogError('key_malformed', 'not a key name');
  return { name, id: keyIdOf(sha256(keyIdInput(name, type, publicKey))), type, publicKey };
}

function hexId(id: number): string {
  return id.toString(16).padStart(8, '0');
}
