import type { GatewayMode } from '@menshen/contract';
import { quote } from './canonical-json.ts';
import { type EventObject, resourcesText } from './event-object.ts';
import type { StageTrace } from './stage-trace.ts';

/*
 * The event of a request through the gateway is written once or twice for every request, so it is put together from parts: of the route and of
 * the session, which are written once for many requests, and of the request, which its intent and its outcome share.
 */

const maxPath = 1_024;
const maxAgent = 200;

/** OCSF API Activity: 1 create, 2 read, 3 update, 4 delete, 99 other. */
const activities: ReadonlyMap<string, number> = new Map([
  ['POST', 1],
  ['GET', 2],
  ['HEAD', 2],
  ['PUT', 3],
  ['PATCH', 3],
  ['DELETE', 4],
]);
const statusIds = { passed: 1, refused: 2, failed: 2, unknown: 0 } as const;
const severityIds = { passed: 1, refused: 2, failed: 3, unknown: 4 } as const;

/** What the event says of the place that was asked for. */
export interface EventRoute {
  readonly app: string | null;
  readonly route: string | null;
  readonly action: string | null;
}

/** What the event says of who asked: a person's uid and nothing else of the person. */
export interface EventSession {
  readonly uid: string | null;
  readonly kind: string | null;
  readonly session: string | null;
  readonly device: string | null;
  readonly channel: string | null;
  readonly assurance: number | null;
}

/** What is known of a request when it is about to be forwarded. */
export interface EventRequest {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly address: string;
  readonly userAgent: string | null;
  readonly mode: GatewayMode;
}

/** How a request stands: `unknown` while its outcome is still to come. */
export interface EventEnding {
  /** Epoch ms. */
  readonly time: number;
  readonly outcome: 'passed' | 'refused' | 'failed' | 'unknown';
  readonly code: string | null;
  /** HTTP status of the backend. */
  readonly status: number | null;
  readonly stages: readonly StageTrace[];
  readonly policies: readonly string[];
  readonly latencyMicros: number;
  readonly backendMicros: number | null;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** The campaign whose guard it came to, once it is known which. */
  readonly campaign?: string | null;
  /** The route's resource, once it is known which. */
  readonly object?: EventObject | null;
  /** Members that stand after the stages, as canonical JSON; see `inspection/threats-text.ts`. */
  readonly threats?: string | null;
}

export type GatewayEventFields = EventRoute & EventSession & EventRequest & EventEnding;

/** Members of {@link EventRoute} as JSON, cut where other members stand between them. */
export interface RouteText {
  readonly operation: string;
  readonly place: string;
  readonly route: string;
}

/** Members of {@link EventSession} as JSON, cut where other members stand between them. */
export interface SessionText {
  readonly actor: string;
  readonly assurance: string;
  readonly channel: string;
  readonly device: string;
  readonly session: string;
}

const campaignText = (campaign: string | null | undefined): string => (campaign == null ? '' : `,"campaign":${quote(campaign)}`);
const orNull = (text: string | null): string => (text === null ? 'null' : quote(text));

export function routeText({ app, route, action }: EventRoute): RouteText {
  return {
    operation: `,"api":{"operation":${quote(action ?? route ?? 'undeclared')},"request":{"uid":"`,
    place: `,"unmapped":{"menshen":{"action":${orNull(action)},"app":${orNull(app)}`,
    route: `","route":${orNull(route)}`,
  };
}

export function sessionText({ uid, kind, session, device, channel, assurance }: EventSession): SessionText {
  return {
    actor: uid === null ? ',"actor":{"app_name":"mini program"}' : `,"actor":{"user":{"uid":${quote(uid)}}}`,
    assurance: `,"assurance":${assurance},"backend_us":`,
    channel: `,"channel":${orNull(channel)},"code":`,
    device: `,"device":${orNull(device)},"kind":${orNull(kind)},"latency_us":`,
    session: `,"session":${orNull(session)},"stages":[`,
  };
}

/** Texts of small numbers: the engine forgets between two requests how it wrote one. */
const small = Array.from({ length: 1_000 }, (_, number) => String(number));

