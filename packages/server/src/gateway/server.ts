import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type Config, type ErrorCode, errorStatus, errorText } from '@menshen/contract';
import { requestRefusedEvent } from '../audit/events.ts';
import { clientAddress, plainAddress } from './address.ts';
import { writeRefusal } from './answer.ts';
import { type ClientApiParts, createClientApi, isClientPath } from './client-api.ts';
import type { RequestContext } from './context.ts';
import { type ClientHeaders, strictTransport } from './headers.ts';
import type { ConnectionRefusal } from './http1/client-connection.ts';
import { ClientRequest } from './http1/client-request.ts';
import { ClientResponse } from './http1/client-response.ts';
import { Http1Listener } from './http1/listener.ts';
import type { RequestHead } from './http1/request-head.ts';
import { createPipeline } from './pipeline.ts';
import type { GatewayServices } from './services.ts';
import { rawWire } from './sockets/raw-wire.ts';
import { createSockets } from './sockets/sockets.ts';
import type { AdmissionState } from './stages/admit.ts';
import type { TlsPair } from './tls.ts';

export interface GatewayListen {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsPair | null;
}

export interface Gateway {
  readonly url: string;
  readonly port: number;
  readonly inFlight: () => number;
  /** Takes over limits and certificate of a new configuration. Connections that stand are kept as they are; new ones meet what is new. */
  reconfigure(config: Config['gateway']): void;
  /** Takes no new request, lets those under way end (at most `graceMs`), then closes. */
  close(graceMs: number): Promise<void>;
}

/** Starts the data plane's listener. */
export async function startGateway(
  listen: GatewayListen,
  parts: Omit<ClientApiParts, 'services'> & { services: GatewayServices },
): Promise<Gateway> {
  const { services } = parts;
  const { limits } = services.runtime().config.gateway;
  const state: AdmissionState = { inFlight: 0, closing: false };
  const pipeline = createPipeline(services, state);
  const sockets = createSockets(services, state);
  const clientApi = createClientApi(parts);
  const ids = createIds(services.random);

  const ended = (): void => {
    state.inFlight -= 1;
  };
  const contextOf = (request: ClientRequest, response: ClientResponse): RequestContext => {
    if (listen.tls !== null) response.setHeader('strict-transport-security', strictTransport);
    const { url } = request;
    const runtime = services.runtime();
    const address = clientAddress(
      plainAddress(request.socket.remoteAddress),
      request.headers['x-forwarded-for'],
      runtime.trusted,
    );
    const mark = url.indexOf('?');
    const arrived = services.clock();
    const path = mark < 0 ? url : url.slice(0, mark);
    const query = mark < 0 ? '' : url.slice(mark + 1);
    return {
      id: ids(arrived),
      request,
      response,
      runtime,
      mode: services.mode(),
      arrived,
      started: services.monotonic(),
      address,
      method: request.method,
      path,
      query,
      app: null,
      route: null,
      params: noParams,
      session: null,
      parsedQuery: null,
      body: null,
      parsedBody: undefined,
      upload: null,
      received: null,
      inspected: null,
      exempt: 0,
      rateHeaders: null,
      rateLeft: 1,
      told: null,
      object: null,
      policies: [],
      masked: [],
      revealed: [],
      channel: null,
      guard: null,
      payment: null,
      reopened: null,
      replayed: false,
      campaign: null,
      answer: null,
      clientHeaders: noClientHeaders,
      abandon: null,
      intent: null,
      backendMicros: null,
      bytesIn: 0,
      traces: [],
      event: null,
    };
  };
  const handle = (request: ClientRequest, response: ClientResponse): void => {
    state.inFlight += 1;
    const context = contextOf(request, response);
    const { id, address, path, query } = context;
    response.onClose = ended;
    if (isClientPath(path))
      return guarded(clientApi({ id, request, response, address, path, query, received: null }), response, id);
    // Not written into the property at once: V8 puts a function that is assigned like that among the old objects, and all that it holds stays with it.
    const abandon = (): void => context.abandon?.();
    response.onAbandon = abandon;
    guarded(pipeline(context), response, id);
  };
  const upgrade = (head: RequestHead, socket: Socket, behind: Buffer): void => {
    state.inFlight += 1;
    const response = new ClientResponse(rawWire(socket));
    const context: RequestContext = { ...contextOf(new ClientRequest(head, socket, null), response), socket: true };
    guarded(sockets.open(context, socket, behind).finally(ended), response, context.id);
  };

  /** A fault of ours ends as a plain refusal, never as a request that hangs. */
  const guarded = (work: Promise<void>, response: ClientResponse, id: string): void => {
    work.catch(() => {
      services.metrics.add('menshen_internal_errors_total');
      writeRefusal(response, { code: 'internal_error', requestId: id, language: 'zh' });
    });
  };

  const listener = new Http1Listener({
    tls: listen.tls,
    limits,
    connections: services.rates.connections,
    clock: services.clock,
    monotonic: services.monotonic,
    request: handle,
    upgrade,
    refused: (refusal) => refuseConnection(refusal, ids(services.clock()), services),
  });
  const port = await listener.listen(listen.host, listen.port);

  return {
    url: `${listen.tls === null ? 'http' : 'https'}://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${port}`,
    port,
    inFlight: () => state.inFlight,
    reconfigure({ limits: next, tls }) {
      listener.setLimits(next);
      if (tls !== undefined) listener.setTls(tls);
    },
    async close(graceMs) {
      state.closing = true;
      sockets.close();
      await listener.close(graceMs);
    },
  };
}

