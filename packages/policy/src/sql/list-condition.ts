import type { Condition, EntityScope, Expression } from '../ast.ts';
import { compileActionScope, compileEntityScope, NOTHING_ASSURED } from '../compile-scope.ts';
import type { Policy, PolicyInfo } from '../policy.ts';
import { printExpression } from '../print-expression.ts';
import { compileEquals } from './compile-equality.ts';
import { compileIn } from './compile-membership.ts';
import { TermCompiler } from './compile-term.ts';
import { type InexpressibleCode, InexpressibleError } from './inexpressible.ts';
import type { RowContext } from './row-context.ts';
import { balanced, raw, renderSql, type Sql, type SqlCondition, sql } from './sql-text.ts';
import { asBoolean, type BooleanTerm, conjunction, constantTerm, negate, type Term, TRUE } from './term.ts';

const MAX_TEXT = 500;

export interface ListConditionOptions {
  /**
   * What to do about a policy that has no SQL form: `refuse` (the default), or `prefilter`, which gives a condition that selects
   * at least what is allowed; then `CompiledPolicies.filter` must decide on what it selects.
   */
  readonly inexpressible?: 'refuse' | 'prefilter';
  /** What an evaluation error means for a row: `refuse` (the default), as in `decideStrict`, or `skip` the policy, as in Cedar. */
  readonly errors?: 'refuse' | 'skip';
  /** The number of PostgreSQL's first placeholder, 1 if absent. */
  readonly firstPlaceholder?: number;
}

/** A policy that has no SQL form, and where in it. */
export interface InexpressiblePolicy {
  /** `null` when it is only all policies together that are too large. */
  readonly policy: PolicyInfo | null;
  readonly code: InexpressibleCode;
  /** The part of the policy, in Cedar's syntax. */
  readonly text: string;
  /** In English, for authors of policies. */
  readonly message: string;
}

/** A condition that selects the allowed rows, or why there is none. */
export type ListCondition =
  | {
      readonly ok: true;
      readonly where: SqlCondition;
      /** `none`: no row can be allowed, so the query need not be made; `all`: every row is selected. */
      readonly rows: 'all' | 'none' | 'some';
      /** Whether exactly the allowed rows are selected. Where not, filter the records again. */
      readonly exact: boolean;
      readonly approximated: readonly InexpressiblePolicy[];
    }
  | { readonly ok: false; readonly refusals: readonly InexpressiblePolicy[] };

/** Terms of policies that can decide, as the rows are still open. */
interface Votes {
  readonly permits: BooleanTerm[];
  readonly forbids: BooleanTerm[];
  permitsAll: boolean;
  forbidsAll: boolean;
  errsAlways: boolean;
}

class ListCompiler {
  readonly inexpressible: InexpressiblePolicy[] = [];
  readonly votes: Votes = { permits: [], forbids: [], permitsAll: false, forbidsAll: false, errsAlways: false };
  readonly #context: RowContext;
  readonly #terms: TermCompiler;

  constructor(context: RowContext) {
    this.#context = context;
    this.#terms = new TermCompiler(context);
  }

  add(policy: Policy): void {
    const { ast } = policy;
    const { evaluation } = this.#context;
    if (compileActionScope(ast.action)?.(evaluation) === false) return;
    if (compileEntityScope(ast.principal, 'principal', NOTHING_ASSURED)?.(evaluation) === false) return;
    try {
      this.#vote(policy, this.#exact(policy));
    } catch (error) {
      if (!(error instanceof InexpressibleError)) throw error;
      const text = error.place === undefined ? '' : printExpression(error.place).slice(0, MAX_TEXT);
      this.inexpressible.push({ policy: policy.info, code: error.code, text, message: error.message });
      // A forbid that is left out forbids nothing, which only selects more.
      if (policy.permits) this.#vote(policy, withoutErrors(this.#atLeast(policy)));
    }
  }

  #exact({ ast }: Policy): Term {
    return ast.conditions.reduce<Term>(
      (term, clause) => conjunction(term, () => this.#clause(clause)),
      this.#scope(ast.resource),
    );
  }

