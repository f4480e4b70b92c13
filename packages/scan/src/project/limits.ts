/** Bounds on one scan. A hostile tree costs at most this, and what was left out is reported. */
export interface ScanLimits {
  /** Files taken from the listing. */
  readonly maxFiles: number;
  /** Bytes of one file that is parsed. */
  readonly maxFileBytes: number;
  /** Bytes of one file that is still searched as text. */
  readonly maxTextBytes: number;
  /** Bytes of all files together. */
  readonly maxTotalBytes: number;
  /** Nesting of syntax trees and documents. */
  readonly maxDepth: number;
  /** Steps of the flow analysis in the whole project. */
  readonly maxFlowSteps: number;
  /** Findings kept for each rule and file. */
  readonly maxFindingsPerRuleAndFile: number;
}

export const defaultScanLimits: ScanLimits = {
  maxFiles: 50_000,
  maxFileBytes: 1_500_000,
  maxTextBytes: 8_000_000,
  maxTotalBytes: 200_000_000,
  maxDepth: 500,
  maxFlowSteps: 600_000,
  maxFindingsPerRuleAndFile: 100,
};
