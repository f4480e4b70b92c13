import { type Problem, problem } from '../problem.ts';
import type { ScanLimits } from '../project/limits.ts';
import type { SourceFile } from '../project/source-file.ts';
import { type JsonDocument, parseJson } from './json.ts';
import { elementsOf, type Markup, parseMarkup } from './markup.ts';
import { type ParsedScript, parseScript, type ScriptOptions } from './script.ts';

/** Every file parsed at most once. */
export interface Trees {
  scripts(file: SourceFile): readonly ParsedScript[];
  markup(file: SourceFile): Markup | undefined;
  json(file: SourceFile): JsonDocument | undefined;
}

const raw = new Set(['wxs', 'script', 'style', 'sjs', 'filter']);

export function createTrees(limits: ScanLimits, tell: (problem: Problem) => void): Trees {
  const scripts = new Map<string, readonly ParsedScript[]>();
  const markups = new Map<string, Markup | undefined>();
  const documents = new Map<string, JsonDocument | undefined>();
  const repairs = { characters: 10_000_000 };
  const readable = (file: SourceFile): boolean => !file.marks.has('minified') && !file.truncated;

  const parsed = (file: SourceFile, text: string, options: Omit<ScriptOptions, 'maxDepth'>): readonly ParsedScript[] => {
    const result = parseScript(text, { ...options, maxDepth: limits.maxDepth, repairs });
    if (result === 'too-deep') tell(problem('too-deep', file.path));
    else if (result === 'broken') tell(problem('syntax', file.path));
    else {
      const first = result.errors[0];
      if (first !== undefined) tell(problem('syntax', file.path, file.lines.line(first)));
      return [result];
    }
    return [];
  };

  const markup = (file: SourceFile): Markup | undefined => {
    const known = markups.get(file.path);
    if (known !== undefined || markups.has(file.path)) return known;
    const tree =
      (file.language === 'wxml' || file.language === 'vue' || file.language === 'html') && readable(file)
        ? parseMarkup(file.text, limits.maxDepth, raw)
        : undefined;
    markups.set(file.path, tree);
    return tree;
  };

  /** The script blocks of a Vue file and the inline modules of a WXML file, everything around them blanked. */
  const embedded = (file: SourceFile): readonly ParsedScript[] => {
    const found: ParsedScript[] = [];
    for (const element of elementsOf(markup(file)?.children ?? [])) {
      if (element.name !== 'script' && element.name !== 'wxs') continue;
      const content = element.children[0];
      if (content?.kind !== 'text') continue;
      const language = element.attributes.find(({ name }) => name === 'lang')?.value ?? '';
      const text = blanked(file.text, content.start) + content.text;
      found.push(...parsed(file, text, { typescript: language.startsWith('ts'), jsx: language.endsWith('x') }));
    }
    return found;
  };

  return {
    markup,
    scripts(file) {
      const known = scripts.get(file.path);
      if (known !== undefined) return known;
      let result: readonly ParsedScript[] = [];
      if (readable(file)) {
        if (file.language === 'javascript' || file.language === 'wxs')
          result = parsed(file, file.text, { typescript: false, jsx: file.language === 'javascript' });
        else if (file.language === 'typescript')
          result = parsed(file, file.text, { typescript: true, jsx: file.path.endsWith('x') });
        else if (file.language === 'vue' || file.language === 'wxml') result = embedded(file);
      }
      scripts.set(file.path, result);
      return result;
    },
    json(file) {
      if (documents.has(file.path)) return documents.get(file.path);
      const document = file.language === 'json' && readable(file) ? parseJson(file.text, limits.maxDepth) : undefined;
      if (document === undefined && file.language === 'json' && readable(file)) tell(problem('syntax', file.path));
      documents.set(file.path, document);
      return document;
    },
  };
}

/** Spaces in place of a file's beginning, so that offsets and lines stay those of the file. */
const blanked = (text: string, end: number): string => text.slice(0, end).replaceAll(/[^\r\n]/g, ' ');
