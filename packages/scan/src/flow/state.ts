import type { Node } from '../parse/ast.ts';
import type { Bilingual } from '../rule.ts';

/** Fields that lead from a value to the part that is meant; the whole of it when empty. Array indices and unknown keys leave no mark. */
export type Path = readonly string[];

/** What has happened to a value on its way. A rule decides which of these make it harmless for its sink. */
export const flag = {
  /** `encodeURIComponent` and its like. */
  encoded: 1,
  /** Something constant or configured stands before it. */
  fixedStart: 2,
  /** Scheme and host, or a leading slash, stand before it. */
  fixedHost: 4,
  /** A `?` or `=` stands before it: only a value of the query. */
  inQuery: 8,
  /** Compared with a list, a pattern or a constant before use. */
  guarded: 16,
  /** Turned into a string: carries no operators. */
  text: 32,
  /** Reduced to a file name. */
  baseName: 64,
  /** Escaped for HTML or SQL. */
  escaped: 128,
  /** Only chosen keys of it are left. */
  picked: 256,
  /** One named field of what the source brought, not all of it. */
  field: 512,
} as const;

/** Where data of one kind enters. */
export interface Source {
  readonly label: string;
  readonly node: Node;
  /** What a reader is shown as the beginning. */
  readonly origin: Node;
  readonly path: Path;
  readonly text: Bilingual;
  /** What is known of the data from the beginning. */
  readonly flags?: number;
}

/** A call on the way into the function that is now looked at. */
export interface Frame {
  readonly call: Node;
  /** The function that was entered. */
  readonly fn: Node;
  readonly up: Frame | undefined;
  readonly depth: number;
  readonly id: number;
}

/** Data of a source has arrived at an expression. */
export interface State {
  readonly node: Node;
  readonly path: Path;
  readonly frame: Frame | undefined;
  readonly flags: number;
  readonly source: Source;
  readonly previous: State | undefined;
  readonly note: Bilingual | undefined;
}

export const maxPath = 5;