/** A stage's decision as one string: `stage|verdict|micros[|code[|where]]`, the code empty where only the place is told; see {@link parseStage}. */
function stageText({ stage, verdict, micros, code, where }: StageTrace): string {
  if (code === null && where === null) return `"${stage}|${verdict}|${small[micros] ?? micros}"`;
  return quote(`${stage}|${verdict}|${micros}|${code ?? ''}${where === null ? '' : `|${where}`}`);
}

/** Reads what {@link GatewayEvent} wrote of a stage; null when it is not of that form. */
export function parseStage(
  text: string,
): { stage: string; verdict: string; micros: number; code: string | null; where: string | null } | null {
  const [stage = '', verdict = '', micros = '', code = '', ...where] = text.split('|');
  if (verdict === '' || !/^\d{1,12}$/.test(micros)) return null;
  return {
    stage,
    verdict,
    micros: Number(micros),
    code: code === '' ? null : code,
    where: where.length === 0 ? null : where.join('|'),
  };
}

/** API Activity (6003) of one request: made with what is known of the request, written with how it stands. A test holds it against `canonicalJson`. */
export class GatewayEvent {
  readonly #session: SessionText;
  readonly #start: string;
  readonly #address: string;
  readonly #type: string;
  readonly #mode: string;
  readonly #id: string;
  /** Stages that are written out: an outcome goes on where the intent before it ended. */
  #stages: readonly StageTrace[] | null = null;
  #written = 0;
  #stagesText = '';

  constructor(request: EventRequest, route: RouteText, session: SessionText) {
    const { requestId, method, path, address, userAgent, mode } = request;
    const activity = activities.get(method) ?? 99;
    const agent = userAgent === null ? '' : `,"user_agent":${quote(userAgent.slice(0, maxAgent))}`;
    this.#session = session;
    this.#start =
      `{"activity_id":${activity}${session.actor}${route.operation}${requestId}"}},"category_uid":6,"class_uid":6003,` +
      `"http_request":{"http_method":${quote(method)},"url":{"path":${quote(path.slice(0, maxPath))}}${agent}},`;
    this.#address = `,"src_endpoint":{"ip":${quote(address)}},`;
    this.#type = `,"type_uid":${600_300 + activity}${route.place}${session.assurance}`;
    this.#mode = `,"mode":"${mode}","outcome":"`;
    this.#id = `],"request_id":"${requestId}${route.route}${session.session}`;
  }

  /** The event as canonical JSON. */
  write(ending: EventEnding): string {
    const { outcome, code, status } = ending;
    const response = status === null ? '' : `"http_response":{"code":${status}},`;
    const statusCode = code === null ? '' : `"status_code":${quote(code)},`;
    let policies = '';
    for (const policy of ending.policies) policies += policies === '' ? quote(policy) : `,${quote(policy)}`;
    return (
      `${this.#start}${response}"metadata":{"product":{"name":"Menshen","vendor_name":"Menshen"},"version":"1.8.0"},` +
      `${resourcesText(ending.object)}"severity_id":${severityIds[outcome]}${this.#address}${statusCode}"status_id":${statusIds[outcome]},"time":${ending.time}${this.#type}` +
      `${ending.backendMicros},"bytes_in":${ending.bytesIn},"bytes_out":${ending.bytesOut}${campaignText(ending.campaign)}${this.#session.channel}${orNull(code)}` +
      `${this.#session.device}${ending.latencyMicros}${this.#mode}${outcome}","policies":[${policies}${this.#id}${this.#textOf(ending.stages)}]${ending.threats ?? ''}}}}`
    );
  }

  /** To one list of stages others may be added between two calls; what stood in it does not change. */
  #textOf(stages: readonly StageTrace[]): string {
    if (stages !== this.#stages) {
      this.#stages = stages;
      this.#written = 0;
      this.#stagesText = '';
    }
    for (; this.#written < stages.length; this.#written += 1) {
      const trace = stages[this.#written];
      if (trace !== undefined) this.#stagesText += this.#written === 0 ? stageText(trace) : `,${stageText(trace)}`;
    }
    return this.#stagesText;
  }
}

/** The event of a request all at once. */
export function gatewayEvent(fields: GatewayEventFields): string {
  return new GatewayEvent(fields, routeText(fields), sessionText(fields)).write(fields);
}
