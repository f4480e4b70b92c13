import type { ActionScope, EntityScope } from './ast.ts';
import type { Test } from './compiled-expression.ts';

/** What of a scope the index has already made sure of, so that it need not be tested again. */
export interface Assured {
  /** The entity's type, for `is`. */
  readonly type: boolean;
  /** Membership, for `in`. */
  readonly membership: boolean;
}

/** Nothing is assured: the whole scope is tested. */
export const NOTHING_ASSURED: Assured = { type: false, membership: false };

/** Compiles the scope of the principal or the resource; `undefined` when nothing is left to test. A scope cannot fail. */
export function compileEntityScope(scope: EntityScope, variable: 'principal' | 'resource', assured: Assured): Test | undefined {
  switch (scope.kind) {
    case 'any':
      return undefined;
    case 'equals': {
      const { key } = scope.entity;
      return (evaluation) => evaluation[variable].key === key;
    }
    case 'in': {
      const { key } = scope.entity;
      return assured.membership ? undefined : (evaluation) => evaluation.isIn(evaluation[variable], key);
    }
    case 'is': {
      const { type, within } = scope;
      const isType: Test | undefined = assured.type ? undefined : (evaluation) => evaluation[variable].type === type;
      const isWithin = within === undefined ? undefined : compileEntityScope({ kind: 'in', entity: within }, variable, assured);
      return allOf([isType, isWithin]);
    }
  }
}

/** Compiles the scope of the action; `undefined` when it takes any. */
export function compileActionScope(scope: ActionScope): Test | undefined {
  switch (scope.kind) {
    case 'any':
      return undefined;
    case 'equals': {
      const { key } = scope.entity;
      return (evaluation) => evaluation.action.key === key;
    }
    case 'in': {
      const keys = scope.entities.map((entity) => entity.key);
      return (evaluation) => keys.some((key) => evaluation.isIn(evaluation.action, key));
    }
  }
}

/** The conjunction of tests, first to last, stopping at the first that fails; `undefined` when there is none. */
export function allOf(tests: ReadonlyArray<Test | undefined>): Test | undefined {
  return tests.reduce<Test | undefined>((left, right) => {
    if (left === undefined || right === undefined) return left ?? right;
    return (evaluation) => left(evaluation) && right(evaluation);
  }, undefined);
}
