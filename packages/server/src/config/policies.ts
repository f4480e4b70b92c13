import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AppConfig } from '@menshen/contract';
import { type CompiledPolicies, describeRoutes, generateSchema, loadPolicies } from '@menshen/policy';
import type { ConfigProblem } from './load.ts';

const maxPolicyFiles = 500;
const maxPolicyBytes = 1_000_000;

export type PolicyFolderResult =
  | { readonly ok: true; readonly policies: CompiledPolicies }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

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
  } catch {
    return broken('策略目录无法读取。', 'The policy folder cannot be read.');
  }
  if (names.length > maxPolicyFiles)
    return broken(`策略文件过多（上限 ${maxPolicyFiles}）。`, `There are more than ${maxPolicyFiles} policy files.`);
  const read = (name: string): { name: string; text: string } => {
    const path = join(folder, name);
    if (statSync(path).size > maxPolicyBytes) throw new RangeError(name);
    return { name, text: readFileSync(path, 'utf8') };
  };
  try {
    const files = names.map(read);
    const schema = readdirSync(folder).includes('schema.cedarschema') ? read('schema.cedarschema') : routeSchema(apps);
    const loaded = loadPolicies({ files, schema });
    if (loaded.ok) return { ok: true, policies: loaded.policies };
    return {
      ok: false,
      problems: loaded.problems.map((problem) => ({
        line: problem.line ?? null,
        column: problem.column ?? null,
        field: `policies/${problem.file}`,
        zh: `策略有误（${problem.code}）：${problem.message}`,
        en: `Policy error (${problem.code}): ${problem.message}`,
      })),
    };
  } catch {
    return broken('策略文件过大或无法读取。', 'A policy file is too large or cannot be read.');
  }
}

/** The schema that the apps' routes give. */
function routeSchema(apps: readonly AppConfig[]): { name: string; text: string } {
  return { name: 'schema (from the routes)', text: generateSchema(describeRoutes(apps).description) };
}
