import { isCount } from './bytes.ts';
import { isSubtree, type Range, splitPoint } from './range.ts';

/**
 * One step of a proof, from the leaf upward: the sibling's range, on which side it stands, and, in a consistency
 * proof, whether it belongs to the old tree too.
 */
export interface Step {
  readonly sibling: Range;
  readonly side: 'left' | 'right';
  readonly shared: boolean;
}

/** The steps of an inclusion proof of leaf `index` in the subtree [start, end) (RFC 9162 §2.1.3), or null if it lies outside. */
export function inclusionPath(index: number, subtree: Range): Step[] | null {
  if (!isCount(index) || !isSubtree(subtree) || index < subtree.start || index >= subtree.end) return null;
  const steps: Step[] = [];
  let { start, end } = subtree;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      steps.push({ sibling: { start: middle, end }, side: 'right', shared: false });
      end = middle;
    } else {
      steps.push({ sibling: { start, end: middle }, side: 'left', shared: false });
      start = middle;
    }
  }
  return steps.reverse();
}

/** Where a consistency proof starts: at the old hash itself, or at the range that both trees have at the right edge. */
export interface ConsistencyPath {
  readonly seed: Range | null;
  readonly steps: readonly Step[];
}

/**
 * The shape of the proof that a tree of `size` leaves contains the non-empty subtree [start, end) (RFC 9162 §2.1.4 for
 * start = 0; draft-ietf-plants-merkle-tree-certs for others), or null when it cannot.
 */
export function consistencyPath(subtree: Range, size: number): ConsistencyPath | null {
  if (!isCount(size) || !isSubtree(subtree) || subtree.start === subtree.end || subtree.end > size) return null;
  const steps: Step[] = [];
  let start = 0;
  let end = size;
  let whole = true;
  let from = subtree.start;
  while (from !== start || subtree.end !== end) {
    const middle = start + splitPoint(end - start);
    if (subtree.end <= middle) {
      steps.push({ sibling: { start: middle, end }, side: 'right', shared: false });
      end = middle;
      continue;
    }
    const shared = from < middle;
    steps.push({ sibling: { start, end: middle }, side: 'left', shared });
    if (shared) {
      whole = false;
      from = middle;
    }
    start = middle;
  }
  return { seed: whole ? null : { start, end }, steps: steps.reverse() };
}
