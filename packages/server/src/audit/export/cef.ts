import type { ExportedEvent, Exporter } from './exported-event.ts';

/** CEF severity 0 to 10 of an OCSF severity. */
const severities: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [1, 1],
  [2, 3],
  [3, 5],
  [4, 8],
  [5, 10],
  [6, 10],
]);

const controls = /[\u0000-\u001f\u007f]/g;
/** Header fields escape the pipe and the backslash and hold no line break (CEF, implementation standard). */
const header = (value: string): string => value.replace(/[\\|]/g, '\\$&').replace(controls, ' ');
/** Extension values escape the backslash, the equals sign and line breaks. */
const extension = (value: string): string =>
  value
    .replace(/[\\=]/g, '\\$&')
    .replace(/\r\n|[\r\n]/g, '\\n')
    .replace(controls, ' ');

/** One event in ArcSight's Common Event Format, version 0, without a syslog header. */
export function cefLine(event: ExportedEvent, { version }: Exporter): string {
  const head = [
    'CEF:0',
    'Menshen',
    'Menshen',
    version,
    header(event.code ?? String(event.classUid * 100 + event.activityId)),
    header(event.title ?? event.action ?? event.className),
    severities.get(event.severityId) ?? 0,
  ].join('|');
  const pairs: readonly (readonly [string, string | number | null])[] = [
    ['rt', event.time],
    ['externalId', event.index],
    ['dvchost', event.origin],
    ['cat', event.className],
    ['act', event.action],
    ['outcome', event.outcome],
    ['reason', event.code],
    ['suser', event.user],
    ['src', event.address],
    ['requestMethod', event.method],
    ['request', event.path],
    ['requestClientApplication', event.agent],
    ['in', event.bytesIn],
    ['out', event.bytesOut],
    ...labelled('cs1', 'requestId', event.requestId),
    ...labelled('cs2', 'app', event.app),
    ...labelled('cs3', 'route', event.route),
    ...labelled('cs4', 'session', event.session),
    ...labelled('cs5', 'device', event.device),
    ...labelled('cn1', 'httpStatus', event.status),
    ...labelled('cn2', 'latencyMicros', event.latencyMicros),
  ];
  const body = pairs
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}=${extension(String(value))}`)
    .join(' ');
  return `${head}|${body}`;
}

const labelled = (
  key: string,
  label: string,
  value: string | number | null,
): readonly (readonly [string, string | number | null])[] =>
  value === null
    ? []
    : [
        [`${key}Label`, label],
        [key, value],
      ];
