import { clientApi, type ErrorCode, isErrorCode, languageOf, MenshenError } from '@menshen/contract';
import { normaliseHost } from '@menshen/wire';
import type * as z from 'zod';
import { requestRefusedEvent } from '../audit/events.ts';
import type { CallbackService } from '../directory/wecom/callback.ts';
import { type ClientKeys, helloKeys } from '../identity/binding/client-keys.ts';
import type { FactorService } from '../identity/factors/service.ts';
import { owesStepUp } from '../identity/risk/model.ts';
import { stepUpFields } from '../identity/risk/service.ts';
import type { IdentityService } from '../identity/service.ts';
import { noteOwnRefusal } from '../rates/ended.ts';
import { writeJson, writeRefusal } from './answer.ts';
import type { ClientCall } from './client-call.ts';
import { incidentOperations } from './incident-api.ts';
import { type LearnTicket, learnOperations } from './learn-api.ts';
import { loginOperations } from './login-api.ts';
import { mfaOperations } from './mfa-api.ts';
import { privacyOperations } from './privacy-api.ts';
import { readCallBody, readJson } from './read-json.ts';
import { readBody } from './received-body.ts';
import { type Refusal, refuse } from './refusal.ts';
import { checkRequestProof, demandsProof } from './request-proof.ts';
import type { GatewayServices } from './services.ts';
import { createAdmitAddress } from './stages/admit.ts';
import { findSession, loadUnknown } from './stages/authenticate.ts';
import { createContain, thrown } from './stages/contain.ts';
import { takesTransfer } from './transfer-route.ts';

const prefix = '/_menshen/';
const maxCallback = 262_144;
const bodyTimeoutMs = 10_000;

export interface ClientApiParts {
  readonly services: GatewayServices;
  readonly identity: IdentityService;
  readonly factors: FactorService;
  /** Keys that sealed logins are opened with. */
  readonly clientKeys: () => ClientKeys;
  readonly callbacks: CallbackService;
  /** Opens the page for learners to who has a session here. */
  readonly learnTicket: LearnTicket;
  /** Whether this node takes traffic, for `/_menshen/readyz`. */
  readonly ready: () => boolean;
}

/** Whether the path belongs to the gateway itself. */
export function isClientPath(path: string): boolean {
  return path === '/_menshen' || path.startsWith(prefix);
}

