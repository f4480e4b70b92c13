/**
 * A text file read without its grammar: comments, literals, the name each literal is given, and the brackets around it. It works for every
 * language of a repository, on files that no parser takes, in one pass.
 */
export interface SourceText {
  readonly text: string;
  /** The text with comments as spaces (line breaks stay), so that offsets and lines are those of the file. */
  readonly code: string;
  readonly literals: readonly Literal[];
  readonly comments: readonly Comment[];
}

export interface Comment {
  readonly start: number;
  readonly end: number;
}

/** How a literal stands to the name beside it. */
export type Relation =
  /** `name = 'x'`, `name: 'x'`, `name => 'x'`, an attribute. */
  | 'assigned'
  /** `name = env || 'x'`: used where the first operand is empty. */
  | 'fallback'
  /** `name = prefix + 'x'`. */
  | 'joined'
  /** `name == 'x'`. */
  | 'compared'
  /** `call(…, 'x')`: `name` is the call's name. */
  | 'argument'
  /** `name = ['x']`. */
  | 'element'
  | 'none';

export interface Literal {
  /** Without its quotes; escapes as they stand. At most {@link longestValue} characters, longer ones are cut. */
  readonly value: string;
  /** Offset of the value's first character. */
  readonly start: number;
  readonly end: number;
  readonly relation: Relation;
  /** Last part of the name: `secret` of `config.wx.secret`; empty where there is none. */
  readonly name: string;
  /** Dotted name as written, such as `config.wx.secret`. */
  readonly fullName: string;
  /** Position among the arguments, from 0; -1 where it is none. */
  readonly argument: number;
  /** Something is joined after it, or it has `${…}`: the whole value is not known. */
  readonly partial: boolean;
  /** Bracket or block it stands in; null at the top of the file. */
  readonly scope: Scope | null;
  readonly inComment: boolean;
}

/** A bracketed part of a file, or a block of YAML. */
export interface Scope {
  readonly open: '{' | '(' | '[';
  /** Name given to it: `wechat` of `wechat: {`, `wx.request` of `wx.request(`. */
  readonly name: string;
  readonly start: number;
  end: number;
  readonly parent: Scope | null;
  /** Names given to something directly in it, in lower case letters and digits only; at most {@link mostKeys}. */
  readonly keys: Set<string>;
  /** Arguments or elements passed so far. */
  position: number;
}

export const longestValue = 4096;
export const mostKeys = 400;

/** `appSecret_key` → `appsecretkey`: names compare without their case and joints. */
export function plainName(name: string): string {
  return name.replace(/[^A-Za-z0-9\u4e00-\u9fff]/g, '').toLowerCase();
}

/** Names around a literal, the outermost first, then its own: `config.wechat.secret`. */
export function pathOf({ scope, fullName, relation }: Literal): string {
  const names: string[] = relation === 'argument' ? [] : [fullName];
  let depth = 0;
  for (let at = scope; at !== null && depth < 12; at = at.parent, depth += 1)
    if (at.name !== '' && at.open !== '(') names.push(at.name);
  return names.reverse().join('.');
}

/** Calls around a literal, the innermost first. */
export function callsAround({ scope }: Literal): string[] {
  const names: string[] = [];
  let depth = 0;
  for (let at = scope; at !== null && depth < 12; at = at.parent, depth += 1)
    if (at.open === '(' && at.name !== '') names.push(at.name);
  return names;
}
