export type { Detector, ScanContext } from './detector.ts';
export type { Confidence, Evidence, Finding, Location, Report, ReportStep, Span, Step } from './finding.ts';
export { type Problem, type ProblemCode, problemCodes } from './problem.ts';
export { filesOf, type ProjectEntry, type ProjectFiles } from './project/files.ts';
export { isIgnoredFolder } from './project/language.ts';
export { defaultScanLimits, type ScanLimits } from './project/limits.ts';
export type { Backend, Part } from './project/part.ts';
export type { Project } from './project/project.ts';
export type { Language, Mark, Place, SourceFile } from './project/source-file.ts';
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
export { type ScanOptions, type ScanResult, type ScanStats, scanProject } from './scan.ts';
