import type { Language, SourceFile } from '../../../project/source-file.ts';
import type { Bilingual, Severity } from '../../../rule.ts';

/**
 * A fault that a few tokens of a server language show. The pattern runs over code without comments: every quantifier is bounded, so a match costs at
 * most a few hundred steps a character.
 */
export interface TextRule {
  readonly rule: string;
  readonly languages: readonly Language[];
  /** A quick look: files without it are passed over. */
  readonly hint: RegExp;
  readonly pattern: RegExp;
  /** Looks at the match and the code around it. */
  readonly holds?: (match: RegExpExecArray, code: string, file: SourceFile) => boolean;
  readonly severity: Severity;
  readonly message: Bilingual;
}

/** Code from some characters before an offset to some after. */
export const around = (code: string, at: number, before: number, after: number): string =>
  code.slice(Math.max(0, at - before), at + after);

/** The statement that begins at an offset: up to its semicolon, at most `longest` characters. */
export function statementAt(code: string, at: number, longest = 2000): string {
  const end = code.indexOf(';', at);
  return code.slice(at, end < 0 ? at + longest : Math.min(end, at + longest));
}
