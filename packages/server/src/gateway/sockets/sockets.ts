import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { languageOf } from '@menshen/contract';
import { WebSocket, WebSocketServer } from 'ws';
import { socketEvent } from '../../audit/socket-event.ts';
import { residualRisk } from '../../identity/risk/model.ts';
import { writeRefusal } from '../answer.ts';
import type { RequestContext } from '../context.ts';
import { backendHeaders } from '../headers.ts';
import { failed, type Refusal, refuse } from '../refusal.ts';
import type { CompiledApp, CompiledRoute, Runtime } from '../runtime.ts';
import type { GatewayServices } from '../services.ts';
import type { AdmissionState } from '../stages/admit.ts';
import { createContain } from '../stages/contain.ts';
import { identityToken } from '../stages/forward.ts';
import { intentEvent, outcomeEvent } from '../stages/record.ts';
import { createHandshake } from './handshake.ts';
import { createInspectMessage } from './inspect-message.ts';
import { OpenSocket, type SocketEnd } from './open-socket.ts';

/** How often sockets are held against their sessions: an ended session closes them within this, in milliseconds. */
const checkMs = 500;
/** Of the backend's messages, where the route allows its clients less. */
const backendMessageBytes = 1_048_576;
/** The handshake's own headers: `ws` writes its own towards the backend. */
const ownHeaders: ReadonlySet<string> = new Set([
  'accept-encoding',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-extensions',
  'sec-websocket-protocol',
]);
/** RFC 6455 §4.1: tokens of RFC 9110, each once. */
const protocolForm = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;
const maxProtocols = 10;

export interface Sockets {
  /** Decides about the handshake of a socket, and serves the socket from then on. */
  open(context: RequestContext, connection: Socket, behind: Buffer): Promise<void>;
  /** Closes all that are open. */
  close(): void;
}

interface Kept {
  readonly sid: string | null;
  readonly who: string;
  readonly route: string;
  readonly context: RequestContext;
  /** What it was permitted by: these change when a configuration, a policy or the directory does. */
  runtime: Runtime;
  directory: number;
}

