import type { Bilingual, Severity } from './rule.ts';

/** A stretch of one file. Lines and columns count from 1; columns are UTF-16 units; the end is exclusive. */
export interface Location {
  /** POSIX path relative to the root of the project. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One station on the way of the data, in the order in which it travels. */
export interface Step extends Location {
  readonly label: Bilingual;
}

/** How sure a detector is that a reviewer would agree. `low` is not shown unless asked for. */
export type Confidence = 'high' | 'medium' | 'low';

/** Facts that make a reader believe the finding, such as siblings that do it right. */
export interface Evidence {
  readonly text: Bilingual;
  readonly places: readonly Location[];
}

export interface Finding extends Location {
  /** Id of a rule in the catalogue. */
  readonly rule: string;
  readonly message: Bilingual;
  /** The path of the data from its source to its sink; absent where no data flows. */
  readonly steps?: readonly Step[];
  readonly evidence?: Evidence;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** The same fault keeps it when lines move: rule, file, normalised code and the count of its equals above it. */
  readonly fingerprint: string;
}

/** What a detector hands in; the scan adds what can be derived. */
export interface Report {
  readonly rule: string;
  readonly file: string;
  /** Offsets into the file's text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly message: Bilingual;
  readonly steps?: readonly ReportStep[];
  readonly evidence?: { readonly text: Bilingual; readonly places: readonly Span[] };
  /** The rule's own severity when absent. */
  readonly severity?: Severity;
  /** `high` when absent. */
  readonly confidence?: Confidence;
}

/** A stretch of a file's text, as offsets. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

export interface ReportStep extends Span {
  readonly label: Bilingual;
}
