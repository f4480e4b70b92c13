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

export interface PolicyFile {
  readonly name: string;
  readonly text: string;
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
  } catch {
    return broken('策略目录无法读取。', 'The policy folder cannot be read.');
  }
  if (names.length > maxPolicyFiles)
    return broken(`策略文件过多（上限 ${maxPolicyFiles}）。`, `There are more than ${maxPolicyFiles} policy files.`);
  try {
    return loadPolicySources(
      names.map((name) => ({ name, text: readBounded(join(folder, name)) })),
      policySchema(folder, apps).text,
    );
  } catch {
    return broken('策略文件过大或无法读取。', 'A policy file is too large or cannot be read.');
  }
}

/** Compiles policy texts against a schema. */
export function loadPolicySources(files: readonly PolicyFile[], schema: string): PolicyFolderResult {
  const loaded = loadPolicies({ files, schema: { name: 'schema.cedarschema', text: schema } });
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
}

/** The schema that a folder's policies are checked against: its own, else the one that the apps' routes give. */
export function policySchema(folder: string, apps: readonly AppConfig[]): { readonly text: string; readonly generated: boolean } {
  if (readdirSync(folder).includes('schema.cedarschema')) {
    return { text: readBounded(join(folder, 'schema.cedarschema')), generated: false };
  }
  return { text: generateSchema(describeRoutes(apps).description), generated: true };
}

function readBounded(path: string): string {
  if (statSync(path).size > maxPolicyBytes) throw new RangeError('file too large');
  return readFileSync(path, 'utf8');
}
