import type { PolicyAst } from './ast.ts';
import { policyFromJson, UnsupportedPolicyError } from './ast-from-json.ts';
import { CompiledPolicies } from './compiled-policies.ts';
import { countPolicies, EngineFailedError, type EngineFinding, isTemplate, parsePolicy, validatePolicies } from './engine.ts';
import type { ActionEntities } from './evaluation.ts';
import { type LoadedSchema, loadSchema } from './load-schema.ts';
import { parseMask } from './mask.ts';
import { ConditionCompiler, compilePolicy, type Policy } from './policy.ts';
import type { PolicyFile, PolicyProblem } from './policy-problem.ts';
import { createLongLiteralReader, type PolicySource, type SourceSize, scanPolicyText } from './scan-policy-text.ts';
import { positionAt, utf16Offset } from './text-position.ts';

/** Limits of what is loaded. The engine's stack is fixed and overflowing it breaks it for good, so sizes are checked first. */
export const LOAD_LIMITS = {
  /** UTF-16 units in a file. */
  fileLength: 1_048_576,
  /** UTF-16 units in a policy. */
  policyLength: 65_536,
  policies: 20_000,
  /** Brackets in brackets. */
  nesting: 32,
  /** Number of `if` in a policy. */
  conditionals: 64,
  /** Number of `&&`, `||`, `+`, `-`, `*`, `!`, `.` and `[` in a policy. */
  operators: 400,
} as const;

/** What is loaded: files of policies, and the schema that they are checked against. */
export interface PolicySources {
  readonly files: readonly PolicyFile[];
  /** In Cedar's syntax, or as JSON when its name ends with `.json`. Without one, nothing is checked but the syntax. */
  readonly schema: PolicyFile | null;
}

/** The loaded policies, or everything that is wrong with them. */
export type LoadResult =
  | { readonly ok: true; readonly policies: CompiledPolicies; readonly warnings: readonly PolicyProblem[] }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

interface ParsedPolicy {
  readonly id: string;
  readonly file: PolicyFile;
  readonly source: PolicySource;
  readonly ast: PolicyAst;
  readonly mask: readonly string[] | undefined;
}

type Parsed = { readonly policy: ParsedPolicy } | { readonly problems: readonly PolicyProblem[] };

function problemAt(file: PolicyFile, offset: number, code: PolicyProblem['code'], message: string): PolicyProblem {
  return { file: file.name, ...positionAt(file.text, offset), code, message };
}

function findingOffset(source: PolicySource, finding: EngineFinding): number {
  return source.offset + (finding.startByte === undefined ? 0 : utf16Offset(source.text, finding.startByte));
}

function exceededLimit(length: number, size: SourceSize): string | undefined {
  if (length > LOAD_LIMITS.policyLength) return `the policy is longer than ${LOAD_LIMITS.policyLength} characters`;
  if (size.nesting > LOAD_LIMITS.nesting) return `the policy is nested deeper than ${LOAD_LIMITS.nesting} brackets`;
  if (size.conditionals > LOAD_LIMITS.conditionals) return `the policy has more than ${LOAD_LIMITS.conditionals} \`if\``;
  if (size.operators > LOAD_LIMITS.operators) return `the policy has more than ${LOAD_LIMITS.operators} operators: split it`;
  return undefined;
}

function parseAst(source: PolicySource): PolicyAst | readonly EngineFinding[] {
  const answer = parsePolicy(source.text);
  if (!answer.ok) return answer.findings;
  if (source.rewritten === undefined) return policyFromJson(answer.value, () => undefined);
  const exact = parsePolicy(source.rewritten);
  if (!exact.ok) return exact.findings;
  const longs = createLongLiteralReader(source.longLiterals);
  const ast = policyFromJson(exact.value, longs.read);
  if (longs.count() === source.longLiterals) return ast;
  throw new UnsupportedPolicyError('a string starts like the notation that is reserved for large integers');
}

function ownAnnotation(ast: PolicyAst, name: string): string | undefined {
  return Object.hasOwn(ast.annotations, name) ? ast.annotations[name] : undefined;
}

function maskOf(ast: PolicyAst): readonly string[] | undefined | 'invalid' {
  const text = ownAnnotation(ast, 'mask');
  if (text === undefined) return undefined;
  return (ast.effect === 'permit' ? parseMask(text) : undefined) ?? 'invalid';
}

function parseOne(file: PolicyFile, source: PolicySource, number: number): Parsed {
  const limit = exceededLimit(source.text.length, source.size);
  if (limit !== undefined) return { problems: [problemAt(file, source.offset, 'too_large', limit)] };
  let ast: PolicyAst | readonly EngineFinding[];
  try {
    ast = parseAst(source);
  } catch (error) {
    if (!(error instanceof UnsupportedPolicyError)) throw error;
    return { problems: [problemAt(file, source.offset, 'unsupported_policy', error.message)] };
  }
  if ('effect' in ast) {
    const id = ownAnnotation(ast, 'id') ?? `${file.name}#${number}`;
    if (id === '') return { problems: [problemAt(file, source.offset, 'empty_id', 'the @id annotation is empty')] };
    const mask = maskOf(ast);
    if (mask === 'invalid') {
      const message = '@mask is for permits, and holds names of fields with commas between them';
      return { problems: [{ ...problemAt(file, source.offset, 'invalid_mask', message), policyId: id }] };
    }
    return { policy: { id, file, source, ast, mask } };
  }
  if (isTemplate(source.text)) {
    const message = 'templates are not supported: write the policy out for each principal or resource, or use a role';
    return { problems: [problemAt(file, source.offset, 'template', message)] };
  }
  return { problems: ast.map((found) => problemAt(file, findingOffset(source, found), 'syntax_error', found.message)) };
}

