import type { GuardDifference } from '@menshen/contract';
import { guardDifference } from '../guard-difference.ts';
import { type IndexedEvent, OUTCOME_IDS, type OutcomeName } from './index/indexed-event.ts';

/** Strings without escapes and whole numbers of which every digit is exact; nothing in it can be matched in two ways, so that the time is linear. */
const string = '"[^"\\\\]*"';
const text = '(?:null|"([^"\\\\]*)")';
const integer = '(0|[1-9]\\d{0,14})';
const anyInteger = '(?:null|0|[1-9]\\d{0,14})';

/** An event exactly as `GatewayEvent` writes it. */
const gatewayEvent = new RegExp(
  `^\\{"activity_id":${integer},"actor":\\{(?:"app_name":"mini program"|"user":\\{"uid":${text}\\})\\},` +
    `"api":\\{"operation":${text},"request":\\{"uid":${string}\\}\\},"category_uid":6,"class_uid":6003,` +
    `"http_request":\\{"http_method":${text},"url":\\{"path":${text}\\}(?:,"user_agent":"([^"\\\\]*)")?\\},` +
    `(?:"http_response":\\{"code":${integer}\\},)?` +
    `"metadata":\\{"product":\\{"name":"Menshen","vendor_name":"Menshen"\\},"version":"1\\.8\\.0"\\},` +
    `(?:"resources":\\[\\{"type":"([^"\\\\]*)","uid":"([^"\\\\]*)"\\}\\],)?` +
    `"severity_id":${integer},"src_endpoint":\\{"ip":${text}\\},(?:"status_code":${string},)?"status_id":${integer},` +
    `"time":${integer},"type_uid":${anyInteger},"unmapped":\\{"menshen":\\{"action":${text},"app":${text},` +
    `"assurance":${anyInteger},"backend_us":${anyInteger},"bytes_in":${anyInteger},"bytes_out":${integer},(?:"campaign":"([^"\\\\]*)",)?` +
    `"channel":(?:null|${string}),"code":${text},"device":${text},"kind":(?:null|${string}),"latency_us":${integer},` +
    `"mode":${string},"outcome":"(unknown|passed|refused|failed)","policies":\\[(?:${string}(?:,${string})*)?\\],` +
    `"request_id":"([^"\\\\]+)","route":${text},"session":${text},"stages":\\[(?:(?:${string},)*"([^"\\\\]*)")?\\]\\}\\}\\}$`,
);

const orNull = (found: string | undefined): string | null => (found === undefined || found === '' ? null : found);

/** A request through the gateway: the columns of the index, and what only detection asks for. */
export interface GatewayRequest {
  readonly row: IndexedEvent;
  /** As it was sent, also an empty one; null where none was. */
  readonly userAgent: string | null;
  /** The campaign whose guard it came to; null for all others. */
  readonly campaign: string | null;
  /** What its guard expected and saw; null where no guard refused it for that. */
  readonly difference: GuardDifference | null;
}

/** The index columns of a request through the gateway; see {@link readGatewayRequest}. */
export function readGatewayEvent(entry: string): IndexedEvent | null {
  return readGatewayRequest(entry)?.row ?? null;
}

/**
 * Reads the index columns of a request through the gateway, at a fraction of what parsing its JSON costs. Null for everything that is not written
 * exactly as `GatewayEvent` writes it without escapes: that is parsed.
 */
export function readGatewayRequest(entry: string): GatewayRequest | null {
  const found = gatewayEvent.exec(entry);
  if (found === null) return null;
  // By number, because taking a match apart by a pattern walks it with an iterator.
  const status = found[7];
  const lastStage = found[25];
  const row: IndexedEvent = {
    time: Number(found[13]),
    class_uid: 6003,
    activity_id: Number(found[1]),
    severity_id: Number(found[10]),
    status_id: Number(found[12]),
    outcome: OUTCOME_IDS[found[21] as OutcomeName],
    app: orNull(found[15]),
    action: orNull(found[14]) ?? orNull(found[3]),
    route: orNull(found[23]),
    method: orNull(found[4]),
    path: orNull(found[5]),
    http_status: status === undefined ? null : Number(status),
    code: orNull(found[18]),
    stage: lastStage === undefined ? null : refusingStage(lastStage),
    user: orNull(found[2]),
    dept: null,
    address: orNull(found[11]),
    session: orNull(found[24]),
    device: orNull(found[19]),
    request_id: orNull(found[22]),
    latency_us: Number(found[20]),
    bytes_out: Number(found[16]),
    message: null,
    object_type: orNull(found[9]) === null ? null : orNull(found[8]),
    object: orNull(found[9]),
  };
  const difference = lastStage === undefined ? null : guardDifference(lastStage);
  return { row, userAgent: found[6] ?? null, campaign: orNull(found[17]), difference };
}

/** The stage that refused, from the last of the gateway's `stage|verdict|...` lines. */
export function refusingStage(line: string): string | null {
  const end = line.indexOf('|');
  const refused = end > 0 && line.startsWith('refuse', end + 1) && (line.length === end + 7 || line[end + 7] === '|');
  return refused ? line.slice(0, end) : null;
}
