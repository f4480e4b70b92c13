import type { EntityRef } from './entity-ref.ts';
import type { Long } from './long.ts';

/** Cedar's four variables. */
export type Variable = 'principal' | 'action' | 'resource' | 'context';

/** Operators with one operand. */
export type UnaryOperator = '!' | 'neg' | 'isEmpty';

/** Operators and methods with two operands that are both evaluated. */
export type BinaryOperator =
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | 'in'
  | 'contains'
  | 'containsAll'
  | 'containsAny'
  | 'getTag'
  | 'hasTag';

/** A piece of a `like` pattern: `null` is the wildcard `*`, a string stands for itself. */
export type PatternPart = string | null;

/** An expression of a policy condition. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: boolean | string | Long | EntityRef }
  | { readonly kind: 'variable'; readonly name: Variable }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'attribute'; readonly target: Expression; readonly name: string }
  | { readonly kind: 'has'; readonly target: Expression; readonly path: readonly string[] }
  | { readonly kind: 'like'; readonly target: Expression; readonly pattern: readonly PatternPart[] }
  | { readonly kind: 'is'; readonly target: Expression; readonly type: string; readonly within: Expression | undefined }
  | { readonly kind: 'if'; readonly test: Expression; readonly consequent: Expression; readonly alternative: Expression }
  | { readonly kind: 'set'; readonly items: readonly Expression[] }
  | { readonly kind: 'record'; readonly fields: ReadonlyArray<readonly [name: string, value: Expression]> }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] };

/** What a policy's head demands of the principal or the resource. */
export type EntityScope =
  | { readonly kind: 'any' }
  | { readonly kind: 'equals'; readonly entity: EntityRef }
  | { readonly kind: 'in'; readonly entity: EntityRef }
  | { readonly kind: 'is'; readonly type: string; readonly within: EntityRef | undefined };

/** What a policy's head demands of the action. */
export type ActionScope =
  | { readonly kind: 'any' }
  | { readonly kind: 'equals'; readonly entity: EntityRef }
  | { readonly kind: 'in'; readonly entities: readonly EntityRef[] };

/** A `when` or `unless` clause. */
export interface Condition {
  readonly kind: 'when' | 'unless';
  readonly body: Expression;
}

/** A policy as parsed by the official engine. */
export interface PolicyAst {
  readonly effect: 'permit' | 'forbid';
  readonly principal: EntityScope;
  readonly action: ActionScope;
  readonly resource: EntityScope;
  readonly conditions: readonly Condition[];
  readonly annotations: Readonly<Record<string, string>>;
}
