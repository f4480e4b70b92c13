import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { refuse, SigmaError, type SigmaProblem } from './problem.ts';

/** A number with the text that stands in the file: Sigma compares values as strings, and `0x17` is not `23` to a log that writes `0x17`. */
export class YamlNumber {
  readonly value: number;
  readonly source: string;
  constructor(value: number, source: string) {
    this.value = value;
    this.source = source;
  }
}

export type YamlValue = null | boolean | string | YamlNumber | readonly YamlValue[] | YamlMap;
export type YamlMap = ReadonlyMap<string, YamlValue>;

/** Characters of one file. */
export const maxFileLength = 16 * 1_048_576;
/** Characters of one document. */
export const maxDocumentLength = 524_288;
const maxDocuments = 10_000;
const maxDepth = 24;
/** Values of one document, with those that aliases repeat. */
const maxValues = 20_000;
/** Brackets that stand open at once, and columns before a line begins: the YAML parser calls itself for each. */
const maxOpenBrackets = 2_000;
const maxIndent = 200;

/** One document of a file, read or refused. */
export type YamlDocument =
  | { readonly line: number; readonly value: YamlValue; readonly problem?: undefined }
  | { readonly line: number; readonly value?: undefined; readonly problem: SigmaProblem };

/**
 * Reads the documents of a YAML 1.2 file (core schema). Its cost is bounded whatever the file holds: sizes, number of documents, depth and number of
 * values are limited, aliases count with everything that they repeat. Empty documents are left out. A document that is broken does not take the
 * others with it.
 */
export function readYaml(text: string): readonly YamlDocument[] {
  if (text.length > maxFileLength)
    return [{ line: 1, problem: problem('file_too_large', '文件超过 16 MiB。', 'The file is larger than 16 MiB.') }];
  const pieces = splitDocuments(text);
  if (pieces.length > maxDocuments)
    return [
      {
        line: 1,
        problem: problem(
          'limit_exceeded',
          `文件中的文档超过 ${maxDocuments} 个。`,
          `The file holds more than ${maxDocuments} documents.`,
        ),
      },
    ];
  return pieces.flatMap(readDocument);
}

interface Piece {
  readonly text: string;
  /** Line of the file on which the piece begins, from 1. */
  readonly line: number;
}

/** Cuts at the lines that YAML reserves for it (§9.1.2): nothing else can begin with `---` in the first column. */
function splitDocuments(text: string): Piece[] {
  const pieces: Piece[] = [];
  const marker = /^(?:---(?=[ \t\r\n]|$)|\.\.\.[ \t]*\r?$)/gm;
  let from = 0;
  let line = 1;
  const take = (to: number, next: number): void => {
    const piece = text.slice(from, to);
    if (hasContent(piece)) pieces.push({ text: piece, line });
    line += countLines(text, from, next);
    from = next;
  };
  for (let match = marker.exec(text); match !== null && pieces.length <= maxDocuments; match = marker.exec(text))
    take(match.index, match.index + match[0].length);
  take(text.length, text.length);
  return pieces;
}

