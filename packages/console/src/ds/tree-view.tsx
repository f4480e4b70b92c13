import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { classNames } from './class-names.ts';
import { NextIcon } from './icon.ts';
import { ancestorsOf, type TreeNode, treeKey, visibleNodes } from './tree-model.ts';
import styles from './tree-view.module.css';

interface TreeViewProps<Node extends TreeNode> {
  readonly label: string;
  readonly nodes: readonly Node[];
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
  /** Shown at the end of a line. */
  readonly note: (node: Node) => ReactNode;
  /** Unfolds everything: while a search is on. */
  readonly unfolded: boolean;
  /** Levels unfolded at first. */
  readonly openLevels?: number;
}

/** A tree of one-line nodes (WAI-ARIA APG, tree view): one stop for Tab, arrows inside, Enter selects. */
export function TreeView<Node extends TreeNode>({
  label,
  nodes,
  selected,
  onSelect,
  note,
  unfolded,
  openLevels = 2,
}: TreeViewProps<Node>) {
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [focused, setFocused] = useState<string | null>(null);
  const tree = useRef<HTMLDivElement>(null);

  const isOpen = (node: Node): boolean => {
    if (unfolded) return true;
    const above = ancestorsOf(nodes, node.id).length;
    const holdsSelected = selected !== undefined && ancestorsOf(nodes, selected).includes(node.id);
    return changed.get(node.id) ?? (above + 1 < openLevels || holdsSelected);
  };
  const lines = visibleNodes(nodes, new Set(nodes.filter(isOpen).map((node) => node.id)));
  const stop = [focused, selected].find((id) => lines.some((line) => line.node.id === id)) ?? lines[0]?.node.id;

  const fold = (id: string, open: boolean): void => setChanged((known) => new Map(known).set(id, open));
  const focus = (id: string): void => {
    setFocused(id);
    tree.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (stop === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = treeKey(event.key, lines, stop);
    if (move === null) return;
    event.preventDefault();
    if (move.kind === 'focus') focus(move.id);
    else if (move.kind === 'select') onSelect(move.id);
    else fold(move.id, move.kind === 'expand');
  };

  return (
    <div ref={tree} role="tree" aria-label={label} className={styles.tree} onKeyDown={onKeyDown}>
      {lines.map(({ node, level, place, siblings, expandable, expanded }) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the tree hears the keys
        <div
          key={node.id}
          role="treeitem"
          data-id={node.id}
          aria-level={level}
          aria-posinset={place}
          aria-setsize={siblings}
          aria-expanded={expandable ? expanded : undefined}
          aria-selected={node.id === selected}
          tabIndex={node.id === stop ? 0 : -1}
          className={styles.item}
          style={{ paddingInlineStart: `${8 + (level - 1) * 16}px` }}
          onClick={() => {
            setFocused(node.id);
            onSelect(node.id);
          }}
        >
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: by keyboard the arrows fold and unfold */}
          {/* biome-ignore lint/a11y/noStaticElementInteractions: the item carries the role and the state */}
          <span
            className={classNames(styles.arrow, expanded && styles.open)}
            onClick={(event) => {
              if (!expandable) return;
              event.stopPropagation();
              fold(node.id, !expanded);
            }}
          >
            {expandable ? <NextIcon aria-hidden="true" /> : null}
          </span>
          <span className={styles.name}>{node.name}</span>
          <span className={styles.note}>{note(node)}</span>
        </div>
      ))}
    </div>
  );
}
