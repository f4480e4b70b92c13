import { resolve } from 'node:path';
import type { EventStream } from '../api/stream.ts';
import type { NotifyService } from '../notify/service.ts';
import { createScanEvidence, type ScanEvidence } from '../scans/evidence.ts';
import { runScan } from '../scans/run/run-scan.ts';
import { createScanRunner, type ScanRunner } from '../scans/run/runner.ts';
import { createSourceStore } from '../scans/run/source-store.ts';
import { createScanService, type ScanParts, type ScanService } from '../scans/service.ts';
import { createScanStore } from '../scans/store.ts';
import { type Closers, settleMs } from './closers.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';

export interface Scans {
  readonly service: ScanService;
  readonly runner: ScanRunner;
  readonly evidence: ScanEvidence;
}

/** Starts the life of findings, and the scans of source folders that the configuration names. */
export function startScans(
  { store, audit, metrics, clock, random }: Foundation,
  current: Current,
  closers: Closers,
  {
    notify,
    found,
    stream,
    version,
  }: {
    readonly notify: NotifyService;
    /** Makes incidents of critical findings. */
    readonly found: NonNullable<ScanParts['found']>;
    readonly stream: EventStream;
    readonly version: string;
  },
): Scans {
  const findings = createScanStore(store);
  const sources = createSourceStore(store);
  const config = () => current.runtime.config.scans;
  const changed = (): void => stream.send('finding', {});
  const service = createScanService({
    ...{ store: findings, config, audit, notify, found, metrics, changed, clock, random },
    hasApp: (app) => current.runtime.apps.has(app),
  });
  const runner = createScanRunner({
    ...{ config, store: sources, scans: service, run: runScan, audit, metrics, changed, version, clock },
    root: () => {
      const { root } = config();
      return root === undefined ? null : resolve(current.folder, root);
    },
  });
  closers.add(() => runner.settled(), settleMs);
  return { service, runner, evidence: createScanEvidence(findings, sources, () => config().sources, clock) };
}
