import { parse as parseTolerant } from '@babel/parser';
import { parse as parseFast } from 'meriyah';
import type { Program } from './ast.ts';
import { toEstree } from './estree.ts';
import { isDeeperThan } from './walk.ts';

/** A stretch of JavaScript or TypeScript and its tree. Offsets are those of the file that holds it, also inside Vue files. */
export interface ParsedScript {
  readonly program: Program;
  /** Offsets at which the parser lost the thread; the statements there are missing from the tree. */
  readonly errors: readonly number[];
}

export interface ScriptOptions {
  readonly typescript: boolean;
  /** Whether `<` may begin an element. */
  readonly jsx: boolean;
  /** Nesting of the tree above which nothing is returned. */
  readonly maxDepth: number;
  /** Characters that may be read again after a broken statement was blanked; shared by the files of a scan. */
  readonly repairs?: { characters: number };
}

export type ScriptResult = ParsedScript | 'too-deep' | 'broken';

/** Broken statements of one file that are blanked before it is given up. */
const maxRepairs = 12;

/**
 * Reads a script as real code needs it: as a module, as a script with `return` at the top, then with an error-tolerant
 * parser, then with broken statements blanked one by one. A tree too deep for recursion, or one that overflows a parser's
 * stack, is refused.
 */
export function parseScript(text: string, options: ScriptOptions): ScriptResult {
  try {
    const whole = attempt(text, options);
    const result = typeof whole === 'number' ? repaired(text, whole, options) : { program: whole, errors: [] };
    if (result === undefined) return 'broken';
    return isDeeperThan(result.program, options.maxDepth) ? 'too-deep' : result;
  } catch (error) {
    if (error instanceof RangeError) return 'too-deep';
    throw error;
  }
}

/** The tree, or the offset of the first error. */
function attempt(text: string, options: ScriptOptions): Program | number {
  if (!options.typescript) {
    for (const sourceType of ['module', 'script'] as const) {
      try {
        return fast(text, sourceType, options.jsx);
      } catch (error) {
        if (error instanceof RangeError) throw error;
      }
    }
  }
  return attemptTolerant(text, options);
}

function attemptTolerant(text: string, options: ScriptOptions): Program | number {
  try {
    return tolerant(text, options);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    const at = (error as { pos?: unknown }).pos;
    return typeof at === 'number' ? at : 0;
  }
}

function fast(text: string, sourceType: 'module' | 'script', jsx: boolean): Program {
  const program = parseFast(text, {
    sourceType,
    next: true,
    // The pair `range` beside them would be an array for each node.
    ranges: { start: true, end: true, range: false },
    jsx,
    webcompat: true,
    globalReturn: sourceType === 'script',
  });
  return program as unknown as Program;
}

function tolerant(text: string, options: ScriptOptions): Program {
  const file = parseTolerant(text, {
    sourceType: 'unambiguous',
    errorRecovery: true,
    attachComment: false,
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    allowImportExportEverywhere: true,
    allowNewTargetOutsideFunction: true,
    allowSuperOutsideMethod: true,
    allowUndeclaredExports: true,
    createImportExpressions: true,
    plugins: [
      'decorators-legacy',
      ...(options.typescript ? (['typescript'] as const) : []),
      ...(options.jsx ? (['jsx'] as const) : []),
    ],
  });
  toEstree(file.program, text);
  return file.program as unknown as Program;
}

/** Blanks the line of each error, then the line before it, until the rest can be read. */
function repaired(text: string, firstError: number, options: ScriptOptions): ParsedScript | undefined {
  const errors: number[] = [];
  let current = text;
  let error = firstError;
  const budget = options.repairs ?? { characters: 1_000_000 };
  for (let repair = 0; repair < maxRepairs && budget.characters >= text.length; repair += 1) {
    budget.characters -= text.length;
    const next = blankLineAt(current, error);
    if (next === undefined) return undefined;
    errors.push(error);
    current = next;
    const result = attemptTolerant(current, options);
    if (typeof result !== 'number') return { program: result, errors };
    error = result;
  }
  return undefined;
}

/** Blanks the line of an offset, or the nearest line above that still holds something. */
function blankLineAt(text: string, offset: number): string | undefined {
  let end = text.indexOf('\n', offset);
  if (end < 0) end = text.length;
  let start = text.lastIndexOf('\n', Math.max(0, Math.min(offset, text.length) - 1)) + 1;
  while (text.slice(start, end).trim() === '') {
    if (start === 0) return undefined;
    end = start - 1;
    start = text.lastIndexOf('\n', end - 1) + 1;
  }
  return text.slice(0, start) + ' '.repeat(end - start) + text.slice(end);
}
