import type { Expression } from '../ast.ts';

/** Stable codes of why a policy has no SQL form. */
export type InexpressibleCode =
  /** The resource's table has no column for an attribute that the policy reads. */
  | 'unmapped_attribute'
  /** An attribute is read of an entity whose type has no table. */
  | 'unmapped_type'
  /** Nothing says which entities are in the group. */
  | 'unknown_hierarchy'
  /** An operator or function, on operands that depend on the row. */
  | 'unsupported_operation'
  /** The branches of an `if`, or the operands of an operator, are of types that no column has at once. */
  | 'mixed_types'
  /** Whether a product fits 64 bits cannot be told from the columns' declarations. */
  | 'unbounded_product'
  /** The policy reads an entity of a listed type that the entity source does not know: it may be a row. */
  | 'reads_other_row'
  /** A text that no column of the dialect can hold, half a surrogate pair or a NUL. */
  | 'unstorable_text'
  | 'too_large';

/** A part of a policy cannot be said in SQL. */
export class InexpressibleError extends Error {
  override readonly name = 'InexpressibleError';
  readonly code: InexpressibleCode;
  /** Where; filled in on the way out of the innermost expression. */
  place: Expression | undefined;

  constructor(code: InexpressibleCode, message: string) {
    super(message);
    this.code = code;
  }
}
