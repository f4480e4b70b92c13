export {
  type Baseline,
  type BaselineEntry,
  BaselineError,
  type Compared,
  compareWithBaseline,
  makeBaseline,
  readBaseline,
} from './baseline/baseline.ts';
export type { Detector, ScanContext } from './detector.ts';
export type { Confidence, Evidence, Finding, Location, Report, ReportStep, Span, Step } from './finding.ts';
export { applyFixes, type Fix, fixableRules, planFixes } from './fix/fix.ts';
export { listInterfaces, type SourceInterface } from './interfaces.ts';
export { type Problem, type ProblemCode, problemCodes } from './problem.ts';
export { filesOf, type ProjectEntry, type ProjectFiles } from './project/files.ts';
export { isIgnoredFolder } from './project/language.ts';
export { defaultScanLimits, type ScanLimits } from './project/limits.ts';
export type { Backend, Part } from './project/part.ts';
export { openProject, type Project } from './project/project.ts';
export type { Language, Mark, Place, SourceFile } from './project/source-file.ts';
export { toCheckstyle, toGitHub, toGitLab } from './report/annotations.ts';
export { excerptOf, masked, secretSpans } from './report/excerpt.ts';
export { explainRule } from './report/explain.ts';
export { toHtml } from './report/html.ts';
export { toJson } from './report/json.ts';
export { firstFindings } from './report/order.ts';
export { type SarifLog, type SarifOptions, toSarif } from './report/sarif.ts';
export { type Counts, countBySeverity, reaches } from './report/summary.ts';
export { toTable } from './report/table.ts';
export {
  type Bilingual,
  type Example,
  type Family,
  type Framework,
  families,
  type Rule,
  type Severity,
  severities,
} from './rule.ts';
export { catalogue } from './rules/catalogue.ts';
export { carriedAdvisories } from './rules/dependencies/advisories.ts';
export { type Advisory, type AdvisoryIndex, indexAdvisories, readAdvisory } from './rules/dependencies/osv.ts';
export { type ScanOptions, type ScanResult, type ScanStats, scanProject } from './scan.ts';
export { applySuppressions, type Suppressed, type SuppressionFault, type SuppressionProblem } from './suppress/suppress.ts';