/** Serves `/_menshen/...` (CONTRACT.md): hello, login, bind, logout, session, callbacks, keys and health. Every refusal is recorded. */
export function createClientApi(parts: ClientApiParts): (call: ClientCall) => Promise<void> {
  const { services, identity, callbacks } = parts;
  const from = (call: ClientCall) => ({
    address: call.address,
    userAgent: call.request.headers['user-agent'] ?? null,
    requestId: call.id,
  });

  const admitAddress = createAdmitAddress(services);
  const contain = createContain(services);
  const operations: Record<string, (call: ClientCall) => Promise<void>> = {
    ...loginOperations({
      services,
      identity,
      clientKeys: parts.clientKeys,
      from,
      refuseCall: (call, refusal) => refuseCall(call, refusal),
      contain,
    }),
    'GET v1/hello': async (call) => {
      const answer: z.output<typeof clientApi.helloAnswer> = {
        protocol: 1,
        ...helloKeys(parts.clientKeys()),
        serverTime: services.clock(),
      };
      writeJson(call.response, 200, JSON.stringify(answer), call.id);
    },
    'POST v1/logout': async (call) => {
      const session = await sessionOf(call);
      await identity.endSessions([session.sid], 'logout', session.person.uid);
      call.response.writeHead(204, ['cache-control', 'no-store', 'x-menshen-request-id', call.id]).end();
    },
    'GET v1/session': async (call) => {
      const session = await sessionOf(call);
      const answer: z.output<typeof clientApi.sessionAnswer> = {
        user: session.person,
        assurance: session.assurance,
        expiresAt: Math.min(session.idleExpires, session.absoluteExpires),
        idleSeconds: Math.round(session.idleMs / 1000),
        serverTime: services.clock(),
      };
      writeJson(call.response, 200, JSON.stringify(answer), call.id);
    },
    'POST v1/ticket': async (call) => {
      const session = await certainOf(call);
      const body = await readJson(call.request, clientApi.ticketRequest, call.received);
      if (!takesTransfer(services, call.request.headers.host, session, body)) throw new MenshenError('route_undeclared');
      const host = normaliseHost(call.request.headers.host ?? '');
      const answer: z.output<typeof clientApi.ticketAnswer> = await services.transferTickets.issue(session, host, body);
      writeJson(call.response, 200, JSON.stringify(answer), call.id);
    },
    ...mfaOperations(parts.factors, (call) => sessionOf(call), from),
    ...privacyOperations(
      services.privacy,
      (call) => sessionOf(call),
      (call) => certainOf(call),
    ),
    ...incidentOperations(services.incidents, (call) => sessionOf(call)),
    ...learnOperations(parts.learnTicket, (call) => certainOf(call), services.clock),
    'GET jwks.json': async (call) => {
      call.response.setHeader('cache-control', 'public, max-age=300');
      const text = JSON.stringify(services.signer.jwks);
      call.response.writeHead(200, ['content-type', 'application/json']).end(text);
    },
    'GET healthz': async (call) => void writeJson(call.response, 200, '{"status":"ok"}', call.id),
    'GET readyz': async (call) => {
      const ready = parts.ready();
      writeJson(call.response, ready ? 200 : 503, JSON.stringify({ status: ready ? 'ready' : 'not_ready' }), call.id);
    },
  };

  const sessionOf = async (call: ClientCall) => {
    const authorization = call.request.headers.authorization;
    if (authorization === undefined) throw new MenshenError('session_missing');
    if (!authorization.startsWith('Bearer mst1.')) throw new MenshenError('session_invalid');
    await loadUnknown(services, authorization);
    const session = findSession(services, authorization, null);
    if (typeof session === 'string') throw new MenshenError(session);
    const contained = contain.ownCall(session, call.request);
    if (contained !== undefined) throw thrown(contained);
    const app = services.runtime().apps.get(session.app);
    if (app === undefined) throw new MenshenError('session_invalid');
    if (!demandsProof(app.signing, session)) return session;
    call.received = await readCallBody(call.request);
    const refusal = await checkRequestProof(services, call.request, session, call.received, null);
    if (refusal === undefined) return session;
    throw new MenshenError(refusal.code, refusal.code === 'clock_skew' ? { serverTime: services.clock() } : {});
  };

  /**
   * The session, where nothing speaks against it that a second factor has not cleared up: who came in with a stolen login gets none of the person's data here
   * either. What a person needs in just that case stays open: their factors, leaving, reporting it, taking a consent back.
   */
  const certainOf = async (call: ClientCall) => {
    const known = await sessionOf(call);
    const app = services.runtime().apps.get(known.app);
    if (app === undefined) throw new MenshenError('session_invalid');
    const session = known.address === call.address ? known : services.risk.moved(app.config, known, call.address);
    const { threshold } = app.config.stepUp;
    if (threshold === null || !owesStepUp(session.risk, session.secondFactorAt, threshold)) return session;
    const language = languageOf(call.request.headers['accept-language']);
    throw new MenshenError('mfa_required', { form: 'freshness', ...stepUpFields(session.risk.reasons, language) });
  };

  const refuseCall = async (call: ClientCall, refusal: Refusal, extra?: Readonly<Record<string, unknown>>): Promise<void> => {
    noteOwnRefusal(services.rates, call.address, refusal.code);
    services.metrics.add('menshen_refusals_total', `code="${refusal.code}"`);
    await services.audit
      .record(
        requestRefusedEvent({
          time: services.clock(),
          requestId: call.id,
          method: call.request.method ?? '',
          path: call.path,
          address: call.address,
          code: refusal.code,
          userAgent: call.request.headers['user-agent'] ?? null,
        }),
      )
      .catch(() => services.metrics.add('menshen_audit_failures_total'));
    writeRefusal(call.response, {
      code: refusal.code,
      requestId: call.id,
      language: languageOf(call.request.headers['accept-language']),
      retryAfter: refusal.retryAfter,
      ...(extra === undefined ? {} : { extra }),
    });
  };

  return async (call) => {
    const name = call.path.slice(prefix.length);
    try {
      const admitted = isProbe(name) ? undefined : admitAddress(services.runtime(), call.address, services.clock());
      if (admitted !== undefined && admitted !== 'allowed') return await refuseCall(call, admitted);
      const operation = operations[`${call.request.method} ${name}`];
      if (operation !== undefined && Object.hasOwn(operations, `${call.request.method} ${name}`)) return await operation(call);
      const callback = /^v1\/callback\/([a-z][a-z0-9-]{0,39})\/(wechat|wecom)$/.exec(name);
      if (callback !== null && (call.request.method === 'GET' || call.request.method === 'POST')) {
        const body = call.request.method === 'POST' ? await readBody(call.request, maxCallback, bodyTimeoutMs) : Buffer.alloc(0);
        if (!Buffer.isBuffer(body)) return await refuseCall(call, body);
        const reply = await callbacks.receive({
          app: callback[1] ?? '',
          kind: callback[2] === 'wecom' ? 'wecom' : 'wechat',
          method: call.request.method,
          query: new URLSearchParams(call.query),
          body: body.toString('utf8'),
        });
        call.response.writeHead(200, ['content-type', 'text/plain; charset=utf-8']).end(reply);
        return;
      }
      const others = Object.keys(operations).filter((key) => key.endsWith(` ${name}`));
      await refuseCall(call, refuse(others.length > 0 ? 'method_not_allowed' : 'route_undeclared'));
    } catch (error) {
      const code: ErrorCode = error instanceof MenshenError ? error.code : writerCode(error);
      await refuseCall(
        call,
        withWait(refuse(code), error),
        error instanceof MenshenError && toldToClient.has(code) ? error.details : undefined,
      );
    }
  };
}

/** Whoever watches over the node must not be kept from it. */
const isProbe = (name: string): boolean => name === 'healthz' || name === 'readyz';

/** Refusals whose details the client needs: a ticket to bind with, the server's time. */
const toldToClient: ReadonlySet<string> = new Set(['binding_required', 'clock_skew', 'mfa_required', 'app_stopped']);

/** Where waiting helps, a service says how long. */
function withWait(refusal: Refusal, error: unknown): Refusal {
  const wait = error instanceof MenshenError ? error.details['retryAfter'] : undefined;
  return typeof wait === 'number' ? { ...refusal, retryAfter: wait } : refusal;
}

function writerCode(error: unknown): ErrorCode {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return isErrorCode(code) ? code : code.startsWith('store_') ? 'store_unavailable' : 'internal_error';
}
