import type { Language } from '@menshen/contract';
import {
  type applySuppressions,
  type Finding,
  type Problem,
  type Project,
  type ScanStats,
  toCheckstyle,
  toGitHub,
  toGitLab,
  toHtml,
  toJson,
  toSarif,
  toTable,
} from '@menshen/scan';
import { version } from '../version.ts';
import type { Format } from './options.ts';

export interface Outcome {
  /** What is shown: fresh against the baseline, not suppressed. */
  readonly findings: readonly Finding[];
  /** What the baseline knows, for SARIF. */
  readonly known: readonly Finding[];
  readonly gone: number;
  readonly suppressed: ReturnType<typeof applySuppressions>['suppressed'];
  readonly problems: readonly Problem[];
  readonly stats: ScanStats;
  readonly project: Project;
  readonly hasBaseline: boolean;
  /** Some files or rules alone were looked at. */
  readonly partial: boolean;
  readonly title: string;
  readonly made: string;
}

/** The report in the format that was asked for. */
export function render(
  outcome: Outcome,
  format: Format,
  language: Language,
  look: { colour: boolean; limit: number | undefined },
): string {
  const { findings, known, problems, project, suppressed, stats } = outcome;
  switch (format) {
    case 'table':
      return toTable({
        findings,
        problems,
        project,
        language,
        colour: look.colour,
        ...(look.limit === undefined ? {} : { limit: look.limit }),
      });
    case 'json':
      return JSON.stringify(
        {
          ...toJson({
            findings,
            problems,
            stats,
            version,
            suppressed: suppressed.size,
            ...(outcome.hasBaseline ? { baseline: { known: known.length, gone: outcome.gone } } : {}),
          }),
          // Who keeps findings must not take what is missing for mended.
          ...(outcome.partial ? { partial: true } : {}),
        },
        null,
        2,
      );
    case 'sarif':
      return JSON.stringify(
        toSarif([...findings, ...known], problems, {
          version,
          language,
          suppressed,
          known: outcome.hasBaseline ? new Set(known.map(({ fingerprint }) => fingerprint)) : null,
        }),
        null,
        2,
      );
    case 'html':
      return toHtml({ findings, problems, project, language, title: outcome.title, version, made: outcome.made });
    case 'github':
      return toGitHub(findings, language);
    case 'gitlab':
      return toGitLab(findings, language);
    case 'checkstyle':
      return toCheckstyle(findings, language);
  }
}
