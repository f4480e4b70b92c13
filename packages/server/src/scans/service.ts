import {
  type FindingDetail,
  type FindingFilter,
  type FindingSeverity,
  type FindingView,
  findingSeverities,
  MenshenError,
  maxAcceptanceDays,
  type ScansConfig,
  type ScanView,
} from '@menshen/contract';
import { detectionEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { Metrics } from '../gateway/metrics.ts';
import type { NotifyService } from '../notify/service.ts';
import { type Change, changeFinding } from './change.ts';
import { firstOf } from './first.ts';
import { type Merged, mergeReport } from './merge.ts';
import type { ScanReport, StoredFinding } from './model.ts';
import { newFindingsNotice } from './notice.ts';
import type { ProjectRef, ScanStore, StoredScan } from './store.ts';
import { findingDetail, findingView, scanView } from './views.ts';

const dayMs = 86_400_000;
const keptDays = 400;
const sweepMs = 3_600_000;
/** Findings from which the first five are chosen. */
const looked = 300;
const compared = 200;
const keptProblems = 200;
const system = 'menshen';

export interface ScanParts {
  readonly store: ScanStore;
  readonly config: () => ScansConfig;
  /** Whether the configuration has an app of this id. */
  readonly hasApp: (app: string) => boolean;
  readonly audit: Pick<Audit, 'act' | 'record'>;
  readonly notify: Pick<NotifyService, 'send'>;
  /** Hears of a scan with new critical findings: it becomes an incident. */
  readonly found?: (fact: {
    readonly scan: string;
    readonly app: string;
    readonly project: string;
    readonly count: number;
    readonly rules: string;
    readonly at: number;
  }) => Promise<unknown>;
  readonly metrics: Pick<Metrics, 'add'>;
  /** Tells the console that findings have changed. */
  readonly changed: () => void;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface ScanFacts extends ProjectRef {
  readonly version: string | null;
  readonly trigger: ScanView['trigger'];
  readonly by: string;
}

export interface FindingsPage {
  readonly findings: FindingView[];
  readonly next: string | null;
  readonly total: number;
  readonly first: FindingView[];
  readonly counts: {
    readonly bySeverity: Record<FindingSeverity, number>;
    readonly overdue: number;
    readonly unowned: number;
    readonly suppressed: number;
    readonly accepted: number;
    readonly fixedLastMonth: number;
  };
  readonly owners: string[];
  readonly projects: { app: string; project: string; active: number }[];
}

export interface ScanService {
  /** Takes what a scan says. Tells people of what is new and high. @throws MenshenError `not_found` for an app that is not configured */
  take(report: ScanReport, facts: ScanFacts): Promise<ScanView>;
  list(filter: FindingFilter, limit: number, cursor: string | null): Promise<FindingsPage>;
  finding(id: string): Promise<FindingDetail>;
  /** Changes findings together: all or none. @throws MenshenError `not_found`, `validation_failed`, `conflict` */
  change(ids: readonly string[], change: Change, by: string, approver: string | null): Promise<FindingView[]>;
  comment(id: string, text: string, by: string): Promise<FindingDetail>;
  scans(
    filter: { app?: string | undefined; project?: string | undefined },
    limit: number,
    cursor: string | null,
  ): Promise<{ scans: ScanView[]; next: string | null }>;
  compare(
    before: string,
    after: string,
  ): Promise<{
    before: ScanView;
    after: ScanView;
    fresh: FindingView[];
    gone: FindingView[];
    same: FindingView[];
    totals: { fresh: number; gone: number; same: number };
  }>;
  /** Reopens what was accepted until now, and removes what is old. */
  maintain(): Promise<void>;
}

const invalid = (field: string): MenshenError => new MenshenError('validation_failed', { fields: [field] });

function offsetOf(cursor: string | null): number {
  const offset = cursor === null ? 0 : Number(cursor);
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > 100_000) throw invalid('cursor');
  return offset;
}

/** Findings of scans: taken, told, judged, and followed until they are gone. */
export function createScanService(parts: ScanParts): ScanService {
  const { store, config, audit, metrics, clock, random } = parts;
  const id = (prefix: 'f' | 's'): string => `${prefix}_${Buffer.from(random(16)).toString('base64url')}`;
  let sweptAt = Number.NEGATIVE_INFINITY;

  const find = async (one: string): Promise<StoredFinding> => {
    const finding = await store.find(one);
    if (finding === null) throw new MenshenError('not_found');
    return finding;
  };
  const detail = async (one: string): Promise<FindingDetail> => findingDetail(await find(one), await store.history(one), clock());

  const tell = async (scan: StoredScan, { fresh, reopened }: Merged): Promise<void> => {
    const heavy = [...fresh, ...reopened].filter(
      ({ severity, suppression }) => suppression === null && (severity === 'critical' || severity === 'high'),
    );
    if (heavy.length === 0) return;
    const worst = heavy.some(({ severity }) => severity === 'critical') ? ('critical' as const) : ('high' as const);
    await audit.record(
      detectionEvent({
        ...{ time: clock(), rule: 'scan_new_findings', severity: worst, title: 'A scan found new faults of high severity' },
        detail: {
          ...{ app: scan.app, project: scan.project, tool: scan.tool, scan: scan.id, findings: heavy.length },
          rules: [...new Set(heavy.map(({ rule }) => rule))].slice(0, 10).join(' '),
        },
      }),
    );
    await parts.notify.send(newFindingsNotice(scan, heavy, worst));
    const critical = heavy.filter(({ severity }) => severity === 'critical');
    if (critical.length === 0) return;
    const rules = [...new Set(critical.map(({ rule }) => rule))].slice(0, 10).join(' ');
    await parts.found?.({ scan: scan.id, app: scan.app, project: scan.project, count: critical.length, rules, at: clock() });
  };

  return {
    async take(report, { app, project, version, trigger, by }) {
      if (!parts.hasApp(app)) throw new MenshenError('not_found');
      const now = clock();
      const scanId = id('s');
      const act = {
        ...{ activity: 'create' as const, entity: 'scan' },
        detail: {
          scan: scanId,
          app,
          project,
          tool: report.tool,
          version: version ?? '',
          trigger,
          findings: report.findings.length,
        },
      };
      const { merged, scan } = await audit.act(by, act, () =>
        store.put({ app, project }, report.tool, (known) => {
          const made = mergeReport(known, report, {
            ...{ app, project, version, by, now, dueDays: config().dueDays },
            makeId: () => id('f'),
          });
          return { merged: made, scan: scanOf(report, made, { app, project, version, trigger, by }, scanId, now) };
        }),
      );
      metrics.add('menshen_scans_total', `trigger="${trigger}",complete="${scan.complete}"`);
      await tell(scan, merged);
      parts.changed();
      return scanView(scan);
    },

    async list(filter, limit, cursor) {
      const now = clock();
      const offset = offsetOf(cursor);
      const { app, project } = filter;
      const place = { app, project };
      const [found, total, heaviest, bySeverity, byOwner, overdue, suppressed, accepted, fixedLastMonth, owners, projects] =
        await Promise.all([
          store.list(filter, now, limit + 1, offset),
          store.count(filter, now),
          store.heaviest(place, now, looked),
          store.activeBy('severity', place, now),
          store.activeBy('owner', { ...place, owner: '-' }, now),
          store.count({ ...place, show: 'overdue' }, now),
          store.count({ ...place, show: 'suppressed' }, now),
          store.count({ ...place, show: 'accepted' }, now),
          store.fixedSince(place, now - 30 * dayMs, now),
          store.owners(),
          store.projects(now),
        ]);
      const shown = (finding: StoredFinding): FindingView => findingView(finding, now);
      return {
        findings: found.slice(0, limit).map((finding) => ({ ...shown(finding), steps: [] })),
        next: found.length > limit ? String(offset + limit) : null,
        total,
        first: firstOf(heaviest).map(shown),
        counts: {
          bySeverity: severityCounts(bySeverity),
          ...{ overdue, suppressed, accepted, fixedLastMonth },
          unowned: byOwner.get('-') ?? 0,
        },
        owners,
        projects,
      };
    },

    finding: detail,

    async change(ids, change, by, approver) {
      const now = clock();
      const distinct = [...new Set(ids)];
      if (
        change.acceptedUntil !== undefined &&
        (change.acceptedUntil <= now || change.acceptedUntil > now + maxAcceptanceDays * dayMs)
      )
        throw invalid('acceptedUntil');
      if ((await store.byIds(distinct)).length !== distinct.length) throw new MenshenError('not_found');
      const act = {
        ...{ activity: 'update' as const, entity: 'finding' },
        detail: {
          findings: distinct.slice(0, 20).join(' '),
          count: distinct.length,
          ...(change.state === undefined ? {} : { state: change.state, reason: change.reason ?? '' }),
          ...(change.acceptedUntil === undefined ? {} : { until: change.acceptedUntil, approver: approver ?? '' }),
          ...(change.owner === undefined ? {} : { owner: change.owner ?? '' }),
          ...(change.due === undefined ? {} : { due: change.due ?? 0 }),
        },
      };
      const changed = await audit.act(by, act, () =>
        store.change(distinct, (finding) => changeFinding(finding, change, { by, approver, now, dueDays: config().dueDays })),
      );
      parts.changed();
      return changed.map((finding) => findingView(finding, now));
    },

    async comment(one, text, by) {
      await find(one);
      await audit.act(by, { activity: 'update', entity: 'finding', detail: { findings: one, comment: text.length } }, () =>
        store.addEvents([{ finding: one, at: clock(), by, kind: 'comment', value: null, version: null, text }]),
      );
      return await detail(one);
    },

    async scans(filter, limit, cursor) {
      const offset = offsetOf(cursor);
      const found = await store.scans(filter, limit + 1, offset);
      return { scans: found.slice(0, limit).map(scanView), next: found.length > limit ? String(offset + limit) : null };
    },

    async compare(before, after) {
      const [one, two] = await Promise.all([store.scan(before), store.scan(after)]);
      if (one === null || two === null) throw new MenshenError('not_found');
      if (one.scan.app !== two.scan.app || one.scan.project !== two.scan.project) throw invalid('after');
      const [had, has] = [new Set(one.contents), new Set(two.contents)];
      const fresh = two.contents.filter((finding) => !had.has(finding));
      const gone = one.contents.filter((finding) => !has.has(finding));
      const same = two.contents.filter((finding) => had.has(finding));
      const shown = async (ids: readonly string[]): Promise<FindingView[]> =>
        (await store.byIds(ids))
          .toSorted((a, b) => b.weight - a.weight)
          .slice(0, compared)
          .map((finding) => ({ ...findingView(finding, clock()), steps: [] }));
      return {
        before: scanView(one.scan),
        after: scanView(two.scan),
        ...{ fresh: await shown(fresh), gone: await shown(gone), same: await shown(same) },
        totals: { fresh: fresh.length, gone: gone.length, same: same.length },
      };
    },

    async maintain() {
      const now = clock();
      const ended = await store.ended(now);
      if (ended.length > 0) {
        const detail_ = { findings: ended.slice(0, 20).join(' '), count: ended.length, reason: 'the acceptance has ended' };
        await audit.act(system, { activity: 'update', entity: 'finding', detail: detail_ }, () =>
          store.change(ended, (finding) =>
            // Somebody may have prolonged it meanwhile.
            finding.state === 'accepted' && finding.acceptedUntil !== null && finding.acceptedUntil <= now
              ? {
                  finding: { ...finding, state: 'reopened', acceptedUntil: null, approver: null, due: now },
                  events: [
                    {
                      finding: finding.id,
                      at: now,
                      by: system,
                      kind: 'expired',
                      value: 'reopened',
                      version: null,
                      text: finding.reason ?? '',
                    },
                  ],
                }
              : { finding, events: [] },
          ),
        );
        parts.changed();
      }
      if (now - sweptAt < sweepMs) return;
      sweptAt = now;
      await store.removeBefore(now - keptDays * dayMs);
    },
  };
}

function severityCounts(found: ReadonlyMap<string, number>): Record<FindingSeverity, number> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const severity of findingSeverities) counts[severity] = found.get(severity) ?? 0;
  return counts;
}

function scanOf(report: ScanReport, merged: Merged, facts: ScanFacts, id: string, now: number): StoredScan {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity, suppression } of report.findings) if (suppression === null) counts[severity] += 1;
  return {
    ...facts,
    ...{ id, tool: report.tool, toolVersion: report.toolVersion, finished: now, complete: report.complete, counts },
    fresh: merged.fresh.length,
    reopened: merged.reopened.length,
    fixed: merged.fixed,
    same: merged.seen.length - merged.fresh.length - merged.reopened.length,
    suppressed: merged.suppressed,
    problems: report.problems.slice(0, keptProblems).map(({ file, message }) => ({ file, message })),
  };
}
