import type { Body } from '@menshen/inspect';
import { sealedBodyType } from '../channel.ts';
import type { RequestContext } from '../context.ts';
import { hasBody } from '../has-body.ts';
import { receivedBody } from '../received-body.ts';
import { type Refusal, refuse, refuseAlways } from '../refusal.ts';
import type { GatewayServices } from '../services.ts';
import { createJudgeFiles, type JudgeFiles } from './judge-files.ts';
import { createLookForAttacks, type LookForAttacks } from './look-for-attacks.ts';
import { refuseSteering } from './steering.ts';

const withoutBody = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

/** Reads the body within its limits, parses it in the one way there is, holds it to the types of its fields, cleans rich text, looks for attacks, and examines files. */
export function createInspect(
  services: GatewayServices,
): (context: RequestContext) => Promise<Refusal | undefined> | Refusal | undefined {
  const judge = createJudge(services, createLookForAttacks(services));
  const judgeFiles = createJudgeFiles(services);
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
        return judge(context, null);
      }
      return refuse('body_malformed', 'body');
    }
    if (declared !== undefined && Number(declared) > route.bodyBytes) return refuseAlways('body_too_large', 'body');
    if (route.streamBody) {
      if (route.protection.uploads !== null) return inspectUpload(context, services, judge, judgeFiles);
      context.body = context.received;
      return judge(context, null);
    }
    return inspectBody(context, services, judge, judgeFiles);
  };
}

type Judge = (context: RequestContext, body: Body | null) => Promise<Refusal | undefined> | Refusal | undefined;

/** Field types and attacks. What conforms to a settled type is not looked at; what does not conform is, so that an attack is told as one. */
function createJudge({ protection }: GatewayServices, look: LookForAttacks): Judge {
  return (context, received) => {
    const steered = refuseSteering(context, received !== null);
    if (steered !== undefined && context.mode === 'enforce') return steered;
    const { mismatch, settled, body } = protection.check(context, received);
    const found = look(context, body, settled);
    // Where an attack is only noted, the schema still decides.
    const end = (attack: Refusal | undefined): Refusal | undefined =>
      attack !== undefined && attack.soft !== true ? attack : (mismatch ?? steered ?? attack);
    return found instanceof Promise ? found.then(end) : end(found);
  };
}

/** A body that is not held: spooled, its fields read, its files examined where they are. */
async function inspectUpload(
  context: RequestContext,
  { protection }: GatewayServices,
  judge: Judge,
  judgeFiles: JudgeFiles,
): Promise<Refusal | undefined> {
  const spooled = await protection.uploads.receive(context);
  if (!('kind' in spooled)) return spooled;
  context.parsedBody = spooled.body.value;
  const judged = await judge(context, spooled.body);
  if (judged !== undefined && judged.soft !== true) return judged;
  const filesJudge = judgeFiles(context);
  return filesJudge === null ? judged : ((await protection.uploads.check(context, spooled.files, filesJudge)) ?? judged);
}

async function inspectBody(
  context: RequestContext,
  { protection }: GatewayServices,
  judge: Judge,
  judgeFiles: JudgeFiles,
): Promise<Refusal | undefined> {
  const { request, route } = context;
  if (route === null) return refuse('route_undeclared');
  const read = receivedBody(context);
  const bytes = read instanceof Promise ? await read : read;
  if (!Buffer.isBuffer(bytes)) return bytes;
  // As received: what monitor mode forwards when the checks below say no.
  context.body = bytes;
  const body = route.inspector.inspectBody({
    contentType: context.channel?.opened === true ? sealedBodyType : request.headers['content-type'],
    contentEncoding: request.headers['content-encoding'],
    bytes,
  });
  const settled = body instanceof Promise ? await body : body;
  if ('code' in settled) return refuse(settled.code, settled.where);
  if (!route.bodyTypes.has(settled.kind)) return refuse('content_type_unsupported', 'header content-type');
  context.body = settled.bytes;
  context.parsedBody = settled.value;
  const judged = judge(context, settled);
  const refusal = judged instanceof Promise ? await judged : judged;
  if ((settled.kind !== 'multipart' && settled.kind !== 'binary') || (refusal !== undefined && refusal.soft !== true))
    return refusal;
  const filesJudge = judgeFiles(context);
  if (filesJudge === null) return refusal;
  const files = await protection.uploads.filesOf(context, settled);
  if (files === null) return refusal;
  return 'code' in files ? files : ((await protection.uploads.check(context, files, filesJudge)) ?? refusal);
}
