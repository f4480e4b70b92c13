import type { Condition, PolicyAst } from './ast.ts';
import { compileExpression } from './compile-expression.ts';
import { allOf, compileActionScope, compileEntityScope, NOTHING_ASSURED } from './compile-scope.ts';
import { always, asTest, type Test } from './compiled-expression.ts';
import { printExpression } from './print-expression.ts';

/** What is told about a policy: in lists, explanations and audit. */
export interface PolicyInfo {
  /** The `@id` annotation, or the file's name and the policy's number in it: `hr.cedar#2`. */
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly file: string;
  /** Line of the file, from 1. */
  readonly line: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** The fields that a `@mask` annotation names: hidden when only such policies permit. */
  readonly mask?: readonly string[];
  /** The policy as it was written. */
  readonly text: string;
}

/** A loaded policy. */
export interface Policy {
  readonly info: PolicyInfo;
  /** Position among all loaded policies. */
  readonly order: number;
  readonly ast: PolicyAst;
  /** Whether it permits; it forbids otherwise. */
  readonly permits: boolean;
  /** The `when` and `unless` clauses together. */
  readonly conditions: Test | undefined;
  /** The whole policy: its scope and its clauses. */
  readonly matches: Test;
}

/**
 * Compiles conditions, each text once: policies of many roles share few conditions, and a closure that is shared is in the
 * processor's cache when the next policy needs it.
 */
export class ConditionCompiler {
  readonly #clauses = new Map<string, Test>();
  readonly #conditions = new Map<string, Test | undefined>();

  /** The clauses of a policy together; `undefined` when it has none. */
  compile(ast: PolicyAst): Test | undefined {
    const texts = ast.conditions.map(({ kind, body }) => `${kind} ${printExpression(body)}`);
    const text = texts.join('\n');
    if (this.#conditions.has(text)) return this.#conditions.get(text);
    const compiled = allOf(ast.conditions.map((condition, index) => this.#compileClause(condition, texts[index] ?? '')));
    this.#conditions.set(text, compiled);
    return compiled;
  }

  #compileClause({ kind, body }: Condition, text: string): Test {
    const known = this.#clauses.get(text);
    if (known !== undefined) return known;
    const test = asTest(compileExpression(body), `\`${kind}\``);
    const compiled: Test = kind === 'when' ? test : (evaluation) => !test(evaluation);
    this.#clauses.set(text, compiled);
    return compiled;
  }
}

/** Compiles a parsed policy. */
export function compilePolicy(
  ast: PolicyAst,
  info: Omit<PolicyInfo, 'effect' | 'annotations'>,
  order: number,
  compiler: ConditionCompiler,
): Policy {
  const conditions = compiler.compile(ast);
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
    permits: ast.effect === 'permit',
    conditions,
    matches: matches ?? always,
  };
}
