import { type applySuppressions, excerptOf, type Finding, type Location, type Project, secretSpans, toJson } from '@menshen/scan';

export interface Scanned {
  readonly findings: readonly Finding[];
  readonly suppressed: ReturnType<typeof applySuppressions>['suppressed'];
  readonly problems: Parameters<typeof toJson>[0]['problems'];
  readonly stats: Parameters<typeof toJson>[0]['stats'];
  readonly project: Project;
  readonly version: string;
  /** Says that only a part was looked at. */
  readonly partial: boolean;
}

const stepLines = 1;

/** What is sent to the server: the JSON report, with what comments accept, and with the lines around each place, credentials masked. */
export function makeScanReport({
  findings,
  suppressed,
  problems,
  stats,
  project,
  version,
  partial,
}: Scanned): Readonly<Record<string, unknown>> {
  const secrets = secretSpans([...findings, ...suppressed.keys()], project);
  const lines = (place: Location, around: number) => excerptOf(project, place, secrets, around, around);
  const shown = <F extends Finding>(finding: F) => ({
    ...finding,
    excerpt: lines(finding, 3),
    ...(finding.steps === undefined
      ? {}
      : { steps: finding.steps.map((step) => ({ ...step, excerpt: lines(step, stepLines) })) }),
    ...(finding.evidence === undefined
      ? {}
      : {
          evidence: {
            text: finding.evidence.text,
            places: finding.evidence.places.map((place) => ({ ...place, excerpt: lines(place, stepLines) })),
          },
        }),
  });
  const report = toJson({ findings, problems, stats, version, suppressed: suppressed.size });
  return {
    ...report,
    partial,
    findings: report.findings.map(shown),
    suppressed: [...suppressed].map(([finding, reason]) => ({ ...shown(finding), suppression: reason })),
  };
}
