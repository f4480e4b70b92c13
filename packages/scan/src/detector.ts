import type { Report } from './finding.ts';
import type { ProjectModel } from './model/model.ts';
import type { JsonDocument } from './parse/json.ts';
import type { Markup } from './parse/markup.ts';
import type { ParsedScript } from './parse/script.ts';
import type { Project } from './project/project.ts';
import type { SourceFile } from './project/source-file.ts';
import type { AdvisoryIndex } from './rules/dependencies/osv.ts';

/** What a detector may use. Everything is computed once and shared. */
export interface ScanContext {
  readonly project: Project;
  /** Pages, modules, functions and what binds them. */
  model(): ProjectModel;
  /**
   * The scripts of a file: one for JS, TS and WXS, the blocks of a Vue component. Empty for what is no script, is minified
   * or cannot be read.
   */
  scripts(file: SourceFile): readonly ParsedScript[];
  /** The tree of a WXML file or a Vue template. */
  markup(file: SourceFile): Markup | undefined;
  json(file: SourceFile): JsonDocument | undefined;
  /** Advisories handed in by the caller; those that the product carries when absent. */
  readonly advisories?: AdvisoryIndex | undefined;
  report(report: Report): void;
}

/** One kind of search, for one or more rules of the catalogue. */
export interface Detector {
  readonly id: string;
  /** Ids of the rules under which it reports. */
  readonly rules: readonly string[];
  run(context: ScanContext): void;
}
