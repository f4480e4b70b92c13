import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { createServer as createHttps, type Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { type Config, type ErrorCode, errorStatus, errorText } from '@menshen/contract';
import { requestRefusedEvent } from '../audit/events.ts';
import { watchConnections } from '../rates/watch-connections.ts';
import { clientAddress, plainAddress } from './address.ts';
import { writeRefusal } from './answer.ts';
import { type ClientApiParts, createClientApi, isClientPath } from './client-api.ts';
import type { RequestContext } from './context.ts';
import { strictTransport } from './headers.ts';
import { createPipeline } from './pipeline.ts';
import type { GatewayServices } from './services.ts';
import type { AdmissionState } from './stages/admit.ts';
import { type TlsPair, tlsOptions } from './tls.ts';

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
  const clientApi = createClientApi(parts);
  const ids = createIds(services.random, services.clock);

  const connections = watchConnections({
    limits: services.rates.connections,
    addressOf: (socket) => plainAddress(socket.remoteAddress),
    slowHead: (socket) => refuseSocket('request_timeout', socket, ids(), services, null),
    monotonic: services.monotonic,
  });

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    state.inFlight += 1;
    // What we have not taken yet is not the client's delay.
    const last = connections.began(request.socket, () => !request.complete && request.readableLength === 0);
    if (last) response.shouldKeepAlive = false;
    response.once('close', () => connections.ended(request.socket));
    if (listen.tls !== null) response.setHeader('strict-transport-security', strictTransport);
    const url = request.url ?? '';
    const id = ids();
    const runtime = services.runtime();
    const address = clientAddress(
      plainAddress(request.socket.remoteAddress),
      header(request, 'x-forwarded-for'),
      runtime.trusted,
    );
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const query = mark < 0 ? '' : url.slice(mark + 1);
    if (isClientPath(path)) {
      response.once('close', () => {
        state.inFlight -= 1;
      });
      return guarded(clientApi({ id, request, response, address, path, query, received: null }), response, id);
    }
    const context: RequestContext = {
      id,
      request,
      response,
      runtime,
      mode: services.mode(),
      arrived: services.clock(),
      started: services.monotonic(),
      address,
      method: request.method ?? '',
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
      policies: [],
      masked: [],
      revealed: [],
      channel: null,
      guard: null,
      replayed: false,
      answer: null,
      clientHeaders: [],
      abandon: null,
      intent: null,
      backendMicros: null,
      bytesIn: 0,
      traces: [],
      event: null,
    };
    response.once('close', () => {
      state.inFlight -= 1;
      context.abandon?.();
    });
    guarded(pipeline(context), response, id);
  };

  /** A fault of ours ends as a plain refusal, never as a request that hangs. */
  const guarded = (work: Promise<void>, response: ServerResponse, id: string): void => {
    work.catch(() => {
      services.metrics.add('menshen_internal_errors_total');
      writeRefusal(response, { code: 'internal_error', requestId: id, language: 'zh' });
    });
  };

  const options = {
    maxHeaderSize: limits.headerBytes,
    connectionsCheckingInterval: 2_000,
    requireHostHeader: true,
    insecureHTTPParser: false,
    noDelay: true,
  } as const;
  const secure: HttpsServer | null =
    listen.tls === null
      ? null
      : createHttps({ ...options, ...tlsOptions(listen.tls), handshakeTimeout: limits.headerTimeoutMs }, handle);
  const server: Server = secure ?? createHttp(options, handle);
  applyLimits(server, limits);
  server.maxHeadersCount = 128;
  server.on('connection', connections.take);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => refuseConnection(error, socket, ids(), services));
  // No route takes an upgrade or a tunnel.
  server.on('upgrade', (request: IncomingMessage, socket: Socket) =>
    refuseSocket('route_undeclared', socket, ids(), services, request),
  );
  server.on('connect', (request: IncomingMessage, socket: Socket) =>
    refuseSocket('method_not_allowed', socket, ids(), services, request),
  );

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const place = server.address();
  const port = typeof place === 'object' && place !== null ? place.port : listen.port;

  return {
    url: `${listen.tls === null ? 'http' : 'https'}://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${port}`,
    port,
    inFlight: () => state.inFlight,
    reconfigure({ limits: next, tls }) {
      applyLimits(server, next);
      if (tls !== undefined) secure?.setSecureContext(tlsOptions(tls));
    },
    async close(graceMs) {
      state.closing = true;
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
      connections.stop();
    },
  };
}

function applyLimits(server: Server, limits: Config['gateway']['limits']): void {
  server.maxConnections = limits.connections;
  server.headersTimeout = limits.headerTimeoutMs;
  server.requestTimeout = Math.max(limits.headerTimeoutMs, limits.bodyTimeoutMs) + 1_000;
  server.keepAliveTimeout = limits.keepAliveMs;
}

const noParams: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/**
 * Request ids: the second since 1970 in 4 bytes and 64 random bits, base64url. From a pool, so that a request costs no call into the random source;
 * with the time in front, because the log's index keeps ids that came together in one place.
 */
function createIds(random: (size: number) => Uint8Array, clock: () => number): () => string {
  let pool = Buffer.alloc(0);
  let at = 0;
  return () => {
    if (at + 12 > pool.length) {
      pool = Buffer.from(random(12 * 256));
      at = 0;
    }
    pool.writeUInt32BE(Math.floor(clock() / 1_000) % 0x1_0000_0000, at);
    at += 12;
    return pool.toString('base64url', at - 12, at);
  };
}

/** What never became a request: too large a head, a slow or broken one. It is answered where that is still possible, and recorded. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket, id: string, services: GatewayServices): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code: ErrorCode =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 'headers_too_large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? 'request_timeout'
        : 'bad_request';
  refuseSocket(code, socket, id, services, null);
}

function refuseSocket(
  code: ErrorCode,
  socket: Socket,
  id: string,
  services: GatewayServices,
  request: IncomingMessage | null,
): void {
  services.metrics.add('menshen_refusals_total', `code="${code}"`);
  const path = request?.url?.split('?')[0] ?? '';
  services.audit
    .record(
      requestRefusedEvent({
        time: services.clock(),
        requestId: id,
        method: request?.method ?? '',
        path,
        address: plainAddress(socket.remoteAddress),
        code,
        userAgent: null,
      }),
    )
    .catch(() => services.metrics.add('menshen_audit_failures_total'));
  const status = errorStatus(code);
  const text = JSON.stringify({ code, message: errorText(code, 'zh'), requestId: id });
  const transport = 'encrypted' in socket ? `strict-transport-security: ${strictTransport}\r\n` : '';
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}\r\n${transport}connection: close\r\n\r\n${text}`,
  );
}
