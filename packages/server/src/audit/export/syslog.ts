import { type ExportedEvent, type Exporter, entryLine } from './exported-event.ts';

/** RFC 5424 §6.2.1: facility 13 is "log audit". */
const FACILITY = 13;

/** RFC 5424 severity of an OCSF severity: emergency is nobody's. */
const severities: ReadonlyMap<number, number> = new Map([
  [1, 6],
  [2, 5],
  [3, 4],
  [4, 3],
  [5, 2],
  [6, 1],
]);

const printable = (value: string, most: number): string => value.replace(/[^\x21-\x7e]/g, '_').slice(0, most) || '-';
/** PARAM-VALUE (RFC 5424 §6.3.3): `"`, `\` and `]` are escaped; line breaks would end a message on a stream of lines. */
const parameter = (value: string): string => value.replace(/["\\\]]/g, '\\$&').replace(/[\u0000-\u001f\u007f]/g, ' ');

/** One event as an RFC 5424 message; the message part is the entry itself, as UTF-8 behind its mark. */
export function syslogLine(event: ExportedEvent, { host, enterprise }: Exporter): string {
  const priority = FACILITY * 8 + (severities.get(event.severityId) ?? 6);
  const pairs: readonly (readonly [string, string | number | null])[] = [
    ['origin', event.origin],
    ['index', event.index],
    ['outcome', event.outcome],
    ['action', event.action],
    ['code', event.code],
    ['user', event.user],
    ['src', event.address],
    ['app', event.app],
    ['request', event.requestId],
  ];
  const data = pairs
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ` ${name}="${parameter(String(value))}"`)
    .join('');
  const name = printable(event.className.replaceAll(' ', ''), 32);
  const stamp = new Date(event.time).toISOString();
  return `<${priority}>1 ${stamp} ${printable(host, 255)} menshen - ${name} [menshen@${enterprise}${data}] \ufeff${entryLine(event.entry)}`;
}

/** A message as a stream carries it: its length in bytes before it (RFC 6587 §3.4.1, RFC 5425 §4.3). */
export function octetCounted(message: string): Buffer {
  const bytes = Buffer.from(message);
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes]);
}
