export {
  type AddCheckpoint,
  formatAddCheckpoint,
  MAX_ADD_CHECKPOINT_BYTES,
  parseAddCheckpoint,
  SIZE_MEDIA_TYPE,
} from './add-checkpoint.ts';
export { createBuilder, type Frontier, foldWithin, type Tile, type TreeBuilder, tileHash } from './builder.ts';
export { decodeBase64, decodeUtf8, encodeBase64, encodeHex, encodeUtf8, equalBytes } from './bytes.ts';
export { type Checkpoint, formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
export { type CompactRange, createCompactRange } from './compact-range.ts';
export { type Cosignature, cosignatureMessage, encodeCosignature, parseCosignature } from './cosignature.ts';
export { decodeBundle, encodeBundle, MAX_ENTRY_BYTES } from './entries.ts';
export { TlogError, type TlogErrorCode } from './errors.ts';
export { createHasher, HASH_BYTES, type Hasher, leafInput, nodeInput, type Sha256 } from './hash.ts';
export {
  formatSignerKey,
  formatVerifierKey,
  isKeyName,
  type KeyId,
  makeVerifierKey,
  SIGNATURE_TYPE,
  type SignerKey,
  splitVerifierKey,
  type VerifierKey,
} from './key.ts';
export { formatNote, formatSignature, type NoteSignature, type OpenedNote, type ParsedNote, parseNote } from './note.ts';
export {
  type ConsistencyClaim,
  type InclusionClaim,
  type NodeSource,
  proveConsistency,
  proveInclusion,
  rangeHash,
  verifyConsistency,
  verifyInclusion,
} from './proof.ts';
export type { VerifiedProof } from './proof-file.ts';
export { isSubtree, type NodeId, nodesOf, type Range } from './range.ts';
export {
  formatTilePath,
  hashInTile,
  parseTilePath,
  TILE_HEIGHT,
  TILE_WIDTH,
  type TileId,
  tileCounts,
  tileOf,
  tilesOf,
} from './tile.ts';
export { consistencyTiles, inclusionTiles, tileNodes, tileNodesOf } from './tile-source.ts';
export { formatTlogProof, parseTlogProof, type TlogProof } from './tlog-proof.ts';
export { createTree, type Tree } from './tree.ts';