const noClientHeaders: ClientHeaders = Object.freeze({ list: [], lines: '' });
const noParams: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Random digits of one id, and bytes that make four of them without a rest. */
const idDigits = 11;
const bytesOfFour = 33;

/**
 * Request ids: the second since 1970 in 4 bytes and 64 random bits, base64url. From a pool that is written as text once for many, so that a request costs
 * no call into the random source; with the time in front, because the log's index keeps ids that came together in one place.
 */
function createIds(random: (size: number) => Uint8Array): (now: number) => string {
  let pool = '';
  let at = 0;
  let second = -1;
  let prefix = '';
  let rest = 0;
  return (time) => {
    if (at + idDigits > pool.length) {
      pool = Buffer.from(random(bytesOfFour * 64)).toString('base64url');
      at = 0;
    }
    const now = Math.floor(time / 1_000) % 0x1_0000_0000;
    if (now !== second) {
      second = now;
      prefix = '';
      for (let shift = 26; shift >= 2; shift -= 6) prefix += digits[(now >>> shift) & 63];
      // The sixth digit holds the last two bits of the time and four of the random ones.
      rest = (now & 3) << 4;
    }
    const sixth = digits[rest | (digits.indexOf(pool[at] ?? '') & 15)];
    at += idDigits;
    return prefix + sixth + pool.slice(at - idDigits + 1, at);
  };
}

/** What never became a request, or asks for what no request may: recorded, and the whole answer that ends its connection. */
function refuseConnection({ code: why, socket, head }: ConnectionRefusal, id: string, services: GatewayServices): string {
  const code: ErrorCode = why === 'upgrade' ? 'route_undeclared' : why;
  const address = plainAddress(socket.remoteAddress);
  services.metrics.add('menshen_refusals_total', `code="${code}"`);
  services.audit
    .record(
      requestRefusedEvent({
        time: services.clock(),
        requestId: id,
        method: head?.method ?? '',
        path: head?.target.split('?')[0] ?? '',
        address,
        code,
        userAgent: null,
      }),
    )
    .catch(() => services.metrics.add('menshen_audit_failures_total'));
  const status = errorStatus(code);
  const text = JSON.stringify({ code, message: errorText(code, 'zh'), requestId: id });
  const transport = 'encrypted' in socket ? `strict-transport-security: ${strictTransport}\r\n` : '';
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}\r\n${transport}connection: close\r\n\r\n${text}`;
}
