import { type FindingSeverity, findingSeverity } from '@menshen/contract';
import { catalogue } from '@menshen/scan/facts';
import { probeRules } from './probe/rules.ts';
import type { SourceStore } from './run/source-store.ts';
import type { ScanStore } from './store.ts';

/** A finding that somebody must still do something about, as risk and incidents read it. */
export interface OpenFinding {
  readonly id: string;
  readonly app: string;
  readonly project: string;
  readonly tool: string;
  readonly rule: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly severity: FindingSeverity;
  readonly confidence: string;
  readonly cwe: readonly number[];
  readonly file: string | null;
  readonly line: number | null;
  /** Method and path of the interface, for what the probe found. */
  readonly route: string | null;
  /** Whether a person has confirmed it. */
  readonly confirmed: boolean;
  readonly owner: string | null;
  /** Epoch ms. */
  readonly due: number | null;
  readonly overdue: boolean;
  readonly firstSeen: number;
}

export interface ScanFreshness {
  readonly app: string;
  readonly project: string;
  readonly tool: string;
  /** Epoch ms of the last scan. */
  readonly last: number;
  readonly ageMs: number;
  /** Whether the last one looked at everything. */
  readonly complete: boolean;
}

/** What other capabilities read of the findings. Nobody else reads their tables. */
export interface ScanEvidence {
  /** The heaviest first; without what comments in the source accept, false positives and accepted risks. */
  open(app?: string): Promise<OpenFinding[]>;
  /** Open findings of each severity, by app. */
  counts(): Promise<ReadonlyMap<string, Readonly<Record<FindingSeverity, number>>>>;
  /** Open findings by CWE number; a finding of several stands under each. */
  byCwe(app?: string): Promise<ReadonlyMap<number, readonly OpenFinding[]>>;
  /** Open findings by interface (`GET /api/orders/{id}`). */
  byRoute(app?: string): Promise<ReadonlyMap<string, readonly OpenFinding[]>>;
  /** The last scan of each app, project and tool; what was never scanned is not there. */
  freshness(app?: string): Promise<ScanFreshness[]>;
  /** Risks that two people have accepted and whose end has not come. */
  accepted(app?: string): Promise<number>;
  /** Source folders whose last scan failed. */
  failing(): Promise<{ readonly app: string; readonly project: string; readonly since: number }[]>;
}

export function createScanEvidence(
  store: Pick<ScanStore, 'activeRows' | 'newest' | 'count'>,
  sources: Pick<SourceStore, 'all'>,
  configured: () => readonly { readonly app: string; readonly project: string }[],
  clock: () => number,
): ScanEvidence {
  const open = async (app?: string): Promise<OpenFinding[]> => {
    const now = clock();
    const rows = await store.activeRows(now, app);
    return rows.map(({ cwe, severity, state, due, first_seen: firstSeen, ...row }) => ({
      ...row,
      title: catalogue.get(row.rule)?.title ?? probeRules.get(row.rule)?.title ?? { zh: row.rule, en: row.rule },
      severity: findingSeverity.parse(severity),
      cwe: cwe.split(',').filter(Boolean).map(Number),
      confirmed: state === 'confirmed',
      ...{ due, firstSeen, overdue: due !== null && due <= now },
    }));
  };
  return {
    open,
    async counts() {
      const counts = new Map<string, Record<FindingSeverity, number>>();
      for (const { app, severity } of await open()) {
        const own = counts.get(app) ?? { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
        own[severity] += 1;
        counts.set(app, own);
      }
      return counts;
    },
    async byCwe(app) {
      const groups = new Map<number, OpenFinding[]>();
      for (const finding of await open(app))
        for (const number of finding.cwe) {
          const group = groups.get(number);
          if (group === undefined) groups.set(number, [finding]);
          else group.push(finding);
        }
      return groups;
    },
    async byRoute(app) {
      const routed = (await open(app)).filter(({ route }) => route !== null);
      return Map.groupBy(routed, ({ route }) => route ?? '');
    },
    async freshness(app) {
      const now = clock();
      return (await store.newest())
        .filter((one) => app === undefined || one.app === app)
        .map(({ finished, ...rest }) => ({ ...rest, last: finished, ageMs: now - finished }));
    },
    accepted: async (app) => await store.count({ show: 'accepted', app }, clock()),
    async failing() {
      return (await sources.all()).flatMap(({ app, project, failure, lastFinished }) =>
        failure === null || !configured().some((one) => one.app === app && one.project === project)
          ? []
          : [{ app, project, since: lastFinished ?? clock() }],
      );
    },
  };
}
