import { resolve } from 'node:path';
import type { Config } from '@menshen/contract';
import { createAuditRetention } from '../audit/archive/service.ts';
import { archiveOf } from '../audit/log/source.ts';
import type { Closers } from './closers.ts';
import type { Foundation } from './foundation.ts';

const intervalMs = 3_600_000;
/** The first run waits until a start is over. */
const firstMs = 60_000;

/** Archives the audit log by day, and removes what its retention has ended for, once an hour. */
export function startAuditRetention(
  { audit, metrics, tlogFolder, origin, vkey, clock }: Foundation,
  config: Config,
  /** The days of `retention.audit` as they are now. */
  keptDays: () => number,
  closers: Closers,
): void {
  const { directory, days, timeZone } = config.audit.archive;
  const retention = createAuditRetention({
    ...{ audit, vkey, timeZone, clock, directory: tlogFolder },
    archive: archiveOf(resolve(tlogFolder, directory), origin),
    days: keptDays,
    archiveDays: days,
  });
  let running: Promise<unknown> | null = null;
  const run = (): void => {
    running ??= retention
      .run()
      .catch(() => metrics.add('menshen_maintenance_failures_total'))
      .finally(() => {
        running = null;
      });
  };
  const first = setTimeout(run, firstMs);
  const timer = setInterval(run, intervalMs);
  first.unref();
  timer.unref();
  closers.add(async () => {
    clearTimeout(first);
    clearInterval(timer);
    await running;
  });
}
