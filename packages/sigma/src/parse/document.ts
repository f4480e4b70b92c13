import type { SigmaDocument, SigmaFilter } from '../model.ts';
import { refuse, SigmaError, type SigmaProblem } from '../problem.ts';
import type { Placeholders } from '../values/modifiers.ts';
import { asList, asMap, readYaml, type YamlMap } from '../yaml.ts';
import { parseCorrelation } from './correlation.ts';
import { parseSection } from './detection.ts';
import { parseLogSource, parseMetadata, textsOf } from './metadata.ts';

export interface ParseOptions {
  /** Values for `%name%` under the modifier `expand`. */
  readonly placeholders?: Placeholders;
  /** Ask for every attribute that the specification calls mandatory. Without it a document that can be matched is taken. */
  readonly strict?: boolean;
}

/** A document of a rule file: parsed, or why not. */
export type ParsedDocument = {
  /** Line on which it begins, from 1. */
  readonly line: number;
} & (
  | { readonly document: SigmaDocument; readonly problem?: undefined }
  | { readonly document?: undefined; readonly problem: SigmaProblem }
);

/**
 * Parses a file of Sigma documents: rules, correlations, filters, several of them apart by `---`. Never throws: a document that is wrong is given
 * with its problem.
 */
export function parseSigma(text: string, options: ParseOptions = {}): readonly ParsedDocument[] {
  return readYaml(text).map(({ line, value, problem }) => {
    if (problem !== undefined) return { line, problem };
    try {
      const map = asMap(value);
      if (map === null) refuse('document_invalid', '', '文档必须是映射。', 'The document must be a map.');
      return { line, document: parseDocument(map, options) };
    } catch (error) {
      if (error instanceof SigmaError) return { line, problem: error.problem };
      throw error;
    }
  });
}

function parseDocument(map: YamlMap, { placeholders = new Map(), strict = false }: ParseOptions): SigmaDocument {
  if (map.has('correlation')) return parseCorrelation(map, strict);
  if (map.has('filter') && !map.has('detection')) return parseFilter(map, placeholders, strict);
  const section = asMap(map.get('detection'));
  if (section === null) {
    if (map.has('detection')) refuse('attribute_invalid', 'detection', '必须是映射。', 'It must be a map.');
    refuse('document_invalid', '', '不是规则、关联或过滤文档。', 'It is no rule, correlation or filter.');
  }
  return {
    kind: 'rule',
    ...parseMetadata(map, strict),
    logSource: parseLogSource(map, strict),
    section: parseSection(section, 'detection', { placeholders }),
  };
}

function parseFilter(map: YamlMap, placeholders: Placeholders, strict: boolean): SigmaFilter {
  const section = asMap(map.get('filter'));
  if (section === null) return refuse('attribute_invalid', 'filter', '必须是映射。', 'It must be a map.');
  const written = section.get('rules');
  if (written === undefined || written === null)
    refuse('attribute_missing', 'filter.rules', '没有指明规则。', 'It names no rules.');
  const rules = textsOf(section, 'rules', 'filter.rules');
  const every = rules.length === 0 || (asList(written) === null && rules[0]?.toLowerCase() === 'any');
  return {
    kind: 'filter',
    ...parseMetadata(map, strict),
    logSource: parseLogSource(map, strict),
    rules: every ? null : rules,
    section: parseSection(section, 'filter', { placeholders }, ['rules']),
  };
}
