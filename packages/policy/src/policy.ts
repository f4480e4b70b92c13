import type { PolicyAst } from './ast.ts';
import { compileExpression } from './compile-expression.ts';
import { allOf, compileActionScope, compileEntityScope, NOTHING_ASSURED } from './compile-scope.ts';
import { asTest, type Test } from './compiled-expression.ts';

/** What is told about a policy: in lists, explanations and audit. */
export interface PolicyInfo {
  /** The `@id` annotation, or the file's name and the policy's number in it: `hr.cedar#2`. */
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly file: string;
  /** Line of the file, from 1. */
  readonly line: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** The policy as it was written. */
  readonly text: string;
}

/** A loaded policy. */
export interface Policy {
  readonly info: PolicyInfo;
  /** Position among all loaded policies. */
  readonly order: number;
  readonly ast: PolicyAst;
  /** The `when` and `unless` clauses together. */
  readonly conditions: Test | undefined;
  /** The whole policy: its scope and its clauses. */
  readonly matches: Test;
}

const always: Test = () => true;

function compileConditions(ast: PolicyAst): Test | undefined {
  return allOf(
    ast.conditions.map((condition) => {
      const test = asTest(compileExpression(condition.body), `\`${condition.kind}\``);
      return condition.kind === 'when' ? test : (evaluation) => !test(evaluation);
    }),
  );
}

/** Compiles a parsed policy. */
export function compilePolicy(ast: PolicyAst, info: Omit<PolicyInfo, 'effect' | 'annotations'>, order: number): Policy {
  const conditions = compileConditions(ast);
  const matches = allOf([
    compileActionScope(ast.action),
    compileEntityScope(ast.principal, 'principal', NOTHING_ASSURED),
    compileEntityScope(ast.resource, 'resource', NOTHING_ASSURED),
    conditions,
  ]);
  return {
    info: { ...info, effect: ast.effect, annotations: ast.annotations },
    order,
    ast,
    conditions,
    matches: matches ?? always,
  };
}