  #clause({ kind, body }: Condition): Term {
    const term = this.#terms.compile(body);
    return kind === 'when' ? term : negate(term);
  }

  /** What holds for at least the rows that a permit matches: of its parts, those that have an SQL form. */
  #atLeast({ ast }: Policy): Term {
    const parts = ast.conditions.flatMap((clause) =>
      clause.kind === 'when' ? conjuncts(clause.body).map((body): Condition => ({ kind: 'when', body })) : [clause],
    );
    const makers = [(): Term => this.#scope(ast.resource), ...parts.map((clause) => (): Term => this.#clause(clause))];
    return makers.reduce<Term>((term, make) => {
      try {
        const part = asBoolean(make());
        return conjunction(term, () => (part.kind === 'error' ? constantTerm(false) : part));
      } catch (error) {
        if (error instanceof InexpressibleError) return term;
        throw error;
      }
    }, TRUE);
  }

  #scope(scope: EntityScope): Term {
    const { row } = this.#context;
    switch (scope.kind) {
      case 'any':
        return TRUE;
      case 'equals':
        return compileEquals(row, constantTerm(scope.entity), this.#context);
      case 'in':
        return compileIn(row, constantTerm(scope.entity), this.#context);
      case 'is':
        if (row.type !== scope.type) return constantTerm(false);
        return scope.within === undefined ? TRUE : compileIn(row, constantTerm(scope.within), this.#context);
    }
  }

  #vote(policy: Policy, term: Term): void {
    const { votes } = this;
    const vote = asBoolean(term);
    if (vote.kind === 'boolean') (policy.permits ? votes.permits : votes.forbids).push(vote);
    else if (vote.kind === 'error') votes.errsAlways = true;
    else if (vote.kind === 'constant' && vote.value === true) votes[policy.permits ? 'permitsAll' : 'forbidsAll'] = true;
  }
}

/** Where a part is an error, the whole policy may still have none, because of a part that is left out. */
function withoutErrors(term: Term): Term {
  if (term.kind === 'error') return constantTerm(false);
  return term.kind === 'boolean' ? { ...term, nullable: false } : term;
}

function conjuncts(body: Expression): readonly Expression[] {
  return body.kind === 'and' ? [...conjuncts(body.left), ...conjuncts(body.right)] : [body];
}

/** Policies of many roles share few conditions: each is asked once. */
function distinct(conditions: readonly Sql[]): Sql[] {
  const seen = new Map<string, Sql>();
  for (const condition of conditions) {
    const { text, parameters } = renderSql(condition, 'sqlite');
    const key = JSON.stringify([
      text.replace(/menshen_\d+/g, 'menshen'),
      parameters.map((value) => [typeof value, String(value)]),
    ]);
    if (!seen.has(key)) seen.set(key, condition);
  }
  return [...seen.values()];
}

function combine(votes: Votes, refuseErrors: boolean): Sql | 'all' | 'none' {
  const { permits, forbids, permitsAll, forbidsAll, errsAlways } = votes;
  if (forbidsAll || (errsAlways && refuseErrors) || (!permitsAll && permits.length === 0)) return 'none';
  const allowed = permitsAll ? [] : distinct(permits.map((permit) => permit.holds));
  const notForbidden = distinct(
    forbids.map((forbid) => (refuseErrors || !forbid.nullable ? sql`NOT ${forbid.sql}` : sql`${forbid.sql} IS NOT TRUE`)),
  );
  // A single permit that holds has no error; one that does not, refuses in any case.
  const failing = refuseErrors && (permitsAll || allowed.length > 1) ? permits.filter((permit) => permit.nullable) : [];
  const withoutError = distinct(failing.map((permit) => sql`${permit.sql} IS NOT NULL`));
  const parts = [...(allowed.length === 0 ? [] : [sql`(${balanced(allowed, 'OR')})`]), ...notForbidden, ...withoutError];
  return parts.length === 0 ? 'all' : balanced(parts, 'AND');
}

function write(combined: Sql | 'all' | 'none', context: RowContext, firstPlaceholder: number): SqlCondition {
  const condition = typeof combined === 'string' ? raw(combined === 'all' ? 'TRUE' : 'FALSE') : combined;
  return renderSql(condition, context.dialect.name, firstPlaceholder);
}

/** See `CompiledPolicies.listCondition`. Throws what the entity source throws, and a TypeError for a mapping that cannot be used. */
export function compileListCondition(
  policies: readonly Policy[],
  context: RowContext,
  options: ListConditionOptions,
): ListCondition {
  const compiler = new ListCompiler(context);
  for (const policy of policies) compiler.add(policy);
  const { inexpressible, votes } = compiler;
  const refuse = options.inexpressible !== 'prefilter';
  if (inexpressible.length > 0 && refuse) return { ok: false, refusals: inexpressible };
  const { principal, principalEntity } = context.evaluation;
  const mayBeRow = principalEntity === undefined && principal.type === context.row.type;
  const first = options.firstPlaceholder ?? 1;
  try {
    const combined = mayBeRow ? 'none' : combine(votes, options.errors !== 'skip');
    const rows = typeof combined === 'string' ? combined : 'some';
    return {
      ok: true,
      where: write(combined, context, first),
      rows,
      exact: inexpressible.length === 0,
      approximated: inexpressible,
    };
  } catch (error) {
    if (!(error instanceof InexpressibleError)) throw error;
    const whole: InexpressiblePolicy = { policy: null, code: error.code, text: '', message: error.message };
    if (refuse) return { ok: false, refusals: [whole] };
    const approximated = [...inexpressible, whole];
    return { ok: true, where: write('all', context, first), rows: 'all', exact: false, approximated };
  }
}
