import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Config, configSchema } from '@menshen/contract';
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import type * as z from 'zod';
import { inChinese } from './schema-words.ts';
import { fileProblem, syntaxWords } from './syntax-words.ts';

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
      /** Whether nothing stands in the file: all is as it is by default. */
      readonly empty: boolean;
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
  } catch (error) {
    const why = fileProblem(error);
    return problem(
      '',
      `无法读取配置文件 ${path}：${why.zh}。请检查路径和权限。`,
      `The configuration file ${path} cannot be read: ${why.en}. Check the path and its permissions.`,
    );
  }
  return parseConfig(text, file, sources);
}

/** Validates the text of a configuration file that stands at `file`. */
export function parseConfig(text: string, file: string, sources: ConfigSources = systemSources()): ConfigResult {
  if (text.length > maxFileBytes)
    return problem('', '配置文件过大（上限 2 MB）。', 'The configuration file is larger than 2 MB.');
  const foreign = /[\0\uFFFD]/.exec(text);
  if (foreign !== null)
    return {
      ok: false,
      files: [],
      problems: [
        {
          line: text.slice(0, foreign.index).split('\n').length,
          column: null,
          field: '',
          zh: '文件不是 UTF-8 编码（可能是 GBK 或 UTF-16）。请用编辑器另存为 UTF-8。',
          en: 'The file is not UTF-8 (perhaps GBK or UTF-16). Save it as UTF-8 with an editor.',
        },
      ],
    };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true, merge: false });
  if (document.errors.length > 0) {
    return {
      ok: false,
      files: [],
      problems: syntaxProblems(document, lines, 20),
    };
  }
  const undefinedAliases = aliasProblems(document, lines);
  if (undefinedAliases.length > 0) return { ok: false, files: [], problems: undefinedAliases };
  const folder = dirname(file);
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: 50 }) ?? {};
    // An anchor may hold an alias of itself; what follows walks the tree and would not end.
    JSON.stringify(raw);
  } catch {
    return problem(
      '',
      'YAML 别名过多（上限 50），或引用了自身。',
      'The YAML aliases are too many (more than 50), or refer to themselves.',
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
            zh: '生产环境必须使用二次验证。请写 required，或删除此行。',
            en: 'Production needs second factors. Write required, or remove this line.',
          },
        ];
  if (config.environment === 'production' && exposed.length + lax.length > 0)
    return { ok: false, problems: [...exposed, ...lax], files };
  return {
    ...{ ok: true, config: { ...config, data: resolve(folder, config.data) } },
    ...{ file, folder, warnings: exposed, files, empty: document.contents === null },
  };
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
    // Where a path was meant, a secret may have been written: it is not repeated.
    try {
      const text = sources.readFile(resolve(folder, value.slice(5)));
      if (text.length <= maxSecretBytes) return text.trim();
      report(path, '引用的文件过大（上限 64 KiB）。', 'The file that is referred to is larger than 64 KiB.');
    } catch (error) {
      const why = fileProblem(error);
      report(
        path,
        `引用的文件无法读取：${why.zh}（相对路径从 ${folder} 算起）。`,
        `The file that is referred to cannot be read: ${why.en} (relative paths begin at ${folder}).`,
      );
    }
    return '';
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

/** The first faults of a document that is no proper YAML; none for one that is. What follows on the line of a fault mostly follows from it. */
export function syntaxProblems({ errors }: Pick<Document, 'errors'>, lines: LineCounter, most: number): ConfigProblem[] {
  const seen = new Set<number>();
  return errors
    .map(({ code, pos }) => ({ code, at: lines.linePos(pos[0]) }))
    .filter(({ at }) => !seen.has(at.line) && seen.add(at.line).size > 0)
    .slice(0, most)
    .map(({ code, at }) => ({ line: at.line, column: at.col, field: '', ...syntaxWords(code) }));
}

/** Aliases of anchors that stand nowhere before them. */
function aliasProblems(document: Document, lines: LineCounter): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(document, {
    Alias(_key, node) {
      if (node.resolve(document) !== undefined || problems.length >= 20) return;
      const at = lines.linePos(node.range?.[0] ?? 0);
      problems.push({
        line: at.line,
        column: at.col,
        field: '',
        zh: '这个别名之前没有同名的锚点（&）。以 * 开头的文字须加引号。',
        en: 'Before this alias there is no anchor (&) of its name. A text that begins with * needs quotes.',
      });
    },
  });
  return problems;
}

/**
 * Finds the lines of problems that name a field and no line: what is found only when everything is put together. Fields that do not stand in the file, and
 * files that cannot be read any more, leave a problem as it is.
 */
export function locateProblems(
  problems: readonly ConfigProblem[],
  path: string,
  sources: ConfigSources = systemSources(),
): ConfigProblem[] {
  if (problems.every(({ line, field }) => line !== null || field === '')) return [...problems];
  try {
    const lines = new LineCounter();
    const root = parseDocument(sources.readFile(resolve(path)), { lineCounter: lines }).contents as Node | null;
    return problems.map((one) => {
      const parts = one.line === null ? fieldPath(one.field) : null;
      if (parts === null || !isMap(root) || !root.has(parts[0])) return one;
      return { ...one, ...place(root, parts, lines) };
    });
  } catch {
    return [...problems];
  }
}

/** `apps[0].routes[2].match` in its parts; null for what is no path of fields. */
function fieldPath(field: string): (string | number)[] | null {
  if (!/^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_-]*|\[\d+\])*$/.test(field)) return null;
  return (field.match(/[A-Za-z][A-Za-z0-9_-]*|\d+(?=\])/g) ?? []).map((part) => (/^\d/.test(part) ? Number(part) : part));
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
    case 'invalid_union': {
      // What was tried at the greatest depth is what was meant.
      const tried = issue.errors.flatMap((branch) => branch.slice(0, 1));
      const depth = (one: z.core.$ZodIssue): number => one.path.length * 2 + Number(one.code !== 'invalid_type');
      const [first, ...others] = tried.toSorted((a, b) => depth(b) - depth(a));
      if (first === undefined) return formatWords(issue.message);
      const words = explain(first);
      const where = fieldName(first.path);
      const more = others.some((one) => depth(one) === depth(first));
      return {
        zh: `${where === '' ? '' : `${where}：`}${words.zh}${more ? '（也可用另一种写法，见文档。）' : ''}`,
        en: `${where === '' ? '' : `${where}: `}${words.en}${more ? ' (There are other forms; see the documentation.)' : ''}`,
      };
    }
    case 'invalid_format':
      if (issue.format === 'url' && issue.message.startsWith('Invalid'))
        return {
          zh: '应为以 http:// 或 https:// 开头的完整网址，如 http://127.0.0.1:8080。',
          en: 'Must be a whole address that begins with http:// or https://, such as http://127.0.0.1:8080.',
        };
      if (issue.format === 'regex' && issue.message.startsWith('Invalid') && issue.pattern !== undefined)
        return { zh: `格式不正确，应符合 ${issue.pattern}。`, en: `Wrong format: must match ${issue.pattern}.` };
      return formatWords(issue.message);
    default:
      return formatWords(issue.message);
  }
}

const formatWords = (message: string): { zh: string; en: string } => ({
  zh: `不符合要求：${inChinese(message) ?? message}。`,
  en: `Not valid: ${message}.`,
});
