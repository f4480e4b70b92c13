import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { parseCheckpoint } from './checkpoint.ts';
import { cosignatureMessage, encodeCosignature, parseCosignature } from './cosignature.ts';
import { TlogError } from './errors.ts';
import type { Sha256 } from './hash.ts';
import {
  checkKeyId,
  keyIdInput,
  makeVerifierKey,
  SIGNATURE_TYPE,
  type SignerKey,
  splitSignerKey,
  splitVerifierKey,
  type VerifierKey,
} from './key.ts';
import { checkNoteText, decideNote, formatNote, type NoteSignature, noteMessage, type OpenedNote, parseNote } from './note.ts';
import type { VerifiedProof } from './proof-file.ts';
import { parseTlogProof } from './tlog-proof.ts';
import { createTree } from './tree.ts';

export { foldTile, hashBundle } from './node-tiles.ts';

/** SHA-256 from `node:crypto`. A plain byte array, because `slice` of a Buffer shares its memory. */
export const sha256: Sha256 = (bytes) => {
  // By way of a text of one character a byte: a buffer of its own costs the hash twice as much.
  const digest = Buffer.from(hash('sha256', bytes, 'binary'), 'latin1');
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.length);
};

/** The Merkle tree on Node's SHA-256. */
export const tree = createTree({ sha256 });

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** Reads a verifier key (`name+hexid+base64`). Throws `key_malformed` or `key_unsupported`. */
export function parseVerifierKey(vkey: string): VerifierKey {
  const key = splitVerifierKey(vkey);
  checkKeyId(key, sha256(keyIdInput(key.name, key.type, key.publicKey)));
  return key;
}

/** A key that signs notes. The private part stays inside. */
export interface NoteSigner {
  readonly key: VerifierKey;
  /** Signs the text of a note. */
  sign(text: string): NoteSignature;
}

/** Makes a signer of plain notes (type 0x01) from an Ed25519 seed of 32 bytes. */
export function createSigner(name: string, seed: Uint8Array): NoteSigner {
  const { secret, publicKey } = ed25519(seed);
  const key = makeVerifierKey(sha256, name, SIGNATURE_TYPE.ed25519, publicKey);
  return { key, sign: (text) => ({ name, id: key.id, signature: sign(null, noteMessage(text), secret) }) };
}

/** Makes a witness's signer (type 0x04); `clock` gives milliseconds since 1970. */
export function createCosigner(name: string, seed: Uint8Array, clock: () => number): NoteSigner {
  const { secret, publicKey } = ed25519(seed);
  const key = makeVerifierKey(sha256, name, SIGNATURE_TYPE.cosignature, publicKey);
  return {
    key,
    sign(text) {
      const time = Math.floor(clock() / 1000);
      const signature = sign(null, cosignatureMessage(time, text), secret);
      return { name, id: key.id, signature: encodeCosignature({ time, signature }) };
    },
  };
}

function ed25519(seed: Uint8Array): { secret: KeyObject; publicKey: Uint8Array } {
  if (seed.length !== 32) throw new TlogError('key_malformed', 'an Ed25519 seed has 32 bytes');
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(SPKI_ED25519.length);
  return { secret, publicKey: new Uint8Array(publicKey) };
}

/** Reads a signer key of Go's note package and checks its id. */
export function parseSignerKey(skey: string): SignerKey {
  const key = splitSignerKey(skey);
  if (createSigner(key.name, key.seed).key.id !== key.id)
    throw new TlogError('key_malformed', 'the key id does not belong to the key');
  return key;
}

/** Signs a text: the whole note, with one line a signer, in their order. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  checkNoteText(text);
  return formatNote(
    text,
    signers.map((signer) => signer.sign(text)),
  );
}

/** Verifies one signature line over the text of its note. */
export function verifySignature(text: string, signature: NoteSignature, key: VerifierKey): boolean {
  try {
    const der = key.type === SIGNATURE_TYPE.ecdsa ? key.publicKey : Buffer.concat([SPKI_ED25519, key.publicKey]);
    const publicKey = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
    if (key.type === SIGNATURE_TYPE.ecdsa) return verify('sha256', noteMessage(text), publicKey, signature.signature);
    if (key.type === SIGNATURE_TYPE.ed25519) return verify(null, noteMessage(text), publicKey, signature.signature);
    const cosignature = parseCosignature(signature);
    return verify(null, cosignatureMessage(cosignature.time, text), publicKey, cosignature.signature);
  } catch {
    return false;
  }
}

/**
 * Opens a signed note: at least one of the known keys must have signed, and none of them may have signed wrongly.
 * Throws `note_malformed`, `note_signature_invalid`, `note_unverified`.
 */
export function openNote(note: string | Uint8Array, keys: readonly VerifierKey[]): OpenedNote {
  const parsed = parseNote(note);
  const verdicts = parsed.signatures.map((signature) => {
    const key = keys.find(({ name, id }) => name === signature.name && id === signature.id);
    return key === undefined ? null : verifySignature(parsed.text, signature, key);
  });
  return decideNote(parsed, verdicts);
}

/**
 * Verifies a tlog-proof file: the checkpoint is signed by a known key for `origin` when given, and holds the entry at
 * the index of the file. Throws a {@link TlogError} that says which rule failed.
 */
export function verifyTlogProof(proof: string, entry: Uint8Array, keys: readonly VerifierKey[], origin?: string): VerifiedProof {
  const { index, hashes, checkpoint } = parseTlogProof(proof);
  const note = openNote(checkpoint, keys);
  const parsed = parseCheckpoint(note.text);
  if (origin !== undefined && parsed.origin !== origin)
    throw new TlogError('note_unverified', 'the checkpoint is of another log');
  const claim = { index, size: parsed.size, root: parsed.root, leafHash: tree.leafHash(entry), proof: hashes };
  if (!tree.verifyInclusion(claim)) throw new TlogError('proof_malformed', 'the proof does not lead to the signed root');
  return { index, checkpoint: parsed, note };
}
