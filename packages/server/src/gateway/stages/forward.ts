import { residualRisk } from '../../identity/risk/model.ts';
import { bodyStream } from '../body-stream.ts';
import { sealedBodyType } from '../channel.ts';
import type { RequestContext } from '../context.ts';
import { backendHeaders } from '../headers.ts';
import { failed, type Refusal, refuse } from '../refusal.ts';
import type { GatewayServices } from '../services.ts';
import { UpstreamError } from '../upstream/upstream-error.ts';
import { intentEvent } from './record.ts';

/** RFC 9110 §9.2.1: these change nothing, so they may be repeated and need no intent on record. */
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);
const decoded: ReadonlySet<string> = new Set(['content-encoding']);
/** What is examined must come plain, and whole. */
const plain: ReadonlySet<string> = new Set(['accept-encoding', 'range', 'if-range']);
/** Of a request through the encrypted channel: what it wants is an envelope, and the type of its body is one. */
const sealedAnswer: ReadonlySet<string> = new Set([...plain, 'accept']);
const sealedBoth: ReadonlySet<string> = new Set([...sealedAnswer, 'content-type']);
const decodedAndPlain: ReadonlySet<string> = new Set([...decoded, ...plain]);
/** Of a notification of WeChat Pay that goes on decrypted: its signature is of another body. */
const unsigned: ReadonlySet<string> = new Set(
  ['timestamp', 'nonce', 'signature', 'serial', 'signature-type'].map((name) => `wechatpay-${name}`),
);
const unsignedAndPlain: ReadonlySet<string> = new Set([...unsigned, ...plain]);
const retryPauseMs = 50;
/** An answer larger than this cannot be examined, and is refused where it must be. */
const examinedBytes = 4 << 20;

/**
 * Sends the request on. Before anything that may change data leaves, its intent is durable in the log (DESIGN rule 3); if the log cannot be
 * written, nothing leaves.
 */
export function createForward(services: GatewayServices): (context: RequestContext) => Promise<Refusal | undefined> {
  return async (context) => {
    const { app, route } = context;
    if (app === null || route === null) return refuse('route_undeclared');
    const bypass = context.mode === 'bypass';
    if (services.audit.state() !== 'ok' && !bypass) return failed('audit_unwritable', null, 5);
    if (!safe.has(context.method) && !bypass) {
      const intent = services.audit.intent(intentEvent(context));
      try {
        await intent.durable;
      } catch {
        return failed('audit_unwritable', null, 5);
      }
      context.intent = intent.id;
    }
    if (context.response.closed) return refuse('request_timeout', 'client gone');
    const before = services.monotonic();
    const outcome = await exchange(context, services);
    context.backendMicros = Math.round((services.monotonic() - before) * 1000);
    return outcome;
  };
}

async function exchange(context: RequestContext, services: GatewayServices): Promise<Refusal | undefined> {
  const { app, route, request } = context;
  if (app === null || route === null) return refuse('route_undeclared');
  const streaming =
    route.streamBody &&
    context.body === null &&
    context.upload === null &&
    (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined);
  const examined =
    context.masked.length > 0 ||
    route.resource?.from === 'answer' ||
    route.guard !== null ||
    route.protection.readsAnswers ||
    route.disclosure.holds ||
    context.channel !== null;
  const headers = backendHeaders(
    request,
    {
      address: context.address,
      host: request.headers.host ?? '',
      secure: 'encrypted' in request.socket,
      requestId: context.id,
      identity: identityToken(context, services),
      risk: context.session === null ? 0 : residualRisk(context.session),
      contentLength: streaming
        ? declaredLength(request.headers['content-length'])
        : context.upload !== null
          ? context.upload.size
          : context.body === null
            ? null
            : context.body.length,
    },
    droppedHeaders(context, examined),
  );
  if (context.channel?.opened === true) headers.push('content-type', sealedBodyType);
  const path = app.backendPath(context.path) + (context.query === '' ? '' : `?${context.query}`);
  let gone = false;
  try {
    for (let tries = 0; ; tries += 1) {
      try {
        if (context.guard !== null) context.guard.left = true;
        context.answer = await app.upstream.exchange({
          method: context.method,
          path,
          headers,
          body: streaming ? bodyStream(context, route.bodyBytes) : (context.upload?.stream() ?? context.body),
          timeoutMs: route.timeoutMs,
          // What must be read before it is disclosed must be held.
          ...(examined ? { holdBytes: examinedBytes } : {}),
          onStart: (abandon) => {
            // A read whose caller has gone is given up; a change that has left is seen through, so that its outcome is known.
            if (!safe.has(context.method)) return;
            const leave = (): void => {
              gone = true;
              abandon();
            };
            context.abandon = leave;
          },
        });
        return undefined;
      } catch (error) {
        if (context.guard !== null && error instanceof UpstreamError) context.guard.left = error.sent;
        if (streaming && context.bytesIn > route.bodyBytes) return refuse('body_too_large', 'body');
        if (!(error instanceof UpstreamError)) return failed('backend_unreachable');
        const repeat = tries < route.retries && error.code === 'backend_unreachable' && safe.has(context.method) && !gone;
        if (!repeat) return failed(error.code, null, error.code === 'backend_circuit_open' ? 5 : undefined);
        await new Promise((resolve) => {
          setTimeout(resolve, retryPauseMs * (tries + 1));
        });
      }
    }
  } finally {
    context.abandon = null;
  }
}

/** The client's headers that say what is no longer so. */
function droppedHeaders(context: RequestContext, examined: boolean): ReadonlySet<string> | undefined {
  const { body, channel, request, payment } = context;
  if (payment?.decrypted === true) return examined ? unsignedAndPlain : unsigned;
  if (channel !== null) return channel.opened ? sealedBoth : sealedAnswer;
  const wasEncoded = body !== null && request.headers['content-encoding'] !== undefined;
  if (examined) return wasEncoded ? decodedAndPlain : plain;
  return wasEncoded ? decoded : undefined;
}

function declaredLength(header: string | undefined): number | null {
  return header === undefined ? null : Number(header);
}

/** The signed identity of the request's person towards the backend. */
export function identityToken(context: RequestContext, services: GatewayServices): string | null {
  const { session, app } = context;
  if (session === null || app === null) return null;
  const directory = services.directory();
  return services.signer.tokenFor(
    session,
    app.id,
    () => {
      const person = directory.person(session.person.uid);
      return {
        departments: (person?.departments ?? []).map((id) => ({ id, path: directory.path(id) })),
        roles: directory.rolesOf(session.person.uid),
        risk: residualRisk(session),
      };
    },
    directory.version,
    context.arrived,
  );
}
