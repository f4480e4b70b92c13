import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Config, configSchema } from '@menshen/contract';
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import type * as z from 'zod';

const maxFileBytes = 2_000_000;
const maxSecretBytes = 65_536;

/** One thing that is wrong in a YAML file of the operator's, the configuration or a playbook: where it stands, what it is, and how to mend it, in both languages. */
export interface ConfigProblem {
  readonly line: number | null;
  readonly column: number | null;
  /** Dotted path of the field, such as `apps[0].routes[2].match`. */
  readonly field: string;
  readonly zh: string;
  readonly en: string;
}

export type ConfigResult =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly file: string;
      readonly folder: string;
      readonly warnings: readonly ConfigProblem[];
      /** Absolute paths of what `file:` refers to. */
      readonly files: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[]; readonly files: readonly string[] };

/** What the loader may touch; handed in so that tests need neither files nor environment. */
export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string;
}

const systemSources = (): ConfigSources => ({ env: process.env, readFile: (path) => readFileSync(path, 'utf8') });

/** Fields that hold secrets: a literal there is refused in production. */
const secretFields =
  /(^|\.)(secret|contactsSecret|token|aesKey|master|secretKey|accessKeySecret|clientSecret|tls\.key|symmetric\.key|privateKey|apiV3Key|drill\.identity)$/;

/** Reads, resolves and validates a configuration file. */
export function loadConfig(path: string, sources: ConfigSources = systemSources()): ConfigResult {
  const file = resolve(path);
  let text: string;
  try {
    text = sources.readFile(file);
  } catch {
    return problem(
      '',
      `无法读取配置文件 ${path}。请检查路径和权限。`,
      `The configuration file ${path} cannot be read. Check the path and its permissions.`,
    );
  }
  return parseConfig(text, file, sources);
}

/** Validates the text of a configuration file that stands at `file`. */
export function parseConfig(text: string, file: string, sources: ConfigSources = systemSources()): ConfigResult {
  if (text.length > maxFileBytes)
    return problem('', '配置文件过大（上限 2 MB）。', 'The configuration file is larger than 2 MB.');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true, merge: false });
  if (document.errors.length > 0) {
    return {
      ok: false,
      files: [],
      problems: syntaxProblems(document, lines, 20),
    };
  }
  const folder = dirname(file);
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: 50 }) ?? {};
    // An anchor may hold an alias of itself; what follows walks the tree and would not end.
    JSON.stringify(raw);
  } catch {
    return problem(
      '',
      'YAML 别名过多、未定义或引用了自身。',
      'The YAML aliases are too many, undefined, or refer to themselves.',
    );
  }
  const problems: ConfigProblem[] = [];
  const literals: (string | number)[][] = [];
  const at = (path: readonly PropertyKey[]): { line: number | null; column: number | null } =>
    place(document.contents as Node | null, path, lines);
  const files: string[] = [];
  const following: ConfigSources = {
    env: sources.env,
    readFile(path) {
      files.push(path);
      return sources.readFile(path);
    },
  };
  const resolved = resolveReferences(raw, [], folder, following, literals, (path, zh, en) =>
    problems.push({ ...at(path), field: fieldName(path), zh, en }),
  );
  if (problems.length > 0) return { ok: false, problems, files };
  const parsed = configSchema.safeParse(resolved);
  if (!parsed.success) {
    return {
      ok: false,
      files,
      problems: parsed.error.issues.slice(0, 50).map((issue) => {
        // zod names the object that holds an unknown field; the reader looks for the field itself.
        const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
        return { ...at(path), field: fieldName(path), ...explain(issue) };
      }),
    };
  }
  const config = parsed.data;
  const exposed = literals.map((path) => ({
    ...at(path),
    field: fieldName(path),
    zh: '密钥不应直接写在配置文件中。请改用 ${环境变量} 或 file:路径。',
    en: 'A secret must not stand in the file itself. Use ${ENVIRONMENT_VARIABLE} or file:PATH.',
  }));
  const lax =
    config.console.secondFactor === 'required'
      ? []
      : [
          {
            ...at(['console', 'secondFactor']),
            field: 'console.secondFactor',
            zh: '生产环境必须使用第二因素。请写 required，或删除此行。',
            en: 'Production needs second factors. Write required, or remove this line.',
          },
        ];
  if (config.environment === 'production' && exposed.length + lax.length > 0)
    return { ok: false, problems: [...exposed, ...lax], files };
  return { ok: true, config: { ...config, data: resolve(folder, config.data) }, file, folder, warnings: exposed, files };
}