/** WebSocket routes: handshakes through the gateway's stages, then messages within the route's limits (docs/decisions/0034). */
export function createSockets(services: GatewayServices, state: AdmissionState): Sockets {
  const contain = createContain(services);
  const handshake = createHandshake(services, state, contain);
  const inspect = createInspectMessage(services);
  const open = new Map<OpenSocket, Kept>();
  // Whose backend is being asked: they take their place at once.
  const coming = new Set<Kept>();
  services.metrics.gauge('menshen_sockets_open', 'Sockets that are open.', () => open.size);

  const timer = setInterval(() => {
    const now = services.monotonic();
    const runtime = services.runtime();
    const directory = services.directory().version;
    for (const [socket, kept] of [...open]) {
      if (kept.sid !== null && !isAlive(kept.sid, services)) socket.end('session_ended');
      else if (contain.holdsSocket(kept.context)) socket.end('not_permitted');
      else socket.check(now);
      if (kept.runtime === runtime && kept.directory === directory) continue;
      Object.assign(kept, { runtime, directory });
      handshake.stillPermitted(kept.context).then(
        (permitted) => permitted || socket.end('not_permitted'),
        () => socket.end('failed'),
      );
    }
  }, checkMs);
  timer.unref();

  const keptOf = (context: RequestContext): Kept => ({
    sid: context.session?.sid ?? null,
    who: context.session?.sid ?? context.address,
    route: `${context.app?.id} ${context.route?.match}`,
    context,
    runtime: context.runtime,
    directory: services.directory().version,
  });

  /** Room for one more, of this session and of the route. */
  const room = (context: RequestContext, { perSession, connections }: { perSession: number; connections: number }) => {
    const { who, route } = keptOf(context);
    let [mine, all] = [0, 0];
    for (const kept of [...open.values(), ...coming]) {
      if (kept.route !== route) continue;
      all += 1;
      if (kept.who === who) mine += 1;
    }
    if (mine >= perSession) return { ...refuse('rate_limited', `sockets per session: ${perSession}`), retryAfter: 5 };
    return all >= connections ? { ...refuse('overloaded', `sockets of the route: ${connections}`), retryAfter: 5 } : undefined;
  };

  const recordOf = (context: RequestContext, socket: OpenSocket | null) => ({
    time: services.clock(),
    requestId: context.id,
    app: context.app?.id ?? '',
    route: context.route?.match ?? '',
    uid: context.session?.person.uid ?? null,
    session: context.session?.sid ?? null,
    address: context.address,
    bytesIn: socket?.bytesIn ?? 0,
    bytesOut: socket?.bytesOut ?? 0,
    messagesIn: socket?.messagesIn ?? 0,
    messagesOut: socket?.messagesOut ?? 0,
    durationMs: socket?.age ?? 0,
  });
  const record = (event: string): void =>
    void services.audit.record(event).catch(() => services.metrics.add('menshen_audit_failures_total'));

  /** What the backend has to agree to; its intent is durable before. */
  const reach = async (context: RequestContext, protocols: string[]): Promise<WebSocket | Refusal> => {
    const { app, route } = context;
    if (app === null || route === null || route.socket === null) return refuse('route_undeclared');
    const bypass = context.mode === 'bypass';
    if (services.audit.state() !== 'ok' && !bypass) return failed('audit_unwritable', null, 5);
    if (!bypass) {
      const intent = services.audit.intent(intentEvent(context));
      try {
        await intent.durable;
      } catch {
        return failed('audit_unwritable', null, 5);
      }
      context.intent = intent.id;
    }
    const began = services.monotonic();
    const backend = connect(context, app, route, protocols, services);
    const reached = await new Promise<boolean>((resolve) => {
      backend.once('open', () => resolve(true));
      backend.on('error', () => resolve(false));
    });
    context.backendMicros = Math.round((services.monotonic() - began) * 1000);
    return reached ? backend : failed('backend_unreachable', 'socket');
  };

  const settle = async (context: RequestContext, refusal: Refusal | null): Promise<Refusal | null> => {
    const micros = Math.round((services.monotonic() - context.started) * 1000);
    if (refusal === null) context.answer = { status: 101, headers: {}, chunks: [], length: 0, pump: null };
    const durable = services.audit.record(outcomeEvent(context, refusal, services.clock(), micros), context.intent);
    try {
      await durable;
    } catch {
      services.metrics.add('menshen_audit_failures_total');
      if (refusal === null && context.mode !== 'bypass') return failed('audit_unwritable', null, 5);
    }
    return refusal;
  };

  const refuseWith = (context: RequestContext, refusal: Refusal): void => {
    services.metrics.add('menshen_refusals_total', `code="${refusal.code}"`);
    writeRefusal(context.response, {
      code: refusal.code,
      requestId: context.id,
      language: languageOf(context.request.headers['accept-language']),
      retryAfter: refusal.retryAfter,
      ...(refusal.extra === undefined ? {} : { extra: refusal.extra }),
    });
  };

  return {
    async open(context, connection, behind) {
      let gone = false;
      connection.on('error', () => connection.destroy());
      connection.once('close', () => {
        gone = true;
      });
      const protocols = protocolsOf(context.request.headers['sec-websocket-protocol']);
      let refusal = await handshake.decide(context);
      if (refusal === null && protocols === null) refusal = refuse('header_malformed', 'header sec-websocket-protocol');
      const rules = context.route?.socket ?? null;
      if (refusal === null && rules !== null) refusal = room(context, rules) ?? null;
      if (refusal !== null || rules === null || protocols === null) {
        const why = refusal ?? refuse('route_undeclared', 'socket');
        await settle(context, why);
        return refuseWith(context, why);
      }
      const place = keptOf(context);
      coming.add(place);
      const reached = await reach(context, protocols).catch(() => failed('internal_error', 'socket'));
      const backend = reached instanceof WebSocket ? reached : null;
      const ending = await settle(context, reached instanceof WebSocket ? null : reached);
      coming.delete(place);
      if (backend === null || ending !== null || gone || connection.destroyed) {
        backend?.terminate();
        if (ending !== null && !gone) refuseWith(context, ending);
        return;
      }
      const server = new WebSocketServer({
        noServer: true,
        clientTracking: false,
        perMessageDeflate: false,
        maxPayload: rules.maxMessageBytes,
        handleProtocols: () => (backend.protocol === '' ? false : backend.protocol),
      });
      // Of a request `ws` reads method and headers.
      server.handleUpgrade(context.request as unknown as IncomingMessage, connection, behind, (client) => {
        const socket = new OpenSocket({
          client,
          backend,
          rules,
          monotonic: services.monotonic,
          inspect: (message, binary) => inspect(context, message, binary),
          used: () => {
            if (context.session !== null) services.sessions.touch(context.session, services.clock());
          },
          refused: ({ code, where, enforced }) => {
            services.metrics.add('menshen_socket_messages_refused_total', `code="${code}"`);
            record(socketEvent({ ...recordOf(context, socket), activity: 'refuse', code, where, enforced }));
          },
          ended: (why: SocketEnd, ended) => {
            open.delete(ended);
            record(socketEvent({ ...recordOf(context, ended), activity: 'close', code: why, where: null, enforced: true }));
          },
        });
        open.set(socket, place);
        backend.resume();
        // It may have gone before anybody listened.
        if (backend.readyState !== backend.OPEN) socket.end('backend');
        connection.resume();
      });
      server.close();
      // The key was looked at before; if it is refused even so, nobody is there to speak to.
      if (connection.destroyed) backend.terminate();
    },
    close() {
      clearInterval(timer);
      for (const socket of [...open.keys()]) socket.end('shutting_down');
    },
  };
}

