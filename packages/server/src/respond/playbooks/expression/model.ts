/** What an expression works on: facts of an alert, inputs, outputs of steps. */
export type Scalar = string | number | boolean | null;
export type Value = Scalar | readonly Scalar[];

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

export type Expression =
  | { readonly kind: 'literal'; readonly value: Scalar }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  /** A fact by its dotted name, and where it stands in the text. */
  | { readonly kind: 'name'; readonly path: readonly string[]; readonly at: number }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or' | 'in'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'compare'; readonly by: Comparison; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly Expression[] };

/** The functions, and how many arguments each takes. */
export const functionArity = {
  /** Whether a list holds a value, or a text another. */
  contains: 2,
  startsWith: 2,
  endsWith: 2,
  /** Letters in lower case. */
  lower: 1,
  /** Members of a list, characters of a text; 0 of nothing. */
  length: 1,
  /** The first, or the second where the first has no value. */
  default: 2,
  /** Whether there is a value. */
  present: 1,
  /** 0 low, 1 medium, 2 high, 3 critical; without a value for any other word. */
  severity: 1,
} as const;
export type FunctionName = keyof typeof functionArity;

/** Greatest length of an expression in characters, depth of its nesting, and number of its parts. */
export const expressionLimits = { length: 500, depth: 24, nodes: 200 } as const;

/** An expression that cannot be read. `at` counts characters of the expression from 0. */
export class ExpressionError extends Error {
  readonly at: number;
  readonly zh: string;
  constructor(at: number, text: { readonly zh: string; readonly en: string }) {
    super(text.en);
    this.name = 'ExpressionError';
    this.at = at;
    this.zh = text.zh;
  }
}
