import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AppConfig } from '@menshen/contract';
import {
  type CompiledPolicies,
  describeRoutes,
  generateSchema,
  loadPolicies,
  type PolicyProblem,
  rolesNamedIn,
  type UntypedAttribute,
} from '@menshen/policy';
import type { ConfigProblem } from './load.ts';
import { fileProblem } from './syntax-words.ts';

const maxPolicyFiles = 500;
const maxPolicyBytes = 1_000_000;
const schemaName = 'schema.cedarschema';

export type PolicyFolderResult =
  | {
      readonly ok: true;
      readonly policies: CompiledPolicies;
      /** What loads and yet can hardly be meant: a policy that never matches, an attribute that policies cannot use. */
      readonly warnings: readonly ConfigProblem[];
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

export interface PolicyFile {
  readonly name: string;
  readonly text: string;
}

/** What policies are checked against. */
export interface PolicySchema {
  readonly text: string;
  /** Whether it is made from the apps' routes and the policies' roles. */
  readonly generated: boolean;
  readonly warnings: readonly ConfigProblem[];
}

/**
 * Loads every `.cedar` file of a folder, validated against its `schema.cedarschema`; without one, against the schema that the apps' routes give
 * (docs/reference/policies.md).
 */
export function loadPolicyFolder(folder: string, apps: readonly AppConfig[]): PolicyFolderResult {
  const broken = (zh: string, en: string): PolicyFolderResult => ({
    ok: false,
    problems: [{ line: null, column: null, field: 'policies', zh, en }],
  });
  let names: string[];
  try {
    names = readdirSync(folder)
      .filter((name) => name.endsWith('.cedar'))
      .sort();
  } catch (error) {
    const why = fileProblem(error);
    return broken(`策略目录 ${folder} 无法读取：${why.zh}。`, `The policy folder ${folder} cannot be read: ${why.en}.`);
  }
  if (names.length > maxPolicyFiles)
    return broken(`策略文件过多（上限 ${maxPolicyFiles}）。`, `There are more than ${maxPolicyFiles} policy files.`);
  try {
    const files = names.map((name) => ({ name, text: readBounded(join(folder, name)) }));
    return loadPolicySources(files, policySchema(folder, apps, files));
  } catch (error) {
    const path = error instanceof Error && 'path' in error ? ` ${String(error.path)}` : '';
    const why = error instanceof RangeError ? { zh: '过大', en: 'it is too large' } : fileProblem(error);
    return broken(`策略文件${path}无法读取：${why.zh}。`, `The policy file${path} cannot be read: ${why.en}.`);
  }
}

/** Compiles policy texts against a schema. */
export function loadPolicySources(files: readonly PolicyFile[], schema: PolicySchema): PolicyFolderResult {
  const loaded = loadPolicies({ files, schema: { name: schemaName, text: schema.text } });
  if (loaded.ok)
    return { ok: true, policies: loaded.policies, warnings: [...schema.warnings, ...loaded.warnings.map(warningView)] };
  return {
    ok: false,
    problems: loaded.problems.map((problem) => ({
      ...placeOf(problem),
      zh: `策略有误（${problem.code}）：${problem.message}`,
      en: `Policy error (${problem.code}): ${problem.message}`,
    })),
  };
}

/** The schema that a folder's policies are checked against: its own, else the one that the apps' routes and the roles that the policies name give. */
export function policySchema(folder: string, apps: readonly AppConfig[], files: readonly PolicyFile[]): PolicySchema {
  if (readdirSync(folder).includes(schemaName)) {
    return { text: readBounded(join(folder, schemaName)), generated: false, warnings: [] };
  }
  const { description, untyped } = describeRoutes(apps);
  return {
    text: generateSchema({ ...description, roles: rolesNamedIn(files) }),
    generated: true,
    warnings: untyped.map(untypedView),
  };
}

function placeOf({ file, line, column }: PolicyProblem): Pick<ConfigProblem, 'line' | 'column' | 'field'> {
  return { line: line ?? null, column: column ?? null, field: file === '' ? 'policies' : `policies/${file}` };
}

function warningView(warning: PolicyProblem): ConfigProblem {
  return {
    ...placeOf(warning),
    zh: `策略提示：${warning.message}`,
    en: `Policy warning: ${warning.message}`,
  };
}

function untypedView({ app, action, type, attribute, reason }: UntypedAttribute): ConfigProblem {
  const unknown = reason === 'unknown_type';
  return {
    line: null,
    column: null,
    field: `apps/${app}`,
    zh: unknown
      ? `动作 ${action} 的资源属性 ${attribute}（${type}）类型未知，策略不能使用它：请在接口的 schema 中写明类型。`
      : `资源属性 ${attribute}（${type}）在不同接口中类型不同，策略不能使用它（此处：动作 ${action}）。`,
    en: unknown
      ? `The type of the resource attribute ${attribute} (${type}) of action ${action} is not known, so no policy can use it: say it in the route's schema.`
      : `The resource attribute ${attribute} (${type}) has other types on other routes, so no policy can use it (here: action ${action}).`,
  };
}

function readBounded(path: string): string {
  if (statSync(path).size > maxPolicyBytes) throw Object.assign(new RangeError('file too large'), { path });
  return readFileSync(path, 'utf8');
}
