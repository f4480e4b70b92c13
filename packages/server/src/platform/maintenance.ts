import type { Config } from '@menshen/contract';
import { noteIntervalMs } from '../audit/registry/service.ts';
import { beatIntervalMs } from '../nodes/service.ts';
import type { Foundation } from './foundation.ts';
import { startRounds } from './rounds.ts';

const maintainMs = 30_000;
const switchRefreshMs = 2_000;

export interface MaintenanceParts {
  readonly foundation: Foundation;
  readonly config: Config;
  /** What is swept twice a minute. */
  readonly sweep: readonly (() => Promise<unknown> | undefined)[];
  readonly syncDirectory: () => Promise<unknown>;
  readonly refreshSwitches: () => void;
}

/**
 * Does each piece of work twice a minute, one round of it at a time: one that waits for a store that is away keeps neither itself nor others piling up. They
 * begin one after the other over the half minute, so that requests do not wait for all of them at once. Returns the function that stops it.
 */
export function startSweep(sweep: readonly (() => Promise<unknown> | undefined)[], failed: () => void): () => void {
  const stops = new Set<() => unknown>();
  sweep.forEach((one, at) => {
    const begin = setTimeout(
      () => {
        stops.delete(abandon);
        stops.add(startRounds(maintainMs, async () => await one(), failed));
      },
      Math.round((at * maintainMs) / sweep.length),
    );
    begin.unref();
    const abandon = (): void => clearTimeout(begin);
    stops.add(abandon);
  });
  return () => {
    for (const stop of stops) void stop();
  };
}

/** Does at intervals what nobody asks for. Returns the function that stops it. */
export function startMaintenance({ foundation, config, sweep, syncDirectory, refreshSwitches }: MaintenanceParts): () => void {
  const { logs, metrics, nodes } = foundation;
  const failed = (): void => metrics.add('menshen_maintenance_failures_total');
  const timers = [
    setInterval(
      () => void syncDirectory().catch(() => metrics.add('menshen_directory_sync_failures_total')),
      config.directory.syncIntervalSeconds * 1_000,
    ),
    setInterval(refreshSwitches, switchRefreshMs),
    setInterval(() => void logs.note().catch(failed), noteIntervalMs),
    setInterval(() => void nodes?.beat().catch(failed), beatIntervalMs),
  ];
  for (const timer of timers) timer.unref();
  const stopSweep = startSweep(sweep, failed);
  return () => {
    stopSweep();
    for (const timer of timers) clearInterval(timer);
  };
}
