import type { Comparison, Matcher } from '../model.ts';
import { refuse } from '../problem.ts';
import { LinearRegExp } from '../regexp/linear.ts';
import { UnsupportedPattern } from '../regexp/syntax.ts';
import { YamlNumber, type YamlValue } from '../yaml.ts';
import { parseNetwork } from './cidr.ts';
import { base64, base64Offsets, bytesAsText, utf8, utf16 } from './encode.ts';
import {
  any,
  endsWithAny,
  findPlaceholders,
  joined,
  literalOf,
  maxValueLength,
  type Part,
  type Pattern,
  parsePattern,
  startsWithAny,
  windash,
} from './pattern.ts';
import type { TimePart } from './time-part.ts';

const transformations = new Set([
  'contains',
  'startswith',
  'endswith',
  'windash',
  'base64',
  'base64offset',
  'wide',
  'utf16',
  'utf16le',
  'utf16be',
  'expand',
]);
const comparisons = new Set<string>(['lt', 'lte', 'gt', 'gte']);
const timeParts = new Set<string>(['minute', 'hour', 'day', 'week', 'month', 'year']);
const flagNames = new Map<string, 'ignoreCase' | 'multiline' | 'dotAll'>([
  ['i', 'ignoreCase'],
  ['ignorecase', 'ignoreCase'],
  ['m', 'multiline'],
  ['multiline', 'multiline'],
  ['s', 'dotAll'],
  ['dotall', 'dotAll'],
]);
const others = new Set(['all', 'neq', 'cased', 're', 'cidr', 'exists', 'fieldref']);

/** What the modifiers of one key ask for, read once for all of its values. */
export interface Modifiers {
  readonly names: readonly string[];
  readonly all: boolean;
  readonly negated: boolean;
  readonly cased: boolean;
  readonly anchored: boolean;
}

/** Values of placeholders, by name without percent signs. */
export type Placeholders = ReadonlyMap<string, readonly string[]>;

const maxAlternatives = 10_000;

export function readModifiers(names: readonly string[], path: string): Modifiers {
  for (const name of names)
    if (!transformations.has(name) && !comparisons.has(name) && !timeParts.has(name) && !flagNames.has(name) && !others.has(name))
      refuse('modifier_unknown', path, '没有这个修饰符。', 'There is no such modifier.');
  const has = (name: string): boolean => names.includes(name);
  const kinds =
    ['re', 'cidr', 'exists'].filter(has).length +
    (names.some((name) => comparisons.has(name)) ? 1 : 0) +
    (has('fieldref') ? 1 : 0);
  const misuse = (): never => refuse('modifier_misused', path, '这些修饰符不能一起使用。', 'These modifiers cannot be combined.');
  if (
    kinds > 1 ||
    names.filter((name) => comparisons.has(name)).length > 1 ||
    names.filter((name) => timeParts.has(name)).length > 1
  )
    misuse();
  if (names.some((name) => flagNames.has(name)) && !has('re')) misuse();
  const encodings = names.some((name) =>
    ['windash', 'base64', 'base64offset', 'wide', 'utf16', 'utf16le', 'utf16be'].includes(name),
  );
  const numeric = names.some((name) => comparisons.has(name) || timeParts.has(name));
  const textual = names.some((name) => transformations.has(name) || name === 'cased');
  if ((has('re') || has('cidr') || has('fieldref')) && encodings) misuse();
  if ((has('cidr') || has('exists') || numeric) && textual && !(has('cidr') && names.includes('expand'))) misuse();
  if ((has('re') || has('cidr') || has('exists') || has('fieldref')) && names.some((name) => timeParts.has(name))) misuse();
  return { names, all: has('all'), negated: has('neq'), cased: has('cased'), anchored: has('startswith') || has('endswith') };
}

