import { concatBytes } from './bytes.ts';

/** SHA-256 of a byte array, 32 bytes. Handed in, so that this package runs on Node and in a browser alike. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** Length of a hash of the tree in bytes. */
export const HASH_BYTES = 32;

/** The input of a leaf hash: 0x00 ‖ entry (RFC 6962 §2.1). */
export function leafInput(entry: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0), entry);
}

/** The input of an inner node's hash: 0x01 ‖ left ‖ right (RFC 6962 §2.1). */
export function nodeInput(left: Uint8Array, right: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(1), left, right);
}

/** The three hashes of a Merkle tree (RFC 6962 §2.1, RFC 9162 §2.1.1). */
export interface Hasher {
  readonly leaf: (entry: Uint8Array) => Uint8Array;
  readonly node: (left: Uint8Array, right: Uint8Array) => Uint8Array;
  /** Root of the tree without leaves: SHA-256 of nothing. */
  readonly empty: Uint8Array;
}

/**
 * Binds the tree's hashes to a SHA-256. One buffer serves all inner nodes, so `sha256` must have read its input when
 * it returns (every synchronous implementation has).
 */
export function createHasher(sha256: Sha256): Hasher {
  const scratch = new Uint8Array(1 + 2 * HASH_BYTES);
  scratch[0] = 1;
  return {
    leaf: (entry) => sha256(leafInput(entry)),
    node(left, right) {
      if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) return sha256(nodeInput(left, right));
      scratch.set(left, 1);
      scratch.set(right, 1 + HASH_BYTES);
      return sha256(scratch);
    },
    empty: sha256(new Uint8Array(0)),
  };
}
