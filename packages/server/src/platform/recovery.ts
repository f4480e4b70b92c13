import { join } from 'node:path';
import type { Config } from '@menshen/contract';
import { postgresArchive } from '../recover/archive.ts';
import type { Recovery } from '../recover/recovery.ts';
import { runOnThread } from '../recover/run.ts';
import { createRecoveryService } from '../recover/service.ts';
import { stopNoting } from '../recover/ship/postgres-changes.ts';
import { type Shipping, startShipping } from '../recover/ship/service.ts';
import { createRecoverStore } from '../recover/store.ts';
import { type Closers, settleMs } from './closers.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';
import { absolutePlace } from './recovery-place.ts';

const hourMs = 3_600_000;
const ownerMs = 1_000;
const settleMarginMs = 200;

/**
 * Starts shipping to the second place, where one is configured. To be called right after the foundation is there: what is opened later is closed before, so
 * that the last segment has all of it. Of processes that share a log its owner ships.
 */
export function startShippingOf(
  foundation: Foundation,
  config: Config,
  closers: Closers,
  at: { readonly folder: string; readonly version: string },
): { readonly current: () => Shipping | null } {
  const { keys, metrics, audit, clock, tlogFolder, origin } = foundation;
  const { ship, recipients } = config.recovery;
  if (!config.store.startsWith('file:') && (ship === undefined || !ship.database))
    void stopNoting(config.store).catch(() => metrics.add('menshen_maintenance_failures_total'));
  if (ship === undefined) return { current: () => null };
  const start = (): Shipping =>
    startShipping(
      {
        places: {
          ...{ data: config.data, log: tlogFolder, keys: ship.keys },
          database: config.store.startsWith('file:') ? config.store.slice('file:'.length) : null,
        },
        postgres: config.store.startsWith('file:') || !ship.database ? null : config.store,
        work: join(config.data, 'shipping'),
        to: absolutePlace(ship.to, at.folder),
        ...{ recipients, origin, signingSeed: keys.derive('audit log signing key'), version: at.version },
        everyMs: ship.everySeconds * 1_000,
        settleMs: config.audit.checkpointIntervalMs + settleMarginMs,
        baseMs: ship.baseHours * hourMs,
        keepMs: ship.keepDays * 24 * hourMs,
      },
      { metrics, clock },
    );
  let shipping = !config.audit.shared || audit.owner() ? start() : null;
  const timer = config.audit.shared
    ? setInterval(() => {
        if (shipping === null && audit.owner()) shipping = start();
      }, ownerMs).unref()
    : null;
  closers.add(async () => {
    if (timer !== null) clearInterval(timer);
    await shipping?.close();
  });
  return { current: () => shipping };
}

/** Starts backups and drills by schedule, and what the console shows of recovery. */
export function startRecovery(
  foundation: Foundation,
  current: Current,
  closers: Closers,
  given: { readonly config: Config; readonly version: string; readonly shipping: () => Shipping | null },
): Recovery {
  const { store, keys, audit, metrics, clock, random, vkey, tlogFolder } = foundation;
  const { config } = given;
  const settings = () => current.runtime.config.recovery;
  const service = createRecoveryService({
    ...{ config: settings, store: createRecoverStore(store), data: config.data, storeUrl: config.store, vkey, audit, metrics },
    log: tlogFolder,
    folder: () => current.folder,
    drillSeed: keys.derive('drill record signing key'),
    restoreSeed: keys.derive('restore record signing key'),
    ...{ version: given.version, run: runOnThread, startedAt: clock(), clock, random },
  });
  closers.add(() => service.settled(), settleMs);
  return {
    ...{ service, config: settings, storeKind: store.kind, clock },
    async standing() {
      const [archive, backup, drill, drills, backups] = await Promise.all([
        postgresArchive(store),
        service.schedule('backup'),
        service.schedule('drill'),
        service.drills(),
        service.backups(),
      ]);
      const shipping = given.shipping()?.status() ?? null;
      return { shipping, archive, backup, drill, drills, newest: backups[0]?.created ?? null };
    },
  };
}