/** Turns a value of a rule into how it is tested. */
export function matcherOf(value: YamlValue, modifiers: Modifiers, placeholders: Placeholders, path: string): Matcher {
  const { names } = modifiers;
  if (value instanceof Map || Array.isArray(value))
    refuse('value_invalid', path, '这里只能是一个值。', 'Only a single value can stand here.');
  const single = value as null | boolean | string | YamlNumber;
  const text = typeof single === 'string' ? single : single instanceof YamlNumber ? single.source : String(single);
  if (text.length > maxValueLength)
    refuse('pattern_too_long', path, '值超过 8192 个字符。', 'The value is longer than 8,192 characters.');
  const part = names.find((name) => timeParts.has(name)) as TimePart | undefined;
  const comparison = names.find((name) => comparisons.has(name)) as Comparison | undefined;
  if (part !== undefined) return { kind: 'timePart', part, comparison: comparison ?? 'eq', value: numberOf(single, path) };
  if (comparison !== undefined) return { kind: 'compare', comparison, value: numberOf(single, path) };
  if (names.includes('exists')) return { kind: 'exists', value: booleanOf(single, path) };
  const textual =
    names.some((name) => transformations.has(name)) ||
    names.includes('re') ||
    names.includes('cidr') ||
    names.includes('fieldref');
  if (single === null) {
    if (textual) refuse('modifier_misused', path, '这个修饰符不能用于 null。', 'This modifier cannot be applied to null.');
    return { kind: 'null' };
  }
  if (!textual && !modifiers.cased) {
    if (single instanceof YamlNumber) return { kind: 'number', value: single.value, source: single.source };
    if (typeof single === 'boolean') return { kind: 'boolean', value: single };
  }
  if (names.includes('re')) return regExpMatcher(text, modifiers, placeholders, path);
  if (names.includes('fieldref')) return fieldReference(text, modifiers, path);
  return patternMatcher(text, modifiers, placeholders, path);
}

function numberOf(value: null | boolean | string | YamlNumber, path: string): number {
  const number =
    value instanceof YamlNumber
      ? value.value
      : typeof value === 'string' && /^\s*[+-]?\d{1,20}(?:\.\d{1,20})?\s*$/.test(value)
        ? Number(value)
        : Number.NaN;
  if (!Number.isFinite(number)) refuse('value_invalid', path, '这个修饰符需要数字。', 'This modifier needs a number.');
  return number;
}

function booleanOf(value: null | boolean | string | YamlNumber, path: string): boolean {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (text === 'true' || text === 'yes') return true;
  if (text === 'false' || text === 'no') return false;
  return refuse('value_invalid', path, 'exists 需要 true 或 false。', 'exists needs true or false.');
}

function regExpMatcher(text: string, modifiers: Modifiers, placeholders: Placeholders, path: string): Matcher {
  const flags = { ignoreCase: false, multiline: false, dotAll: false };
  for (const name of modifiers.names) {
    const flag = flagNames.get(name);
    if (flag !== undefined) flags[flag] = true;
  }
  const compile = (source: string): Matcher => {
    try {
      new LinearRegExp(source, flags);
    } catch (error) {
      if (!(error instanceof UnsupportedPattern)) throw error;
      refuse(
        'regexp_unsupported',
        path,
        `正则表达式不能使用：${error.zh}。`,
        `The regular expression cannot be used: ${error.message}.`,
      );
    }
    return { kind: 'regexp', source, ...flags };
  };
  if (!modifiers.names.includes('expand')) return compile(text);
  const expanded = fillIn(findPlaceholders([text]), placeholders, path, (value) => [value]);
  if (!Array.isArray(expanded)) return expanded as Matcher;
  return oneOf((expanded as readonly Pattern[]).map((pattern) => compile(literalOf(pattern) ?? '')));
}

function fieldReference(text: string, modifiers: Modifiers, path: string): Matcher {
  const field = literalOf(parsePattern(text));
  if (field === null || field === '')
    return refuse('value_invalid', path, 'fieldref 需要字段名。', 'fieldref needs the name of a field.');
  const { names, cased } = modifiers;
  const start = names.includes('startswith');
  const end = names.includes('endswith');
  const where = names.includes('contains') || (start && end) ? 'inside' : start ? 'start' : end ? 'end' : 'whole';
  return { kind: 'fieldRef', field, where, cased };
}

