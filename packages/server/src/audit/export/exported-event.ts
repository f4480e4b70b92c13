import { integer, type Plain, parsePlain, plain, text } from '../plain.ts';

/** The last millisecond that a Date can hold (ECMA-262 §21.4.1.1). */
const MAX_TIME = 8.64e15;

/** An entry as one line. One that holds a line break (none that this platform wrote does) becomes a JSON string. */
export const entryLine = (entry: string): string => (/[\r\n]/.test(entry) ? JSON.stringify(entry) : entry);

/** Where an entry stands: the log's origin and the entry's index make it provable from wherever it was sent. */
export interface EntryPlace {
  readonly origin: string;
  readonly index: number;
}

/** Who exports, as the formats' headers name it. */
export interface Exporter {
  /** Version of the program. */
  readonly version: string;
  /** HOSTNAME of RFC 5424: what is not printable ASCII is replaced. */
  readonly host: string;
  /** Private enterprise number of syslog's structured data. 32473 is the one for examples (RFC 5612); a company puts its own. */
  readonly enterprise: number;
}

/** What the export formats say of an entry of the log, read out of its OCSF event once for all of them. */
export interface ExportedEvent extends EntryPlace {
  /** The entry as the log holds it: canonical JSON, no line break. */
  readonly entry: string;
  readonly event: Readonly<Plain>;
  /** `unmapped.menshen`: what OCSF has no attribute for. */
  readonly own: Readonly<Plain>;
  /** Epoch ms. */
  readonly time: number;
  readonly classUid: number;
  readonly className: string;
  readonly activityId: number;
  /** OCSF 0 to 6; 99 is other. */
  readonly severityId: number;
  readonly outcome: 'success' | 'failure' | 'unknown';
  /** What was done, in our words, such as `login` or `order.read`. */
  readonly action: string | null;
  readonly code: string | null;
  readonly user: string | null;
  readonly address: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly agent: string | null;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly app: string | null;
  readonly route: string | null;
  readonly session: string | null;
  readonly device: string | null;
  readonly latencyMicros: number | null;
  readonly bytesIn: number | null;
  readonly bytesOut: number | null;
  readonly title: string | null;
}

/** OCSF 1.8.0 captions of the classes that this platform writes. */
const classNames: ReadonlyMap<number, string> = new Map([
  [2004, 'Detection Finding'],
  [2005, 'Incident Finding'],
  [3001, 'Account Change'],
  [3002, 'Authentication'],
  [3003, 'Authorize Session'],
  [3004, 'Entity Management'],
  [3005, 'User Access Management'],
  [4002, 'HTTP Activity'],
  [6003, 'API Activity'],
  [6005, 'Datastore Activity'],
  [6006, 'File Hosting Activity'],
]);

/** Reads an entry. One that is no JSON object is still exported, with class 0, so that nothing of the log is missing. */
export function readExported(place: EntryPlace, entry: string): ExportedEvent {
  const event = parsePlain(entry) ?? {};
  const own = plain(plain(event['unmapped'])['menshen']);
  const request = plain(event['http_request']);
  const api = plain(event['api']);
  const classUid = integer(event['class_uid']) ?? 0;
  const status = integer(event['status_id']) ?? 0;
  const time = integer(event['time']);
  return {
    ...place,
    entry,
    event,
    own,
    time: time !== null && Math.abs(time) <= MAX_TIME ? time : 0,
    classUid,
    className: classNames.get(classUid) ?? `Class ${classUid}`,
    activityId: integer(event['activity_id']) ?? 0,
    severityId: integer(event['severity_id']) ?? 0,
    outcome: status === 1 ? 'success' : status === 2 ? 'failure' : 'unknown',
    action: text(own['action']) ?? text(api['operation']),
    code: text(own['code']) ?? text(event['status_code']),
    user: text(plain(plain(event['actor'])['user'])['uid']) ?? text(plain(event['user'])['uid']),
    address: text(plain(event['src_endpoint'])['ip']),
    method: text(request['http_method']),
    path: text(plain(request['url'])['path']),
    agent: text(request['user_agent']),
    status: integer(plain(event['http_response'])['code']),
    requestId: text(own['request_id']) ?? text(plain(api['request'])['uid']),
    app: text(own['app']),
    route: text(own['route']),
    session: text(own['session']),
    device: text(own['device']),
    latencyMicros: integer(own['latency_us']),
    bytesIn: integer(own['bytes_in']),
    bytesOut: integer(own['bytes_out']),
    title: text(plain(event['finding_info'])['title']) ?? text(event['message']),
  };
}
