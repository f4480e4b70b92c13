import { concatBytes, equalBytes } from './bytes.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { cosignatureMessage, parseCosignature } from './cosignature.ts';
import { TlogError } from './errors.ts';
import { leafInput, nodeInput } from './hash.ts';
import {
  checkKeyId,
  formatVerifierKey,
  keyIdInput,
  makeVerifierKey,
  SIGNATURE_TYPE,
  splitVerifierKey,
  type VerifierKey,
} from './key.ts';
import { decideNote, type NoteSignature, noteMessage, type OpenedNote, parseNote } from './note.ts';
import { type Chain, type ConsistencyClaim, consistencyChains, type InclusionClaim, inclusionChains } from './proof.ts';
import type { VerifiedProof } from './proof-file.ts';
import { sha256Sync } from './sha256.ts';
import { parseTlogProof } from './tlog-proof.ts';
import { createTree } from './tree.ts';

/** The Merkle tree on a SHA-256 that needs no promise: for hashing a whole log. */
export const tree = createTree({ sha256: sha256Sync });

/** SHA-256 from WebCrypto: a page has it in a secure context (HTTPS or loopback) only. */
export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
}

/** Leaf hash of an entry. */
export function leafHash(entry: Uint8Array): Promise<Uint8Array> {
  return sha256(leafInput(entry));
}

async function checkChains(chains: readonly Chain[] | null): Promise<boolean> {
  if (chains === null) return false;
  for (const { seed, steps, want } of chains) {
    let hash = seed;
    for (const step of steps) hash = await sha256(step.side === 'left' ? nodeInput(step.hash, hash) : nodeInput(hash, step.hash));
    if (!equalBytes(hash, want)) return false;
  }
  return true;
}

/** Verifies that a leaf is in a tree (RFC 9162 §2.1.3.2). What cannot be true is false. */
export function verifyInclusion(claim: InclusionClaim): Promise<boolean> {
  return checkChains(inclusionChains(claim));
}

/** Verifies that one tree continues another (RFC 9162 §2.1.4.2). What cannot be true is false. */
export async function verifyConsistency(claim: ConsistencyClaim): Promise<boolean> {
  return checkChains(consistencyChains(claim, await sha256(concatBytes())));
}

/** Reads a verifier key (`name+hexid+base64`) of type Ed25519 or cosignature; ECDSA keys are verified on Node only. */
export async function parseVerifierKey(vkey: string): Promise<VerifierKey> {
  const key = splitVerifierKey(vkey);
  if (key.type === SIGNATURE_TYPE.ecdsa) throw new TlogError('key_unsupported', 'ECDSA keys are not supported here');
  checkKeyId(key, await sha256(keyIdInput(key.name, key.type, key.publicKey)));
  return key;
}

/** The same key under the name of another log: all logs of one writer are signed with one key, each under its own name. */
export async function verifierKeyFor(origin: string, vkey: string): Promise<string> {
  const { type, publicKey } = await parseVerifierKey(vkey);
  return formatVerifierKey(makeVerifierKey(sha256Sync, origin, type, publicKey));
}

/** Verifies one signature line over the text of its note. */
export async function verifySignature(text: string, signature: NoteSignature, key: VerifierKey): Promise<boolean> {
  try {
    const publicKey = await crypto.subtle.importKey('raw', new Uint8Array(key.publicKey), 'Ed25519', false, ['verify']);
    const check = (made: Uint8Array, message: Uint8Array) =>
      crypto.subtle.verify('Ed25519', publicKey, new Uint8Array(made), new Uint8Array(message));
    if (key.type === SIGNATURE_TYPE.ed25519) return await check(signature.signature, noteMessage(text));
    const cosignature = parseCosignature(signature);
    return await check(cosignature.signature, cosignatureMessage(cosignature.time, text));
  } catch {
    return false;
  }
}

/**
 * Opens a signed note: at least one of the known keys must have signed, and none of them may have signed wrongly.
 * Rejects with `note_malformed`, `note_signature_invalid`, `note_unverified`.
 */
export async function openNote(note: string | Uint8Array, keys: readonly VerifierKey[]): Promise<OpenedNote> {
  const parsed = parseNote(note);
  const verdicts = parsed.signatures.map((signature) => {
    const key = keys.find(({ name, id }) => name === signature.name && id === signature.id);
    return key === undefined ? null : verifySignature(parsed.text, signature, key);
  });
  return decideNote(parsed, await Promise.all(verdicts));
}

/**
 * Verifies a tlog-proof file: the checkpoint is signed by a known key for `origin` when given, and holds the entry at
 * the index of the file. Rejects with a {@link TlogError} that says which rule failed.
 */
export async function verifyTlogProof(
  proof: string,
  entry: Uint8Array,
  keys: readonly VerifierKey[],
  origin?: string,
): Promise<VerifiedProof> {
  const { index, hashes, checkpoint } = parseTlogProof(proof);
  const note = await openNote(checkpoint, keys);
  const parsed = parseCheckpoint(note.text);
  if (origin !== undefined && parsed.origin !== origin)
    throw new TlogError('note_unverified', 'the checkpoint is of another log');
  const claim = { index, size: parsed.size, root: parsed.root, leafHash: await leafHash(entry), proof: hashes };
  if (!(await verifyInclusion(claim))) throw new TlogError('proof_malformed', 'the proof does not lead to the signed root');
  return { index, checkpoint: parsed, note };
}
