import { integer, parsePlain, plain, text } from '../../plain.ts';
import { readGatewayEvent, refusingStage } from '../gateway-event-reader.ts';
import { type IndexedEvent, OUTCOME_IDS, type OutcomeName } from './indexed-event.ts';

export { type IndexedEvent, OUTCOME_IDS, type OutcomeName } from './indexed-event.ts';

/**
 * Reads the index columns out of an OCSF event. An entry that is not a JSON object still gets its row, with class 0, so
 * that the index has one row for every entry of the log.
 */
export function indexEvent(entry: string): IndexedEvent {
  return readGatewayEvent(entry) ?? parseEvent(entry);
}

/** The columns in the order of the table, written out because it is done for every entry. */
export function columnsOf(event: IndexedEvent): (string | number | null)[] {
  return [
    event.time,
    event.class_uid,
    event.activity_id,
    event.severity_id,
    event.status_id,
    event.outcome,
    event.app,
    event.action,
    event.route,
    event.method,
    event.path,
    event.http_status,
    event.code,
    event.stage,
    event.user,
    event.dept,
    event.address,
    event.session,
    event.device,
    event.request_id,
    event.latency_us,
    event.bytes_out,
    event.message,
    event.object_type,
    event.object,
  ];
}

/** Reads the index columns by parsing the whole entry. */
export function parseEvent(entry: string): IndexedEvent {
  const event = parsePlain(entry) ?? {};
  const own = plain(plain(event.unmapped).menshen);
  const actor = plain(plain(event.actor).user);
  const subject = plain(event.user);
  const request = plain(event.http_request);
  const api = plain(event.api);
  const code = text(own.code) ?? text(event.status_code);
  const status = integer(event.status_id) ?? 0;
  const resource = plain(Array.isArray(event.resources) ? event.resources[0] : null);
  const uid = text(resource.uid);
  return {
    time: integer(event.time) ?? 0,
    class_uid: integer(event.class_uid) ?? 0,
    activity_id: integer(event.activity_id) ?? 0,
    severity_id: integer(event.severity_id) ?? 0,
    status_id: status,
    outcome: outcomeId(own.outcome, status, code),
    app: text(own.app),
    action: text(own.action) ?? text(api.operation),
    route: text(own.route),
    method: text(request.http_method),
    path: text(plain(request.url).path),
    http_status: integer(plain(event.http_response).code),
    code,
    stage: text(own.stage) ?? stageOf(own.stages),
    user: text(actor.uid) ?? text(subject.uid),
    dept: text(own.dept),
    address: text(plain(event.src_endpoint).ip),
    session: text(own.session),
    device: text(own.device),
    request_id: text(own.request_id) ?? text(plain(api.request).uid),
    latency_us: integer(own.latency_us),
    bytes_out: integer(own.bytes_out),
    message: text(event.message) ?? text(plain(event.finding_info).title),
    object_type: uid === null ? null : text(resource.type),
    object: uid ?? text(own.object),
  };
}

function outcomeId(name: unknown, status: number, code: string | null): number {
  if (typeof name === 'string' && Object.hasOwn(OUTCOME_IDS, name)) return OUTCOME_IDS[name as OutcomeName];
  if (status === 1) return OUTCOME_IDS.passed;
  if (status === 0) return OUTCOME_IDS.unknown;
  return code === null ? OUTCOME_IDS.failed : OUTCOME_IDS.refused;
}

/** The stage that refused, from the gateway's `stage|verdict|...` lines. */
function stageOf(stages: unknown): string | null {
  const last: unknown = Array.isArray(stages) ? stages.at(-1) : null;
  return typeof last === 'string' ? refusingStage(last) : null;
}