/** Whether the session of a socket may go on; fails closed where a revocation would not be heard. */
function isAlive(sid: string, services: Pick<GatewayServices, 'sessions' | 'clock' | 'hearsRevocations'>): boolean {
  const session = services.sessions.find(sid);
  const now = services.clock();
  return session !== undefined && now < session.idleExpires && now < session.absoluteExpires && services.hearsRevocations();
}

/** The subprotocols that the client offers; null when they cannot be. */
function protocolsOf(header: string | undefined): string[] | null {
  if (header === undefined) return [];
  const names = header.split(',').map((name) => name.trim());
  const sound = names.length <= maxProtocols && new Set(names).size === names.length;
  return sound && names.every((name) => protocolForm.test(name)) ? names : null;
}

/** Begins the handshake with the backend. It is not read before the client is there. */
function connect(
  context: RequestContext,
  app: CompiledApp,
  route: CompiledRoute,
  protocols: string[],
  services: GatewayServices,
): WebSocket {
  const { request, session } = context;
  const list = backendHeaders(
    request,
    {
      address: context.address,
      host: request.headers.host ?? '',
      secure: 'encrypted' in request.socket,
      requestId: context.id,
      identity: identityToken(context, services),
      risk: session === null ? 0 : residualRisk(session),
      contentLength: null,
    },
    ownHeaders,
  );
  const headers: Record<string, string> = Object.create(null);
  for (let at = 0; at < list.length; at += 2) {
    const name = (list[at] ?? '').toLowerCase();
    const before = headers[name];
    headers[name] = before === undefined ? (list[at + 1] ?? '') : `${before}, ${list[at + 1]}`;
  }
  const [origin = ''] = app.upstreamKey.split(' ');
  const path = app.backendPath(context.path) + (context.query === '' ? '' : `?${context.query}`);
  const backend = new WebSocket(origin.replace(/^http/, 'ws') + path, protocols, {
    headers,
    perMessageDeflate: false,
    followRedirects: false,
    handshakeTimeout: route.timeoutMs,
    maxPayload: Math.max(backendMessageBytes, route.socket?.maxMessageBytes ?? 0),
  });
  backend.once('open', () => backend.pause());
  return backend;
}