const oneOf = (matchers: readonly Matcher[]): Matcher => {
  const [first] = matchers;
  return matchers.length === 1 && first !== undefined ? first : { kind: 'any', of: matchers };
};

/** Applies the transformations in the order in which they are written. Alternatives multiply. */
function patternMatcher(text: string, modifiers: Modifiers, placeholders: Placeholders, path: string): Matcher {
  let patterns: readonly Pattern[] = [parsePattern(text)];
  let bytes = false;
  for (const name of modifiers.names) {
    switch (name) {
      case 'contains':
      case 'startswith':
      case 'endswith':
        patterns = patterns.map((pattern) => surrounded(bytes ? bytesAsText(pattern) : pattern, name));
        bytes = false;
        break;
      case 'windash':
        patterns = patterns.map(windash);
        break;
      case 'wide':
      case 'utf16le':
        patterns = patterns.map((pattern) => utf16(pattern, 'little'));
        bytes = true;
        break;
      case 'utf16be':
        patterns = patterns.map((pattern) => utf16(pattern, 'big'));
        bytes = true;
        break;
      case 'utf16':
        patterns = patterns.map((pattern) => joined(['\xff\xfe', ...utf16(pattern, 'little')]));
        bytes = true;
        break;
      case 'base64':
      case 'base64offset':
        patterns = patterns.flatMap((pattern) => {
          const literal = literalOf(bytes ? pattern : utf8(pattern));
          if (literal === null)
            return refuse(
              'modifier_misused',
              path,
              '带通配符的值不能做 Base64 编码。',
              'A value with wildcards cannot be written as Base64.',
            );
          return name === 'base64' ? [[base64(literal)]] : base64Offsets(literal).map((form): Pattern => [form]);
        });
        bytes = false;
        break;
      case 'expand': {
        const filled = patterns.map((pattern) => fillIn(findPlaceholders(pattern), placeholders, path, parsePattern));
        const unresolved = filled.find((result): result is Matcher => !Array.isArray(result));
        if (unresolved !== undefined) return unresolved;
        patterns = (filled as readonly (readonly Pattern[])[]).flat();
      }
    }
    if (patterns.length > maxAlternatives) refuse('limit_exceeded', path, '一个值展开得过多。', 'A value expands into too many.');
  }
  if (bytes) patterns = patterns.map(bytesAsText);
  if (modifiers.names.includes('cidr'))
    return oneOf(
      patterns.map((pattern) => {
        const network = parseNetwork(literalOf(pattern) ?? '');
        if (network === null) return refuse('value_invalid', path, '不是 CIDR 网段。', 'It is not a network in CIDR form.');
        return { kind: 'cidr', network };
      }),
    );
  return oneOf(patterns.map((pattern) => ({ kind: 'pattern', pattern, cased: modifiers.cased })));
}

function surrounded(pattern: Pattern, how: 'contains' | 'startswith' | 'endswith'): Pattern {
  const parts: Part[] = [...pattern];
  if (how !== 'startswith' && !startsWithAny(pattern)) parts.unshift(any);
  if (how !== 'endswith' && !endsWithAny(parts)) parts.push(any);
  return joined(parts);
}

/** Every combination of the values of the placeholders in a pattern, or the placeholder that has none. */
function fillIn(
  pattern: Pattern,
  placeholders: Placeholders,
  path: string,
  read: (value: string) => Pattern,
): readonly Pattern[] | Matcher {
  let filled: Pattern[] = [[]];
  for (const part of pattern) {
    if (typeof part === 'string' || part.kind !== 'placeholder') {
      filled = filled.map((before) => [...before, part]);
      continue;
    }
    const values = placeholders.get(part.name);
    if (values === undefined || values.length === 0) return { kind: 'unresolved', placeholder: part.name };
    if (filled.length * values.length > maxAlternatives)
      refuse('limit_exceeded', path, '一个值展开得过多。', 'A value expands into too many.');
    filled = filled.flatMap((before) => values.map((value): Pattern => [...before, ...read(value)]));
  }
  return filled.map(joined);
}