function problem(field: string, zh: string, en: string): ConfigResult {
  return { ok: false, problems: [{ line: null, column: null, field, zh, en }], files: [] };
}

/** Replaces `${NAME}` and `file:PATH` in strings. `file:` of the store is an address, not a reference. */
function resolveReferences(
  value: unknown,
  path: (string | number)[],
  folder: string,
  sources: ConfigSources,
  literals: (string | number)[][],
  report: (path: readonly PropertyKey[], zh: string, en: string) => void,
): unknown {
  if (Array.isArray(value))
    return value.map((item: unknown, at) => resolveReferences(item, [...path, at], folder, sources, literals, report));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        resolveReferences(item, [...path, key], folder, sources, literals, report),
      ]),
    );
  }
  if (typeof value !== 'string') return value;
  const name = fieldName(path);
  const isSecret = secretFields.test(name);
  if (value.startsWith('file:') && path[0] !== 'store') {
    try {
      const text = sources.readFile(resolve(folder, value.slice(5)));
      if (text.length > maxSecretBytes) throw new Error('too large');
      return text.trim();
    } catch {
      report(path, '引用的文件无法读取。', 'The file that is referred to cannot be read.');
      return '';
    }
  }
  if (isSecret && !/\$\{[A-Za-z_][A-Za-z0-9_]*\}/.test(value)) literals.push(path);
  return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_match, variable: string) => {
    const found = sources.env[variable];
    if (found === undefined) report(path, `环境变量 ${variable} 未设置。`, `The environment variable ${variable} is not set.`);
    return found ?? '';
  });
}

export function fieldName(path: readonly PropertyKey[]): string {
  return path.map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${String(part)}`)).join('');
}

/** Line and column of a field, or of its nearest parent that stands in the file. */
export function place(
  node: Node | null,
  path: readonly PropertyKey[],
  lines: LineCounter,
): { line: number | null; column: number | null } {
  let at: Node | null = node;
  let offset = node?.range?.[0] ?? null;
  for (const part of path) {
    if (isMap(at)) {
      const pair: Pair | undefined = (at as YAMLMap).items.find((item) => isScalar(item.key) && item.key.value === part);
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      at = (pair.value as Node | null) ?? null;
    } else if (isSeq(at) && typeof part === 'number') {
      at = (at.items[part] as Node | undefined) ?? null;
      offset = at?.range?.[0] ?? offset;
    } else break;
  }
  if (offset === null) return { line: null, column: null };
  const found = lines.linePos(offset);
  return { line: found.line, column: found.col };
}

/** The first faults of a document that is no proper YAML; none for one that is. */
export function syntaxProblems({ errors }: Pick<Document, 'errors'>, lines: LineCounter, most: number): ConfigProblem[] {
  return errors.slice(0, most).map(({ code, pos }) => {
    const at = lines.linePos(pos[0]);
    return { line: at.line, column: at.col, field: '', zh: `YAML 语法错误（${code}）。`, en: `YAML syntax error (${code}).` };
  });
}

/** What is wrong and how to mend it. Values from the file are not repeated: one of them may be a secret. */
export function explain(issue: z.core.$ZodIssue): { zh: string; en: string } {
  switch (issue.code) {
    case 'unrecognized_keys':
      return {
        zh: `不认识的字段：${issue.keys.join('、')}。请检查拼写，或删除它。`,
        en: `Unknown field: ${issue.keys.join(', ')}. Check the spelling or remove it.`,
      };
    case 'invalid_type':
      return {
        zh: `类型应为 ${issue.expected}，或此处缺少必填内容。`,
        en: `Must be of type ${issue.expected}, or a required value is missing.`,
      };
    case 'invalid_value':
      return {
        zh: `只能是：${issue.values.map(String).join('、')}。`,
        en: `Must be one of: ${issue.values.map(String).join(', ')}.`,
      };
    case 'too_small':
      return {
        zh: `过小或过短，至少 ${String(issue.minimum)}。`,
        en: `Too small or too short; at least ${String(issue.minimum)}.`,
      };
    case 'too_big':
      return {
        zh: `过大或过长，至多 ${String(issue.maximum)}。`,
        en: `Too large or too long; at most ${String(issue.maximum)}.`,
      };
    case 'invalid_format':
      return { zh: `格式不正确：${issue.message}。`, en: `Wrong format: ${issue.message}.` };
    default:
      return { zh: `不符合要求：${issue.message}。`, en: `Not valid: ${issue.message}.` };
  }
}
