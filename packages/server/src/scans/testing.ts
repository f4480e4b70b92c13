import { type ScansConfig, scansSchema } from '@menshen/contract';
import type { NewNotice } from '../notify/model.ts';
import { metaMigrations } from '../store/meta-tables.ts';
import type { OpenTestStore, TestStore } from '../store/testing.ts';
import { readReport } from './read/read-report.ts';
import { createScanService, type ScanService } from './service.ts';
import { createScanStore, type ScanStore } from './store.ts';
import { scanMigrations } from './tables.ts';

export const dayMs = 86_400_000;
export const start = 1_767_225_600_000;

export interface ScanBench {
  readonly store: TestStore;
  readonly findings: ScanStore;
  readonly service: ScanService;
  readonly clock: { now: number };
  readonly notices: NewNotice[];
  readonly acts: { readonly by: string; readonly detail: Readonly<Record<string, unknown>> }[];
  readonly alarms: string[];
}

/** For tests: the service of findings over a new store, with a clock that stands. */
export async function openBench(open: OpenTestStore, config: object = {}): Promise<ScanBench> {
  const store = await open({ migrations: [...metaMigrations, ...scanMigrations] });
  const clock = { now: start };
  const parsed: ScansConfig = scansSchema.parse(config);
  const notices: NewNotice[] = [];
  const acts: ScanBench['acts'] = [];
  const alarms: string[] = [];
  let next = 0;
  const findings = createScanStore(store);
  const service = createScanService({
    ...{ store: findings, config: () => parsed, clock: () => clock.now, changed: () => undefined },
    hasApp: (app) => app === 'portal',
    audit: {
      async act(by, { detail }, perform) {
        acts.push({ by, detail });
        return await perform();
      },
      record: async (event) => alarms.push(event),
    },
    notify: { send: async (notice) => `n_${notices.push(notice)}` },
    metrics: { add: () => undefined },
    random: (size) => {
      next += 1;
      const bytes = new Uint8Array(size);
      new DataView(bytes.buffer).setUint32(0, next);
      return bytes;
    },
  });
  return { store, findings, service, clock, notices, acts, alarms };
}

/** A finding as `menshen scan --upload` tells it. */
export const found = (fingerprint: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  ...{ rule: 'MP-CLD-003', file: 'cloudfunctions/order/index.js', line: 7, severity: 'high', confidence: 'high' },
  fingerprint: fingerprint.padEnd(16, '0'),
  message: { zh: '没有核对归属', en: 'the owner is not checked' },
  ...changes,
});

export const report = (findings: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) =>
  readReport({ tool: 'menshen', version: '1', findings, ...more });

export const facts = { app: 'portal', project: 'backend', version: null, trigger: 'upload' as const, by: 'ci' };
