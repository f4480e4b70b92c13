import { MenshenError, type ScanSourceConfig, type ScanSourceView, type ScansConfig } from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import { readReport } from '../read/read-report.ts';
import type { ScanService } from '../service.ts';
import type { RunOutcome, RunRequest } from './run-scan.ts';
import { lastSlot, nextSlot } from './schedule.ts';
import type { RunFailure, RunTrigger, SourceState, SourceStore } from './source-store.ts';

/** Beyond the deadline of a scan, after which another node may take a run whose node has died. */
const leaseGraceMs = 120_000;
const system = 'menshen';

export interface ScanRunnerParts {
  readonly config: () => ScansConfig;
  /** `scans.root` made absolute; null where the configuration names none. */
  readonly root: () => string | null;
  readonly store: SourceStore;
  readonly scans: Pick<ScanService, 'take'>;
  readonly run: (request: RunRequest) => Promise<RunOutcome>;
  readonly audit: Pick<Audit, 'act'>;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly changed: () => void;
  readonly version: string;
  readonly clock: () => number;
}

export interface ScanRunner {
  list(): Promise<ScanSourceView[]>;
  /** Asks for a scan of a source now. @throws MenshenError `not_found`, `conflict` while one runs */
  request(app: string, project: string, by: string): Promise<void>;
  /** Asks for scans of the sources of an app that want one at each release. */
  released(app: string, version: string): Promise<void>;
  /** Begins what is due, one scan at a time; to be called by the maintenance. Resolves at once; {@link ScanRunner.settled} waits. */
  tick(): Promise<void>;
  settled(): Promise<void>;
}

/** Scans source folders when they are due or somebody asks, one at a time on a node and each on one node only. */
export function createScanRunner(parts: ScanRunnerParts): ScanRunner {
  const { config, store, audit, metrics, clock } = parts;
  let working: Promise<void> | null = null;

  const states = async (): Promise<ReadonlyMap<string, SourceState>> =>
    new Map((await store.all()).map((state) => [`${state.app}/${state.project}`, state]));
  const sourceOf = (app: string, project: string): ScanSourceConfig => {
    const source = config().sources.find((one) => one.app === app && one.project === project);
    if (source === undefined) throw new MenshenError('not_found');
    return source;
  };
  const isDue = (source: ScanSourceConfig, state: SourceState | undefined, now: number): boolean => {
    if ((state?.leaseUntil ?? 0) > now) return false;
    if (state !== undefined && state.request !== null) return true;
    const slot = lastSlot(source, config().timeZone, now);
    return slot !== null && (state?.lastStarted ?? -1) < slot;
  };

  const scan = async (source: ScanSourceConfig, state: SourceState | undefined): Promise<void> => {
    const { app, project, folder } = source;
    const { seconds, memoryMb } = config();
    const now = clock();
    const leaseUntil = now + seconds * 1_000 + leaseGraceMs;
    if (!(await store.claim(app, project, state?.lastStarted ?? null, now, leaseUntil))) return;
    parts.changed();
    const request = state?.request ?? null;
    const trigger: RunTrigger = request?.trigger ?? 'schedule';
    let failure: RunFailure | null = 'crash';
    try {
      const root = parts.root();
      const today = new Date(now).toISOString().slice(0, 10);
      const outcome =
        root === null
          ? { failure: 'folder' as const }
          : await parts.run({ root, folder, memoryMb, seconds, today, version: parts.version });
      failure = 'failure' in outcome ? outcome.failure : null;
      if ('report' in outcome)
        await parts.scans.take(readReport(outcome.report), {
          ...{ app, project, version: request?.version ?? null, trigger, by: request?.by ?? system },
        });
    } catch {
      // Of our own child: what it said was no report, or could not be kept.
      failure = 'output';
    }
    if (failure !== null) metrics.add('menshen_scan_failures_total', `reason="${failure}"`);
    await store.finish(app, project, clock(), failure);
    parts.changed();
  };

  const work = async (): Promise<void> => {
    const known = await states();
    for (const source of config().sources) {
      const state = known.get(`${source.app}/${source.project}`);
      if (isDue(source, state, clock())) await scan(source, state);
    }
  };

  return {
    async list() {
      const known = await states();
      const now = clock();
      return config().sources.map((source): ScanSourceView => {
        const state = known.get(`${source.app}/${source.project}`);
        return {
          ...source,
          next: nextSlot(source, config().timeZone, now),
          running: (state?.leaseUntil ?? 0) > now || (state !== undefined && state.request !== null),
          lastStarted: state?.lastStarted ?? null,
          lastFinished: state?.lastFinished ?? null,
          failure: state?.failure ?? null,
        };
      });
    },
    async request(app, project, by) {
      sourceOf(app, project);
      const now = clock();
      const state = (await states()).get(`${app}/${project}`);
      if (state !== undefined && (state.leaseUntil > now || state.request !== null)) throw new MenshenError('conflict');
      await audit.act(by, { activity: 'create', entity: 'scan request', detail: { app, project } }, () =>
        store.request(app, project, { at: now, by, trigger: 'manual', version: null }),
      );
      parts.changed();
      void this.tick();
    },
    async released(app, version) {
      for (const source of config().sources)
        if (source.app === app && source.onRelease)
          await store.request(app, source.project, { at: clock(), by: system, trigger: 'release', version });
    },
    async tick() {
      working ??= work()
        .catch(() => metrics.add('menshen_maintenance_failures_total'))
        .finally(() => {
          working = null;
        });
    },
    async settled() {
      await working;
    },
  };
}
