import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { AuditExportConfig, Config } from '@menshen/contract';
import { type AuditExports, startAuditExports } from '../audit/ship/service.ts';
import type { Closers } from './closers.ts';
import type { Foundation } from './foundation.ts';

/** Starts sending the log to the places of `audit.export`. Relative paths start at the configuration's folder. */
export function startExports(
  { audit, metrics, tlogFolder, origin, clock }: Foundation,
  config: Config,
  closers: Closers,
  at: { readonly folder: string; readonly version: string },
): AuditExports {
  const start = (): AuditExports =>
    startAuditExports({
      // Processes that share a log share how far it has been sent.
      ...{ audit, metrics, clock, data: config.audit.shared ? tlogFolder : config.data, directory: tlogFolder, origin },
      exporter: { version: at.version, host: hostname(), enterprise: 32_473 },
      places: config.audit.export.map((place) => ({ ...place, to: absolute(place.to, at.folder) })),
    });
  const exports = config.audit.shared && config.audit.export.length > 0 ? startWithOwner(start, () => audit.owner()) : start();
  closers.add(() => exports.close());
  return exports;
}

const ownerMs = 1_000;

/** Of several processes that write one log, its owner alone sends it on: this one from when it becomes it. */
function startWithOwner(start: () => AuditExports, isOwner: () => boolean): AuditExports {
  let exports = isOwner() ? start() : null;
  const timer = setInterval(() => {
    if (exports === null && isOwner()) exports = start();
  }, ownerMs);
  timer.unref();
  return {
    status: () => exports?.status() ?? [],
    async close() {
      clearInterval(timer);
      await exports?.close();
    },
  };
}

function absolute(to: AuditExportConfig['to'], folder: string): AuditExportConfig['to'] {
  if ('folder' in to) return { folder: resolve(folder, to.folder) };
  if (!('syslog' in to)) return to;
  const files = Object.entries({ ca: to.syslog.ca, cert: to.syslog.cert, key: to.syslog.key });
  const found = files.flatMap(([name, file]) => (file === undefined ? [] : [[name, resolve(folder, file)]]));
  return { syslog: { ...to.syslog, ...Object.fromEntries(found) } };
}
