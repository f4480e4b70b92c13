import { TlogError } from './errors.ts';
import { HASH_BYTES, type Hasher } from './hash.ts';
import { foldNodes, nodesOf } from './range.ts';

/** A tree that grows leaf by leaf and keeps only the hashes of its complete subtrees: at most one for each bit of its size. */
export interface CompactRange {
  readonly size: number;
  /** Adds a leaf hash, or the hash of a complete subtree where all leaves are subtrees of one height. */
  append(hash: Uint8Array): void;
  /** The complete subtrees, left to right; see {@link nodesOf}. */
  nodes(): Uint8Array[];
  root(): Uint8Array;
}

/**
 * Starts empty, or where a tree of `size` leaves stands whose complete subtrees have these hashes. Throws `tile_malformed`
 * when there are not as many as the size has; whether they are the right ones only a root can say.
 */
export function createCompactRange(hasher: Hasher, size = 0, hashes: readonly Uint8Array[] = []): CompactRange {
  const shape = nodesOf({ start: 0, end: size });
  if (shape.length !== hashes.length || hashes.some((hash) => hash.length !== HASH_BYTES))
    throw new TlogError('tile_malformed', 'a tree of this size has another number of subtrees');
  const stack = shape.map(({ height }, at) => ({ height, hash: hashes[at] ?? hasher.empty }));
  let leaves = size;
  const nodes = (): Uint8Array[] => stack.map(({ hash }) => hash);
  return {
    get size() {
      return leaves;
    },
    append(added) {
      if (added.length !== HASH_BYTES) throw new TlogError('tile_malformed', 'a leaf hash has 32 bytes');
      let hash = added;
      let height = 0;
      for (let left = stack.at(-1); left?.height === height; left = stack.at(-1)) {
        stack.pop();
        hash = hasher.node(left.hash, hash);
        height += 1;
      }
      stack.push({ height, hash });
      leaves += 1;
    },
    nodes,
    root: () => (stack.length === 0 ? hasher.empty : foldNodes(hasher, nodes())),
  };
}
