import { join } from 'node:path';
import type { Config } from '@menshen/contract';
import { type Shipping, startShipping } from '../recover/ship/service.ts';
import type { Closers } from './closers.ts';
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
  if (ship === undefined) return { current: () => null };
  const start = (): Shipping =>
    startShipping(
      {
        places: {
          ...{ data: config.data, log: tlogFolder, keys: ship.keys },
          database: config.store.startsWith('file:') ? config.store.slice('file:'.length) : null,
        },
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
