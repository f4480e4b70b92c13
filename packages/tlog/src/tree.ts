import { createBuilder, type Frontier, type TreeBuilder, tileHash } from './builder.ts';
import { type CompactRange, createCompactRange } from './compact-range.ts';
import { createHasher, type Hasher, type Sha256 } from './hash.ts';
import {
  type ConsistencyClaim,
  type InclusionClaim,
  type NodeSource,
  proveConsistency,
  proveInclusion,
  rangeHash,
  verifyConsistency,
  verifyInclusion,
} from './proof.ts';
import { foldNodes, type Range } from './range.ts';
import type { TileId } from './tile.ts';
import { tileNodes } from './tile-source.ts';

/** The Merkle tree's functions, bound to one SHA-256. */
export interface Tree {
  readonly hasher: Hasher;
  leafHash(entry: Uint8Array): Uint8Array;
  nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array;
  readonly emptyRoot: Uint8Array;
  builder(frontier?: Frontier): TreeBuilder;
  /** Root of the complete subtrees that make up a tree, left to right. */
  fold(nodes: readonly Uint8Array[]): Uint8Array;
  compactRange(size?: number, hashes?: readonly Uint8Array[]): CompactRange;
  tileHash(tile: Uint8Array): Uint8Array;
  /** Subtree hashes out of tiles, for the provers below. */
  tileNodes(size: number, readTile: (tile: TileId) => Uint8Array): NodeSource;
  rangeHash(range: Range, source: NodeSource): Uint8Array;
  proveInclusion(index: number, subtree: Range, source: NodeSource): Uint8Array[];
  proveConsistency(subtree: Range, size: number, source: NodeSource): Uint8Array[];
  verifyInclusion(claim: InclusionClaim): boolean;
  verifyConsistency(claim: ConsistencyClaim): boolean;
}

/** Binds the tree to a synchronous SHA-256; `@menshen/tlog/node` has it bound to Node's. */
export function createTree({ sha256 }: { readonly sha256: Sha256 }): Tree {
  const hasher = createHasher(sha256);
  return {
    hasher,
    leafHash: hasher.leaf,
    nodeHash: hasher.node,
    emptyRoot: hasher.empty,
    builder: (frontier) => createBuilder(hasher, frontier),
    fold: (nodes) => foldNodes(hasher, nodes),
    compactRange: (size, hashes) => createCompactRange(hasher, size, hashes),
    tileHash: (tile) => tileHash(hasher, tile),
    tileNodes: (size, readTile) => tileNodes(hasher, size, readTile),
    rangeHash: (range, source) => rangeHash(hasher, range, source),
    proveInclusion: (index, subtree, source) => proveInclusion(hasher, index, subtree, source),
    proveConsistency: (subtree, size, source) => proveConsistency(hasher, subtree, size, source),
    verifyInclusion: (claim) => verifyInclusion(hasher, claim),
    verifyConsistency: (claim) => verifyConsistency(hasher, claim),
  };
}
