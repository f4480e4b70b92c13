import type { Report } from '../../finding.ts';
import { unitOf } from '../../flow/links.ts';
import type { State } from '../../flow/state.ts';
import type { Node } from '../../parse/ast.ts';
import type { Bilingual } from '../../rule.ts';
import type { Analysis } from './analysis.ts';
import { stepsOf } from './trail.ts';

export interface Hit {
  readonly rule: string;
  readonly state: State;
  /** What is marked as the fault. */
  readonly at: Node;
  readonly sink?: Node;
  readonly message: Bilingual;
  readonly sinkText: Bilingual;
  readonly severity?: Report['severity'];
  readonly confidence?: Report['confidence'];
}

/** Hands a flow in as a finding, unless it ends in somebody else's code or in a test. */
export function reportHit(analysis: Analysis, hit: Hit): void {
  const file = unitOf(hit.at)?.file;
  if (file === undefined || file.marks.has('test') || file.marks.has('vendored') || file.marks.has('generated')) return;
  analysis.context.report({
    rule: hit.rule,
    file: file.path,
    start: hit.at.start,
    end: hit.at.end,
    message: hit.message,
    steps: stepsOf(hit.state, hit.sink ?? hit.at, hit.sinkText),
    ...(hit.severity === undefined ? {} : { severity: hit.severity }),
    ...(hit.confidence === undefined ? {} : { confidence: hit.confidence }),
  });
}
