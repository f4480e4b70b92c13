import type { Detector, ScanContext } from './detector.ts';
import type { Confidence, Finding, Location, Report, Span } from './finding.ts';
import { createFingerprints } from './fingerprint.ts';
import { createModel, type ProjectModel } from './model/model.ts';
import { createTrees } from './parse/cache.ts';
import type { Problem } from './problem.ts';
import type { ProjectFiles } from './project/files.ts';
import { defaultScanLimits, type ScanLimits } from './project/limits.ts';
import { openProject, type Project } from './project/project.ts';
import type { SourceFile } from './project/source-file.ts';
import { type Severity, severities } from './rule.ts';
import { catalogue } from './rules/catalogue.ts';
import type { AdvisoryIndex } from './rules/dependencies/osv.ts';
import { detectors as allDetectors } from './rules/detectors.ts';

export interface ScanOptions {
  readonly limits?: Partial<ScanLimits>;
  /** Rules to look for; all when absent. */
  readonly rules?: ReadonlySet<string>;
  /** Hears of each step before it runs. */
  readonly onProgress?: (done: number, total: number, step: string) => void;
  /** Asked before each step: `true` ends the run with a problem. The caller owns the clock. */
  readonly isOutOfTime?: () => boolean;
  /** Known vulnerabilities instead of those that the product carries. */
  readonly advisories?: AdvisoryIndex;
  /** Replaces the built-in searches, for tests. */
  readonly detectors?: readonly Detector[];
}

export interface ScanStats {
  readonly files: number;
  /** UTF-16 units of text that was read. */
  readonly characters: number;
}

export interface ScanResult {
  /** The worst first, then by file and line. */
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly stats: ScanStats;
  readonly project: Project;
}

/** Reads a project and runs every detector over it. Pure: time, files and memory are the caller's. */
export function scanProject(source: ProjectFiles, options: ScanOptions = {}): ScanResult {
  const limits = { ...defaultScanLimits, ...options.limits };
  const project = openProject(source, limits);
  const trees = createTrees(limits, project.tell);
  let model: ProjectModel | undefined;
  const collector = createCollector(project, options.rules, limits);
  const context: ScanContext = {
    project,
    model: () => {
      model ??= createModel(project, trees);
      return model;
    },
    scripts: trees.scripts,
    markup: trees.markup,
    json: trees.json,
    advisories: options.advisories,
    report: (report) => collector.report(report, running),
  };
  let running = '';
  const wanted = (options.detectors ?? allDetectors).filter(
    ({ rules }) => options.rules === undefined || rules.some((rule) => options.rules?.has(rule)),
  );
  for (const [index, detector] of wanted.entries()) {
    options.onProgress?.(index, wanted.length, detector.id);
    if (options.isOutOfTime?.() === true) {
      project.tell({
        code: 'out-of-time',
        file: '',
        message: { zh: '时间用尽，结果不完整', en: 'Out of time: results are not complete' },
      });
      break;
    }
    running = detector.id;
    try {
      detector.run(context);
    } catch {
      // A fault of ours in one search must not cost the findings of the others; it is told, and the run is not whole.
      project.tell(failed(detector.id));
    }
  }
  options.onProgress?.(wanted.length, wanted.length, '');
  const characters = project.files.reduce((sum, file) => sum + file.text.length, 0);
  return {
    findings: collector.findings(),
    problems: project.problems,
    stats: { files: project.files.length, characters },
    project,
  };
}

const failed = (step: string): Problem => ({
  code: 'failed',
  file: '',
  message: {
    zh: `分析步骤 ${step} 出错中止，结果不完整（请报告此问题）`,
    en: `The analysis step ${step} failed: results are not complete (please report this)`,
  },
});

function createCollector(project: Project, rules: ReadonlySet<string> | undefined, limits: ScanLimits) {
  const reports = new Map<string, { report: Report; by: string }[]>();
  const counts = new Map<string, number>();
  return {
    report(report: Report, by: string): void {
      if (!catalogue.has(report.rule)) throw new Error(`unknown rule ${report.rule}`);
      if (rules !== undefined && !rules.has(report.rule)) return;
      // Two searches may see one fault: the one that can show the path of the data is kept. Two flows in a line are two faults.
      const line = project.file(report.file)?.lines.line(report.start) ?? 0;
      const key = `${report.rule} ${report.file} ${line}`;
      const others = reports.get(key) ?? [];
      if (others.some((other) => other.by === by && other.report.start === report.start)) return;
      const twin = others.findIndex((other) => other.by !== by);
      if (twin >= 0) {
        if (others[twin]?.report.steps === undefined && report.steps !== undefined) others[twin] = { report, by };
        return;
      }
      const counter = `${report.rule} ${report.file}`;
      const count = counts.get(counter) ?? 0;
      if (count >= limits.maxFindingsPerRuleAndFile) return;
      counts.set(counter, count + 1);
      reports.set(key, [...others, { report, by }]);
    },
    findings(): readonly Finding[] {
      const fingerprint = createFingerprints();
      return [...reports.values()]
        .flat()
        .map(({ report }) => report)
        .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start || (a.rule < b.rule ? -1 : 1)))
        .flatMap((report) => {
          const file = project.file(report.file);
          return file === undefined ? [] : [toFinding(project, file, report, fingerprint)];
        })
        .sort((a, b) => rank(a.severity) - rank(b.severity) || certainty[a.confidence] - certainty[b.confidence]);
    },
  };
}

const rank = (severity: Severity): number => severities.indexOf(severity);
const certainty: Record<Confidence, number> = { high: 0, medium: 1, low: 2 };

function toFinding(
  project: Project,
  file: SourceFile,
  report: Report,
  fingerprint: (report: Report, code: string) => string,
): Finding {
  const severity = report.severity ?? catalogue.get(report.rule)?.severity ?? 'medium';
  const places = (spans: readonly Span[]): readonly Location[] => spans.flatMap((span) => locate(project, span) ?? []);
  return {
    ...located(file, report.start, report.end),
    rule: report.rule,
    message: report.message,
    severity,
    confidence: report.confidence ?? 'high',
    fingerprint: fingerprint(report, file.text.slice(report.start, report.end)),
    ...(report.steps === undefined
      ? {}
      : {
          steps: report.steps.flatMap((step) => {
            const place = locate(project, step);
            return place === undefined ? [] : [{ ...place, label: step.label }];
          }),
        }),
    ...(report.evidence === undefined
      ? {}
      : { evidence: { text: report.evidence.text, places: places(report.evidence.places) } }),
  };
}

function locate(project: Project, span: Span): Location | undefined {
  const file = project.file(span.file);
  return file === undefined ? undefined : located(file, span.start, span.end);
}

function located(file: SourceFile, start: number, end: number): Location {
  const { lines } = file;
  return {
    file: file.path,
    line: lines.line(start),
    column: lines.column(start),
    endLine: lines.line(end),
    endColumn: lines.column(end),
  };
}
