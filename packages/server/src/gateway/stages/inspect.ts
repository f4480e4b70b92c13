import type { IncomingMessage } from 'node:http';
import type { RequestContext } from '../context.ts';
import { hasBody } from '../has-body.ts';
import { receivedBody } from '../received-body.ts';
import { type Refusal, refuse, refuseAlways } from '../refusal.ts';
import type { GatewayServices } from '../services.ts';
import { createLookForAttacks, type LookForAttacks } from './look-for-attacks.ts';

const withoutBody = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

/** Reads the body within its limits, parses it in the one way there is, looks for attacks, and holds it against the route's schema. */
export function createInspect(
  services: GatewayServices,
): (context: RequestContext) => Promise<Refusal | undefined> | Refusal | undefined {
  const look = createLookForAttacks(services);
  return (context) => {
    const { request, route } = context;
    if (route === null) return refuse('route_undeclared');
    const declared = request.headers['content-length'];
    if (!hasBody(request)) {
      if (
        withoutBody.has(context.method) ||
        route.bodyOptional ||
        (route.schema === null && context.method !== 'PUT' && context.method !== 'PATCH')
      ) {
        return look(context, null);
      }
      return refuse('body_malformed', 'body');
    }
    if (declared !== undefined && Number(declared) > route.bodyBytes) return refuseAlways('body_too_large', 'body');
    if (route.streamBody) {
      context.body = context.received;
      return look(context, null);
    }
    return inspectBody(context, look);
  };
}

async function inspectBody(context: RequestContext, look: LookForAttacks): Promise<Refusal | undefined> {
  const { request, route } = context;
  if (route === null) return refuse('route_undeclared');
  const bytes = await receivedBody(context);
  if (!Buffer.isBuffer(bytes)) return bytes;
  // As received: what monitor mode forwards when the checks below say no.
  context.body = bytes;
  const body = route.inspector.inspectBody({
    contentType: request.headers['content-type'],
    contentEncoding: request.headers['content-encoding'],
    bytes,
  });
  const settled = body instanceof Promise ? await body : body;
  if ('code' in settled) return refuse(settled.code, settled.where);
  if (!route.bodyTypes.has(settled.kind)) return refuse('content_type_unsupported', 'header content-type');
  context.body = settled.bytes;
  context.parsedBody = settled.value;
  const found = look(context, settled);
  const attack = found instanceof Promise ? await found : found;
  // Where an attack is only noted, the schema still decides.
  if (attack !== undefined && attack.soft !== true) return attack;
  const mismatch = route.schema?.check(settled.value) ?? null;
  return mismatch === null ? attack : refuse('schema_mismatch', mismatch.where);
}

/** Reads a body of at most `limit` bytes within `timeoutMs`. */
export function readBody(request: IncomingMessage, limit: number, timeoutMs: number): Promise<Buffer | Refusal> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let settled = false;
    const done = (result: Buffer | Refusal): void => {
      settled = true;
      clearTimeout(timer);
      resolve(result);
    };
    const timer = setTimeout(() => done(refuseAlways('request_timeout', 'body')), timeoutMs);
    const onData = (chunk: Buffer): void => {
      if (settled) return;
      length += chunk.length;
      if (length > limit) {
        // What still arrives is not read: the connection ends with the refusal.
        request.pause();
        return done(refuseAlways('body_too_large', 'body'));
      }
      chunks.push(chunk);
    };
    const onEnd = (): void => done(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length));
    const onClose = (): void => done(refuseAlways('request_timeout', 'body'));
    request.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}
