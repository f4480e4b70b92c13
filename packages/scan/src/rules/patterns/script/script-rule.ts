import type { ScanContext } from '../../../detector.ts';
import type { Confidence } from '../../../finding.ts';
import type { Node, Program } from '../../../parse/ast.ts';
import type { SourceFile } from '../../../project/source-file.ts';
import type { Bilingual, Severity } from '../../../rule.ts';

/** What a rule over the nodes of a script may use. */
export interface ScriptScope {
  readonly context: ScanContext;
  readonly file: SourceFile;
  readonly program: Program;
  report(
    node: Pick<Node, 'start' | 'end'>,
    message: Bilingual,
    weight?: { severity?: Severity; confidence?: Confidence; rule?: string },
  ): void;
}

/** A rule that looks at single nodes of scripts. All of them share one walk through each file. */
export interface ScriptRule {
  readonly rule: string;
  /** A file without a match is not looked at. */
  readonly hint: RegExp;
  readonly severity: Severity;
  /** Files in which a fault of this kind has no meaning. */
  readonly skips?: (file: SourceFile) => boolean;
  /** `ancestors` ends with the parent and is only valid during the call. */
  readonly visit: (node: Node, ancestors: readonly Node[], scope: ScriptScope) => void;
}
