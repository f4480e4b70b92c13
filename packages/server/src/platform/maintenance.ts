import type { Config } from '@menshen/contract';
import { noteIntervalMs } from '../audit/registry/service.ts';
import { beatIntervalMs } from '../nodes/service.ts';
import type { Foundation } from './foundation.ts';

const maintainMs = 30_000;
const switchRefreshMs = 2_000;

export interface MaintenanceParts {
  readonly foundation: Foundation;
  readonly config: Config;
  /** What is swept twice a minute. */
  readonly sweep: readonly (() => Promise<unknown>)[];
  readonly syncDirectory: () => Promise<unknown>;
  readonly refreshSwitches: () => void;
}

/** Does at intervals what nobody asks for. Returns the function that stops it. */
export function startMaintenance({ foundation, config, sweep, syncDirectory, refreshSwitches }: MaintenanceParts): () => void {
  const { logs, metrics, nodes } = foundation;
  const failed = (): void => metrics.add('menshen_maintenance_failures_total');
  const timers = [
    setInterval(() => void Promise.all(sweep.map((one) => one())).catch(failed), maintainMs),
    setInterval(
      () => void syncDirectory().catch(() => metrics.add('menshen_directory_sync_failures_total')),
      config.directory.syncIntervalSeconds * 1_000,
    ),
    setInterval(refreshSwitches, switchRefreshMs),
    setInterval(() => void logs.note().catch(failed), noteIntervalMs),
    setInterval(() => void nodes?.beat().catch(failed), beatIntervalMs),
  ];
  for (const timer of timers) timer.unref();
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
