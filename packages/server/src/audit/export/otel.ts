import type { ExportedEvent, Exporter } from './exported-event.ts';

/** OpenTelemetry severity number and text (logs data model) of an OCSF severity. */
const severities: ReadonlyMap<number, readonly [number, string]> = new Map([
  [1, [9, 'INFO']],
  [2, [10, 'INFO2']],
  [3, [13, 'WARN']],
  [4, [17, 'ERROR']],
  [5, [18, 'ERROR2']],
  [6, [21, 'FATAL']],
]);

interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values: readonly AnyValue[] };
  readonly kvlistValue?: { readonly values: readonly KeyValue[] };
}

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** A JSON value as OTLP's AnyValue; 64-bit integers are strings in its JSON form. Null is the empty value. */
function anyValue(value: unknown): AnyValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value === 'object' && value !== null) return { kvlistValue: { values: keyValues(value) } };
  return {};
}

const keyValues = (members: object): KeyValue[] =>
  Object.entries(members).map(([key, value]) => ({ key, value: anyValue(value) }));

/** Log records of OTLP 1.x in their JSON form (`ExportLogsServiceRequest`): the OCSF event is the body, `eventName` its class. */
export function otelRequest(events: readonly ExportedEvent[], { version }: Exporter): string {
  const origin = events[0]?.origin ?? '';
  return JSON.stringify({
    resourceLogs: [
      {
        resource: {
          attributes: keyValues({ 'service.name': 'menshen', 'service.version': version, 'service.instance.id': origin }),
        },
        scopeLogs: [{ scope: { name: 'menshen.audit', version }, logRecords: events.map(logRecord) }],
      },
    ],
  });
}

function logRecord(event: ExportedEvent): object {
  const [severityNumber, severityText] = severities.get(event.severityId) ?? [0, undefined];
  const nanos = `${event.time}000000`;
  return {
    timeUnixNano: nanos,
    observedTimeUnixNano: nanos,
    severityNumber,
    severityText,
    eventName: `menshen.${event.className.toLowerCase().replaceAll(' ', '_')}`,
    body: anyValue(event.event),
    attributes: keyValues({ 'log.record.uid': `${event.origin}/${event.index}`, 'menshen.log_index': event.index }),
  };
}
