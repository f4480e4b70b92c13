import { isCount } from './bytes.ts';
import { TlogError } from './errors.ts';
import type { Hasher } from './hash.ts';

/** A subtree of 2^height leaves, the `index`-th of its height. */
export interface NodeId {
  readonly height: number;
  readonly index: number;
}

/** Leaves from `start` up to but without `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Largest power of two below `n`, for n > 1: where RFC 6962 §2.1 splits a list of n leaves. */
export function splitPoint(n: number): number {
  const top = 2 ** Math.floor(Math.log2(n - 1));
  return top * 2 < n ? top * 2 : top >= n ? top / 2 : top;
}

/**
 * True when [start, end) is a subtree in the sense of Merkle Tree Certificates (draft-ietf-plants-merkle-tree-certs):
 * `start` is a multiple of the smallest power of two that is not below its length. An empty range is one.
 */
export function isSubtree({ start, end }: Range): boolean {
  if (!isCount(start) || !isCount(end) || start > end) return false;
  let ceil = 1;
  while (ceil < end - start) ceil *= 2;
  return start % ceil === 0;
}

/** The complete subtrees that make up a range, left to right; `start` must be aligned as in {@link isSubtree}. */
export function nodesOf({ start, end }: Range): NodeId[] {
  const nodes: NodeId[] = [];
  let at = start;
  while (at < end) {
    let height = 0;
    while (2 ** (height + 1) <= end - at) height += 1;
    nodes.push({ height, index: at / 2 ** height });
    at += 2 ** height;
  }
  return nodes;
}

/** Merkle tree hash of a non-empty range, given the hashes of its complete subtrees from {@link nodesOf}. */
export function foldNodes(hasher: Hasher, hashes: readonly Uint8Array[]): Uint8Array {
  const last = hashes.at(-1);
  if (last === undefined) throw new TlogError('index_out_of_range', 'an empty range has no hash');
  return hashes.slice(0, -1).reduceRight((right, left) => hasher.node(left, right), last);
}
