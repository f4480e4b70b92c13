/** Stable codes of what can be wrong with a Sigma document. */
export type SigmaProblemCode =
  | 'file_too_large'
  | 'yaml_invalid'
  | 'yaml_too_complex'
  | 'document_invalid'
  | 'attribute_missing'
  | 'attribute_invalid'
  | 'modifier_unknown'
  | 'modifier_misused'
  | 'value_invalid'
  | 'pattern_too_long'
  | 'regexp_unsupported'
  | 'placeholder_unresolved'
  | 'condition_invalid'
  | 'selection_unknown'
  | 'rule_unknown'
  | 'correlation_cycle'
  | 'limit_exceeded';

/** What is wrong with a document, in both languages, and where. The texts hold names that Sigma defines, never a value of the file. */
export interface SigmaProblem {
  readonly code: SigmaProblemCode;
  readonly zh: string;
  readonly en: string;
  /** Attribute that is meant, such as `detection.selection.Image|re`; empty for the whole document. */
  readonly path: string;
}

const maxPath = 200;

/** A document that cannot be used as it stands. */
export class SigmaError extends Error {
  readonly problem: SigmaProblem;
  constructor(problem: SigmaProblem) {
    super(`${problem.path === '' ? '' : `${problem.path}: `}${problem.en}`);
    this.name = 'SigmaError';
    this.problem = problem;
  }
}

/** Throws a {@link SigmaError}. */
export function refuse(code: SigmaProblemCode, path: string, zh: string, en: string): never {
  throw new SigmaError({ code, zh, en, path: printable(path) });
}

function printable(path: string): string {
  const clean = path.replace(/\p{C}/gu, '?');
  return clean.length > maxPath ? `${clean.slice(0, maxPath)}…` : clean;
}
