import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { AuditExportConfig } from '@menshen/contract';
import type { Metrics } from '../../gateway/metrics.ts';
import { detectionEvent } from '../events.ts';
import type { Exporter } from '../export/exported-event.ts';
import type { Audit } from '../service.ts';
import type { ShipState } from './shipper.ts';
import type { SinkProblem } from './sink.ts';

/** What the thread is started with. */
export interface ShipThreadData {
  readonly directory: string;
  readonly cursors: string;
  readonly origin: string;
  readonly exporter: Exporter;
  readonly places: readonly AuditExportConfig[];
}

/** A place that the log is sent to, and how far it is. */
export interface ExportStatus {
  readonly id: string;
  readonly kind: 'syslog' | 'webhook' | 'otlp' | 'folder' | 'command';
  /** Host, folder or program; never a secret or a path of an address. */
  readonly place: string;
  readonly format: string;
  /** First entry that is still to go; null until the first word of the thread. */
  readonly next: number | null;
  readonly problem: SinkProblem | null;
  readonly failingSince: number | null;
}

export interface AuditExports {
  status(): readonly ExportStatus[];
  close(): Promise<void>;
}

/** A place that takes nothing for so long is an alarm. */
const alarmMs = 5 * 60_000;
const usualLookMs = 15_000;
const closeMs = 5_000;

export interface AuditExportParts {
  readonly data: string;
  readonly directory: string;
  readonly origin: string;
  readonly exporter: Exporter;
  readonly places: readonly AuditExportConfig[];
  readonly audit: Pick<Audit, 'record'>;
  readonly metrics: Pick<Metrics, 'add' | 'gauge'>;
  readonly clock: () => number;
  /** How often the places' states are looked at for alarms; 15 s when absent. */
  readonly lookMs?: number;
}

/** Sends the log to the configured places, on a thread of its own; without places there is no thread. */
export function startAuditExports(parts: AuditExportParts): AuditExports {
  const { data, directory, origin, exporter, places, audit, metrics, clock } = parts;
  if (places.length === 0) return { status: () => [], close: async () => undefined };
  const states = new Map<string, ShipState>();
  const alarmed = new Set<string>();
  const file = import.meta.url.endsWith('.ts') ? './ship-thread.ts' : './ship-thread.js';
  const workerData: ShipThreadData = { directory, cursors: join(data, 'exports'), origin, exporter, places };
  const worker = new Worker(new URL(file, import.meta.url), { workerData, name: 'audit exports' });
  let ended = false;
  worker.on('message', (state: ShipState) => states.set(state.id, state));
  worker.on('error', () => metrics.add('menshen_audit_failures_total'));
  worker.on('exit', () => {
    ended = true;
  });
  metrics.gauge('menshen_audit_exports_failing', 'Places of audit.export that do not take events.', () =>
    ended ? places.length : [...states.values()].filter(({ problem }) => problem !== null).length,
  );

  const look = (): void => {
    for (const { id } of places) {
      const state = states.get(id);
      const failing = state?.failingSince ?? null;
      if (failing === null) alarmed.delete(id);
      else if (clock() - failing >= alarmMs && !alarmed.has(id)) {
        alarmed.add(id);
        const title = 'A place that the audit log is sent to takes no events';
        audit
          .record(
            detectionEvent({
              ...{ time: clock(), rule: 'audit_export_failing', severity: 'high', title },
              detail: { place: id, problem: state?.problem ?? '', next: state?.next ?? 0 },
            }),
          )
          .catch(() => metrics.add('menshen_audit_failures_total'));
      }
    }
  };
  const timer = setInterval(look, parts.lookMs ?? usualLookMs);
  timer.unref();

  return {
    status: () =>
      places.map(({ id, format, to }) => {
        const state = states.get(id);
        return {
          ...{ id, ...described(to), format: 'otlp' in to ? 'otel' : 'syslog' in to ? 'syslog' : format },
          next: state?.next ?? null,
          problem: ended ? ('ended' as const) : (state?.problem ?? null),
          failingSince: state?.failingSince ?? null,
        };
      }),
    async close() {
      clearInterval(timer);
      if (ended) return;
      const exit = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      worker.postMessage('stop');
      const late = setTimeout(() => void worker.terminate(), closeMs);
      await exit;
      clearTimeout(late);
    },
  };
}

function described(to: AuditExportConfig['to']): Pick<ExportStatus, 'kind' | 'place'> {
  if ('syslog' in to) return { kind: 'syslog', place: `${to.syslog.host}:${to.syslog.port}` };
  if ('webhook' in to) return { kind: 'webhook', place: new URL(to.webhook.url).host };
  if ('otlp' in to) return { kind: 'otlp', place: new URL(to.otlp.url).host };
  if ('folder' in to) return { kind: 'folder', place: to.folder };
  return { kind: 'command', place: to.command[0] ?? '' };
}