/** Two readers of a text must see the same policies: were ours wrong about where one ends, a policy could hide in another. */
function checkSplit(file: PolicyFile, expected: number): readonly PolicyProblem[] {
  const counted = countPolicies(file.text);
  if (counted.ok && counted.value === expected) return [];
  return [{ file: file.name, code: 'syntax_error', message: 'the file could not be split into policies unambiguously' }];
}

function parseFile(file: PolicyFile): { policies: ParsedPolicy[]; problems: PolicyProblem[] } {
  if (file.text.length > LOAD_LIMITS.fileLength) {
    const message = `the file is longer than ${LOAD_LIMITS.fileLength} characters`;
    return { policies: [], problems: [{ file: file.name, code: 'too_large', message }] };
  }
  const policies: ParsedPolicy[] = [];
  const problems: PolicyProblem[] = [];
  for (const [index, source] of scanPolicyText(file.text).entries()) {
    const parsed = parseOne(file, source, index + 1);
    if ('policy' in parsed) policies.push(parsed.policy);
    else problems.push(...parsed.problems);
  }
  if (problems.length === 0) problems.push(...checkSplit(file, policies.length));
  return { policies, problems };
}

function checkIds(policies: readonly ParsedPolicy[]): PolicyProblem[] {
  const seen = new Map<string, ParsedPolicy>();
  const problems: PolicyProblem[] = [];
  for (const policy of policies) {
    const first = seen.get(policy.id);
    if (first === undefined) {
      seen.set(policy.id, policy);
      continue;
    }
    const { line } = positionAt(first.file.text, first.source.offset);
    const message = `the policy id is already used at ${first.file.name}:${line}`;
    problems.push({ ...problemAt(policy.file, policy.source.offset, 'duplicate_id', message), policyId: policy.id });
  }
  return problems;
}

function validate(
  schema: LoadedSchema,
  policies: readonly ParsedPolicy[],
): { errors: PolicyProblem[]; warnings: PolicyProblem[] } {
  // Ids of our own: a policy's id is free text, and the engine writes it into its messages.
  const byKey = new Map(policies.map((policy, index) => [`policy${index}`, policy]));
  const answer = validatePolicies(schema.engineForm, new Map([...byKey].map(([key, policy]) => [key, policy.source.text])));
  if (!answer.ok) {
    const errors = answer.findings.map(({ message }) => ({ file: schema.file, code: 'schema_error', message }) as const);
    return { errors, warnings: [] };
  }
  const problem = (found: EngineFinding & { policy: string | undefined }, code: PolicyProblem['code']): PolicyProblem => {
    const policy = found.policy === undefined ? undefined : byKey.get(found.policy);
    if (policy === undefined) return { file: schema.file, code, message: found.message };
    const place = problemAt(policy.file, findingOffset(policy.source, found), code, found.message);
    return { ...place, policyId: policy.id };
  };
  return {
    errors: answer.value.errors.map((found) => problem(found, 'validation_error')),
    warnings: answer.value.warnings.map((found) => problem(found, 'validation_warning')),
  };
}

function compile(policies: readonly ParsedPolicy[], actions: ActionEntities): CompiledPolicies {
  const compiler = new ConditionCompiler();
  const compiled = policies.map(({ id, file, source, ast, mask }, order): Policy => {
    const { line } = positionAt(file.text, source.offset);
    const info = { id, file: file.name, line, text: source.text, ...(mask === undefined ? {} : { mask }) };
    return compilePolicy(ast, info, order, compiler);
  });
  return new CompiledPolicies(compiled, actions);
}

function load({ files, schema }: PolicySources): LoadResult {
  const parsed = files.map(parseFile);
  const policies = parsed.flatMap((file) => file.policies);
  const problems = [...parsed.flatMap((file) => file.problems), ...checkIds(policies)];
  if (policies.length > LOAD_LIMITS.policies) {
    problems.push({ file: '', code: 'too_large', message: `there are more than ${LOAD_LIMITS.policies} policies` });
  }
  const loadedSchema = schema === null ? undefined : loadSchema(schema);
  if (loadedSchema !== undefined && !loadedSchema.ok) problems.push(...loadedSchema.problems);
  if (problems.length > 0) return { ok: false, problems };
  if (loadedSchema === undefined || !loadedSchema.ok) {
    const message = 'there is no schema: misspelled types, attributes and actions are not found';
    return { ok: true, policies: compile(policies, new Map()), warnings: [{ file: '', code: 'no_schema', message }] };
  }
  const { errors, warnings } = validate(loadedSchema.schema, policies);
  if (errors.length > 0) return { ok: false, problems: errors };
  return { ok: true, policies: compile(policies, loadedSchema.schema.actions), warnings };
}

/**
 * Parses policies with the official Cedar engine, validates them against the schema in its strict mode, and compiles them.
 * All or nothing: one problem, and none is loaded. Never throws for what it is given; a failure of the engine itself is a problem
 * `engine_failed`, after which only a new process can load policies.
 */
export function loadPolicies(sources: PolicySources): LoadResult {
  try {
    return load(sources);
  } catch (error) {
    if (!(error instanceof EngineFailedError)) throw error;
    return { ok: false, problems: [{ file: '', code: error.code, message: error.message }] };
  }
}
