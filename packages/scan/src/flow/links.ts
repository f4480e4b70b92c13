import type { FunctionNode, Identifier, Node, Program } from '../parse/ast.ts';
import { isFunction } from '../parse/ast.ts';
import type { SourceFile } from '../project/source-file.ts';

/** A name that a scope declares. */
export interface Binding {
  readonly name: string;
  readonly kind: 'variable' | 'parameter' | 'function' | 'class' | 'import' | 'catch';
  /** The identifier that declares it; the first one where `var` declares it again. */
  readonly declaration: Identifier;
  readonly declarations: Identifier[];
  /** Every other occurrence, reads and writes. */
  readonly references: Identifier[];
}

/** One script with its tree linked: parents, bindings and owners of `this` are known for each node. */
export interface Unit {
  readonly file: SourceFile;
  readonly program: Program;
  readonly calls: readonly Node[];
  readonly functions: readonly FunctionNode[];
  readonly classes: readonly Node[];
  /** Occurrences of names that nothing in the script declares. */
  readonly globals: ReadonlyMap<string, readonly Identifier[]>;
  /** Every `this`, by the object literal, class or function that it belongs to. */
  readonly thisUses: ReadonlyMap<Node, readonly Node[]>;
  /** Names declared at the top. */
  readonly top: ReadonlyMap<string, Binding>;
}

interface Links {
  up?: Node;
  bound?: Binding;
  owner?: Node;
  unit?: Unit;
}

/** The links are kept on the nodes themselves: a side table for millions of nodes would cost more than the trees. */
export const linksOf = (node: Node): Links => node as unknown as Links;

export const parentOf = (node: Node): Node | undefined => linksOf(node).up;
export const bindingOf = (node: Node): Binding | undefined => linksOf(node).bound;
/** What `this` means: of a `this`, a function or a class. */
export const ownerOf = (node: Node): Node | undefined => linksOf(node).owner;

export function unitOf(node: Node): Unit | undefined {
  for (let at: Node | undefined = node; at !== undefined; at = parentOf(at)) {
    const { unit } = linksOf(at);
    if (unit !== undefined) return unit;
  }
  return undefined;
}

export function functionOf(node: Node): FunctionNode | undefined {
  for (let at = parentOf(node); at !== undefined; at = parentOf(at)) if (isFunction(at)) return at;
  return undefined;
}
