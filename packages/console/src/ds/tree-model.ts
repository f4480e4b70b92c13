export interface TreeNode {
  readonly id: string;
  readonly parent: string | null;
  readonly name: string;
}

/** A node as it stands in the tree as shown. */
export interface VisibleNode<Node extends TreeNode> {
  readonly node: Node;
  /** From 1 at the top. */
  readonly level: number;
  readonly place: number;
  readonly siblings: number;
  readonly expandable: boolean;
  readonly expanded: boolean;
}

/** Children by parent, in the order given. A node whose parent is missing, or that is its own ancestor, stands at the top. */
export function childrenOf<Node extends TreeNode>(nodes: readonly Node[]): ReadonlyMap<string | null, readonly Node[]> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parentOf = (node: Node): string | null => {
    const seen = new Set([node.id]);
    for (let at = node.parent; at !== null; at = byId.get(at)?.parent ?? null) {
      if (seen.has(at) || !byId.has(at)) return null;
      seen.add(at);
    }
    return node.parent;
  };
  const children = new Map<string | null, Node[]>();
  for (const node of nodes) {
    const parent = parentOf(node);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [node]);
    else siblings.push(node);
  }
  return children;
}

/** The nodes whose name holds the text, with all that stand above them. */
export function findNodes<Node extends TreeNode>(nodes: readonly Node[], text: string): readonly Node[] {
  const needle = text.trim().toLowerCase();
  if (needle === '') return nodes;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const kept = new Set<string>();
  for (const node of nodes) {
    if (!node.name.toLowerCase().includes(needle)) continue;
    for (
      let at: Node | undefined = node;
      at !== undefined && !kept.has(at.id);
      at = at.parent === null ? undefined : byId.get(at.parent)
    )
      kept.add(at.id);
  }
  return nodes.filter((node) => kept.has(node.id));
}

/** Ids of everything above a node, nearest first. */
export function ancestorsOf(nodes: readonly TreeNode[], id: string): readonly string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const above: string[] = [];
  for (
    let at = byId.get(id)?.parent ?? null;
    at !== null && byId.has(at) && !above.includes(at);
    at = byId.get(at)?.parent ?? null
  )
    above.push(at);
  return above;
}

/** The lines of the tree from top to bottom, without what is folded away. */
export function visibleNodes<Node extends TreeNode>(
  nodes: readonly Node[],
  expanded: ReadonlySet<string>,
): readonly VisibleNode<Node>[] {
  const children = childrenOf(nodes);
  const lines: VisibleNode<Node>[] = [];
  const walk = (parent: string | null, level: number): void => {
    const siblings = children.get(parent) ?? [];
    siblings.forEach((node, at) => {
      const expandable = children.has(node.id);
      const open = expandable && expanded.has(node.id);
      lines.push({ node, level, place: at + 1, siblings: siblings.length, expandable, expanded: open });
      if (open) walk(node.id, level + 1);
    });
  };
  walk(null, 1);
  return lines;
}

export type TreeMove =
  | { readonly kind: 'focus'; readonly id: string }
  | { readonly kind: 'expand' | 'collapse' | 'select'; readonly id: string };

/** What a key does in a tree (WAI-ARIA APG, tree view); null when the key is not the tree's. */
export function treeKey<Node extends TreeNode>(
  key: string,
  lines: readonly VisibleNode<Node>[],
  focused: string,
): TreeMove | null {
  const at = lines.findIndex((line) => line.node.id === focused);
  const line = lines[at];
  if (line === undefined) return null;
  const focus = (target: VisibleNode<Node> | undefined): TreeMove | null =>
    target === undefined ? null : { kind: 'focus', id: target.node.id };
  switch (key) {
    case 'ArrowDown':
      return focus(lines[at + 1]);
    case 'ArrowUp':
      return focus(lines[at - 1]);
    case 'Home':
      return focus(lines[0]);
    case 'End':
      return focus(lines.at(-1));
    case 'ArrowRight':
      if (!line.expandable) return null;
      return line.expanded ? focus(lines[at + 1]) : { kind: 'expand', id: focused };
    case 'ArrowLeft':
      if (line.expanded) return { kind: 'collapse', id: focused };
      return focus(lines.slice(0, at).findLast((other) => other.level < line.level));
    case 'Enter':
    case ' ':
      return { kind: 'select', id: focused };
    default:
      return typeAhead(key, lines, at);
  }
}

function typeAhead<Node extends TreeNode>(key: string, lines: readonly VisibleNode<Node>[], at: number): TreeMove | null {
  if ([...key].length !== 1) return null;
  const start = key.toLowerCase();
  const found = [...lines.slice(at + 1), ...lines.slice(0, at)].find((line) => line.node.name.toLowerCase().startsWith(start));
  return found === undefined ? null : { kind: 'focus', id: found.node.id };
}
