import { cefLine } from './cef.ts';
import { ecsLine } from './ecs.ts';
import { type ExportedEvent, type Exporter, entryLine } from './exported-event.ts';
import { otelRequest } from './otel.ts';
import { syslogLine } from './syslog.ts';

export const exportFormats = ['ocsf', 'ecs', 'cef', 'syslog', 'otel'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/**
 * One event as one line. `ocsf` is the entry as the log holds it, byte for byte, so that a line's leaf hash can be proved.
 */
export function exportLine(format: ExportFormat, event: ExportedEvent, exporter: Exporter): string {
  switch (format) {
    case 'ocsf':
      return entryLine(event.entry);
    case 'ecs':
      return ecsLine(event);
    case 'cef':
      return cefLine(event, exporter);
    case 'syslog':
      return syslogLine(event, exporter);
    case 'otel':
      return otelRequest([event], exporter);
  }
}
