import type { AuditExportConfig } from '@menshen/contract';
import type { ExportedEvent, Exporter } from '../export/exported-event.ts';
import { exportLine } from '../export/formats.ts';
import { createCommandSink } from './command-sink.ts';
import { createFolderSink } from './folder-sink.ts';
import { createOtlpSink, createWebhookSink } from './http-sink.ts';
import type { Sink } from './sink.ts';
import { createSyslogSink } from './syslog-sink.ts';

/** The sink of a configured place. */
export function makeSink({ to, format }: AuditExportConfig, exporter: Exporter): Sink {
  const line = (event: ExportedEvent): string => exportLine(format, event, exporter);
  // A thread of its own, out of reach of the platform's way out; it asks the place that its configuration names, and is led nowhere else by a redirect.
  const parts = { fetch: (url: string, init: RequestInit) => fetch(url, init), clock: Date.now };
  if ('syslog' in to) {
    const { hostname = exporter.host, enterprise } = to.syslog;
    return createSyslogSink(to.syslog, { ...exporter, host: hostname, enterprise });
  }
  if ('webhook' in to) return createWebhookSink(to.webhook, line, parts);
  if ('otlp' in to) return createOtlpSink(to.otlp, exporter, parts);
  return 'folder' in to ? createFolderSink(to.folder, line) : createCommandSink(to.command, line);
}
