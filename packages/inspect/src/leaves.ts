/** A value that contains no other. */
export type Leaf = string | number | boolean | null;

/** Where a leaf stands: keys and indexes from the root. Valid during the call only: the walk changes it as it goes on. */
export type LeafPath = readonly (string | number)[];

export interface LeafLimits {
  /** Leaves, keys and containers together. */
  readonly maxNodes?: number;
  /** Containers inside each other. */
  readonly maxDepth?: number;
}

/**
 * Sees a leaf; `kind` is `key` for the names of object members, which come from the client like their values. A key is seen
 * before what it names, and its path ends with it. Returning false ends the walk.
 */
export type LeafVisitor = (leaf: Leaf, path: LeafPath, kind: 'value' | 'key') => boolean | undefined;

/**
 * Walks all leaves of a parsed body or query in the order of the text, without recursion. Returns `done`, `stopped` by the
 * visitor, or `bounded` when a limit ended the walk: then something has not been seen, and the caller must not pass it.
 * Anything that JSON does not know (undefined, functions) is skipped.
 */
export function forEachLeaf(root: unknown, visit: LeafVisitor, limits: LeafLimits = {}): 'done' | 'stopped' | 'bounded' {
  const { maxNodes = 100_000, maxDepth = 1_000 } = limits;
  const path: (string | number)[] = [];
  if (isLeaf(root)) return visit(root, path, 'value') === false ? 'stopped' : 'done';
  if (!isContainer(root)) return 'done';
  if (maxDepth < 1) return 'bounded';
  const open: Frame[] = [frameOf(root)];
  let nodes = 1;
  for (let frame = open[0]; frame !== undefined; frame = open[open.length - 1]) {
    const { keys, container } = frame;
    if (frame.next === (keys ?? (container as readonly unknown[])).length) {
      open.pop();
      path.length = Math.max(0, open.length - 1);
      continue;
    }
    const index = frame.next;
    frame.next += 1;
    const key = keys === null ? index : (keys[index] ?? '');
    path[open.length - 1] = key;
    path.length = open.length;
    nodes += keys === null ? 1 : 2;
    if (nodes > maxNodes) return 'bounded';
    if (typeof key === 'string' && visit(key, path, 'key') === false) return 'stopped';
    const child = (container as Record<string | number, unknown>)[key];
    if (isLeaf(child)) {
      if (visit(child, path, 'value') === false) return 'stopped';
    } else if (isContainer(child)) {
      if (open.length >= maxDepth) return 'bounded';
      open.push(frameOf(child));
    }
  }
  return 'done';
}

interface Frame {
  readonly container: object;
  /** Null for an array. */
  readonly keys: readonly string[] | null;
  next: number;
}

function frameOf(container: object): Frame {
  return { container, keys: Array.isArray(container) ? null : Object.keys(container), next: 0 };
}

function isLeaf(value: unknown): value is Leaf {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
