import { equalBytes } from './bytes.ts';
import { TlogError } from './errors.ts';
import { HASH_BYTES, type Hasher } from './hash.ts';
import { consistencyPath, inclusionPath, type Step } from './path.ts';
import { foldNodes, isSubtree, type NodeId, nodesOf, type Range } from './range.ts';

/** Gives the hash of a complete subtree: from memory, from tiles ({@link tileNodes}), from a test's recursion. */
export type NodeSource = (node: NodeId) => Uint8Array;

/** Merkle tree hash of a range that is a subtree; the empty range has the empty tree's hash. */
export function rangeHash(hasher: Hasher, range: Range, source: NodeSource): Uint8Array {
  if (range.start === range.end) return hasher.empty;
  return foldNodes(hasher, nodesOf(range).map(source));
}

/** Makes the proof that leaf `index` is in the subtree [start, end); for a whole tree that is [0, size). */
export function proveInclusion(hasher: Hasher, index: number, subtree: Range, source: NodeSource): Uint8Array[] {
  const path = inclusionPath(index, subtree);
  if (path === null) throw new TlogError('index_out_of_range', 'the leaf is not in this tree');
  return path.map((step) => rangeHash(hasher, step.sibling, source));
}

/** Makes the proof that a tree of `size` leaves contains the subtree [start, end); an old tree of s leaves is [0, s). */
export function proveConsistency(hasher: Hasher, subtree: Range, size: number, source: NodeSource): Uint8Array[] {
  if (isSubtree(subtree) && subtree.start === subtree.end && subtree.end <= size) return [];
  const path = consistencyPath(subtree, size);
  if (path === null) throw new TlogError('index_out_of_range', 'the tree does not contain this subtree');
  const proof = path.steps.map((step) => rangeHash(hasher, step.sibling, source));
  return path.seed === null ? proof : [rangeHash(hasher, path.seed, source), ...proof];
}

/** A chain of node hashes that a verifier computes: starts at `seed`, must end at `want`. */
export interface Chain {
  readonly seed: Uint8Array;
  readonly steps: readonly { readonly side: 'left' | 'right'; readonly hash: Uint8Array }[];
  readonly want: Uint8Array;
}

/** What an inclusion proof claims. */
export interface InclusionClaim {
  readonly index: number;
  /** Leaves in the tree. */
  readonly size: number;
  readonly root: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly proof: readonly Uint8Array[];
  /** First leaf of the subtree when the claim is about one: then `size` is its end. */
  readonly start?: number;
}

/** What a consistency proof claims: the tree (or subtree from `start`) of `size1` is a part of the tree of `size2`. */
export interface ConsistencyClaim {
  readonly size1: number;
  readonly size2: number;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly start?: number;
}

function chain(
  seed: Uint8Array,
  steps: readonly Step[],
  hashes: readonly Uint8Array[],
  want: Uint8Array,
  only?: 'shared',
): Chain {
  const joined = steps.flatMap((step, at) => {
    const hash = hashes[at];
    return hash === undefined || (only === 'shared' && !step.shared) ? [] : [{ side: step.side, hash }];
  });
  return { seed, steps: joined, want };
}

/** The hashing that decides an inclusion claim, or null when its shape alone refutes it. */
export function inclusionChains(claim: InclusionClaim): Chain[] | null {
  const path = inclusionPath(claim.index, { start: claim.start ?? 0, end: claim.size });
  if (path === null || claim.proof.length !== path.length || claim.leafHash.length !== HASH_BYTES) return null;
  if (claim.proof.some((hash) => hash.length !== HASH_BYTES)) return null;
  return [chain(claim.leafHash, path, claim.proof, claim.root)];
}

/**
 * The hashing that decides a consistency claim, or null when its shape alone refutes it. A whole tree of size 0 is
 * consistent with anything and proves nothing: refused, the caller's case (RFC 9162 leaves it out too).
 * `empty` is the empty tree's hash, for the empty subtrees that the subtree form allows.
 */
export function consistencyChains(claim: ConsistencyClaim, empty: Uint8Array): Chain[] | null {
  const { size1, size2, root1, root2, proof } = claim;
  const subtree = { start: claim.start ?? 0, end: size1 };
  if (proof.some((hash) => hash.length !== HASH_BYTES)) return null;
  if (claim.start !== undefined && subtree.start === size1) {
    return isSubtree(subtree) && size1 <= size2 && proof.length === 0 ? [{ seed: empty, steps: [], want: root1 }] : null;
  }
  const path = consistencyPath(subtree, size2);
  if (path === null) return null;
  if (path.seed === null) {
    return proof.length === path.steps.length ? [chain(root1, path.steps, proof, root2)] : null;
  }
  const [seed, ...rest] = proof;
  if (seed === undefined || rest.length !== path.steps.length) return null;
  return [chain(seed, path.steps, rest, root1, 'shared'), chain(seed, path.steps, rest, root2)];
}

/** Computes chains with a synchronous hash. */
export function checkChains(hasher: Hasher, chains: readonly Chain[] | null): boolean {
  return (
    chains?.every(({ seed, steps, want }) => {
      const end = steps.reduce(
        (hash, step) => (step.side === 'left' ? hasher.node(step.hash, hash) : hasher.node(hash, step.hash)),
        seed,
      );
      return equalBytes(end, want);
    }) ?? false
  );
}

/** Verifies that a leaf is in a tree (RFC 9162 §2.1.3.2). Never throws: what cannot be true is false. */
export function verifyInclusion(hasher: Hasher, claim: InclusionClaim): boolean {
  return checkChains(hasher, inclusionChains(claim));
}

/** Verifies that one tree continues another (RFC 9162 §2.1.4.2). Never throws: what cannot be true is false. */
export function verifyConsistency(hasher: Hasher, claim: ConsistencyClaim): boolean {
  return checkChains(hasher, consistencyChains(claim, hasher.empty));
}