/** Whether there is more than blank lines, comments and the directives that stand before a `---`. */
const hasContent = (piece: string): boolean => /^[ \t]*[^ \t\r\n#%]/m.test(piece);

function countLines(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function readDocument({ text, line }: Piece): YamlDocument[] {
  const before = complexity(text);
  if (before !== null) return [{ line, problem: before }];
  let document: ReturnType<typeof parseDocument>;
  try {
    document = parseDocument(text, { uniqueKeys: false, strict: true, prettyErrors: false, logLevel: 'silent' });
  } catch {
    return [
      {
        line,
        problem: problem(
          'yaml_too_complex',
          '文档无法解析：嵌套过深。',
          'The document cannot be parsed: it is nested too deeply.',
        ),
      },
    ];
  }
  const first = line + countLines(text, 0, document.contents?.range?.[0] ?? 0);
  const [error] = document.errors;
  if (error !== undefined) {
    const at = line + countLines(text, 0, error.pos[0]);
    return [
      {
        line: first,
        problem: problem(
          'yaml_invalid',
          `第 ${at} 行不是有效的 YAML（${error.code}）。`,
          `Line ${at} is not valid YAML (${error.code}).`,
        ),
      },
    ];
  }
  if (document.contents === null) return [];
  try {
    const value = toValue(document.contents as Node, 0, { values: maxValues }, new Map());
    return value === null ? [] : [{ line: first, value }];
  } catch (thrown) {
    if (!(thrown instanceof SigmaError)) throw thrown;
    return [{ line: first, problem: thrown.problem }];
  }
}

function problem(code: SigmaProblem['code'], zh: string, en: string): SigmaProblem {
  return { code, zh, en, path: '' };
}

/** What would make the YAML parser call itself too deeply or read for too long. */
function complexity(text: string): SigmaProblem | null {
  if (text.length > maxDocumentLength)
    return problem('limit_exceeded', '文档超过 512 KiB。', 'The document is larger than 512 KiB.');
  let open = 0;
  let deepest = 0;
  let indent = 0;
  let deepestIndent = 0;
  let atStart = true;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x0a) {
      atStart = true;
      indent = 0;
    } else if (atStart && (code === 0x20 || code === 0x2d || code === 0x3f || code === 0x3a)) {
      if (code !== 0x20) indent += 4;
    } else {
      if (atStart && indent > deepestIndent) deepestIndent = indent;
      atStart = false;
      if (code === 0x5b || code === 0x7b) {
        open += 1;
        if (open > deepest) deepest = open;
      } else if ((code === 0x5d || code === 0x7d) && open > 0) open -= 1;
    }
  }
  // Brackets inside strings count too, so that the bound is generous.
  return deepest > maxOpenBrackets || deepestIndent > maxIndent
    ? problem('yaml_too_complex', '文档无法解析：嵌套过深。', 'The document cannot be parsed: it is nested too deeply.')
    : null;
}

function toValue(node: Node, depth: number, budget: { values: number }, anchors: Map<string, Node>): YamlValue {
  budget.values -= 1;
  if (budget.values < 0) refuse('yaml_too_complex', '', '文档中的值过多。', 'The document holds too many values.');
  if (depth > maxDepth) refuse('yaml_too_complex', '', '文档嵌套过深。', 'The document is nested too deeply.');
  if (isAlias(node)) {
    const target = anchors.get(node.source);
    if (target === undefined) refuse('yaml_invalid', '', '引用了不存在的锚点。', 'An alias names an anchor that does not exist.');
    return toValue(target, depth + 1, budget, anchors);
  }
  if (isScalar(node)) {
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    return scalar(node.value, node.source);
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => toValue(item as Node, depth + 1, budget, anchors));
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    return items;
  }
  if (isMap(node)) {
    const map = new Map<string, YamlValue>();
    for (const { key, value } of node.items) {
      const name = keyText(toValue(key as Node, depth + 1, budget, anchors));
      if (map.has(name)) refuse('yaml_invalid', name, '同一个键出现了两次。', 'A key occurs twice.');
      map.set(name, value === null ? null : toValue(value as Node, depth + 1, budget, anchors));
    }
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    return map;
  }
  return null;
}

function scalar(value: unknown, source: string | undefined): YamlValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
    case 'bigint':
      return new YamlNumber(Number(value), source ?? String(value));
    default:
      return null;
  }
}

function keyText(key: YamlValue): string {
  if (typeof key === 'string') return key;
  if (key instanceof YamlNumber) return key.source;
  if (typeof key === 'boolean') return String(key);
  if (key === null) return 'null';
  return refuse('yaml_invalid', '', '键必须是文字。', 'A key must be a text.');
}

/** The value as a map, or null. */
export const asMap = (value: YamlValue | undefined): YamlMap | null => (value instanceof Map ? value : null);
export const asList = (value: YamlValue | undefined): readonly YamlValue[] | null =>
  Array.isArray(value) ? (value as readonly YamlValue[]) : null;
