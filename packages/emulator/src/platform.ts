import { ApiFailure } from './api-failure.ts';
import type { ApiCall, ApiHandler } from './http/api.ts';
import { type EmulatorRequest, type EmulatorResponse, respond } from './http/exchange.ts';
import { maskBody, maskQuery } from './state/call-log.ts';
import type { FaultEffect } from './state/faults.ts';
import { createApiSecuritySide, type SecuredCall } from './wechat/api-security.ts';
import { wechatErrmsg } from './wechat/errmsg.ts';
import { createWechatRoutes } from './wechat/routes.ts';
import { wecomErrmsg } from './wecom/errmsg.ts';
import { createWecomRoutes } from './wecom/routes.ts';
import type { World } from './world.ts';

type Answer = Readonly<Record<string, unknown>>;

interface Answered {
  readonly body: Answer;
  /** How it was asked, and is to be answered. */
  readonly secured: SecuredCall | null;
}

/** The APIs of both platforms: looks up the path, lets faults strike, writes the answer as the platform does, and logs the call. */
export function createPlatform(world: World): (request: EmulatorRequest, url: URL) => Promise<EmulatorResponse> {
  const wechat = createWechatRoutes(world);
  const wecom = createWecomRoutes(world);
  const openSecured = createApiSecuritySide(world);
  const { clock, random, looseTypes = false } = world.options;

  function refusal(call: ApiCall, failure: ApiFailure): Answer {
    const { errcode, text } = failure;
    const isWecom = wecom.has(call.path);
    const errmsg = isWecom ? wecomErrmsg(errcode, text, call.ip, random) : wechatErrmsg(errcode, text, clock(), random);
    return { errcode, errmsg };
  }

  /** A refusal before the call was opened, and a fault, come from WeChat's own gateway: in clear. */
  async function answer(call: ApiCall, handler: ApiHandler | undefined, struck: FaultEffect | undefined): Promise<Answered> {
    let secured: SecuredCall | null = null;
    try {
      if (struck?.kind === 'errcode') throw new ApiFailure(struck.errcode, struck.errmsg);
      if (!handler) throw new ApiFailure(40066);
      secured = openSecured(call);
      return { body: await handler(secured?.call ?? call), secured };
    } catch (error) {
      if (error instanceof ApiFailure) return { body: refusal(call, error), secured };
      throw error;
    }
  }

  function write(status: number, { body, secured }: Answered): EmulatorResponse {
    const shown = looseTypes && 'errcode' in body ? { ...body, errcode: String(body.errcode) } : body;
    const headers = { 'content-type': 'application/json; encoding=utf-8', retkey: '11', logicret: String(body.errcode ?? 0) };
    if (secured === null) return respond(status, headers, JSON.stringify(shown));
    const sealed = secured.seal(shown);
    return respond(status, { ...headers, ...sealed.headers }, sealed.body);
  }

  return async (request, url) => {
    const path = url.pathname;
    const call: ApiCall = {
      method: request.method,
      path,
      query: url.searchParams,
      headers: request.headers,
      body: request.body,
      text: Buffer.from(request.body).toString('utf8'),
      ip: request.remoteAddress.replace(/^::ffff:/, ''),
    };
    const effects = world.faults.strike(path);
    const struck = effects.find((effect) => effect.kind !== 'latency');
    const latency = effects.find((effect) => effect.kind === 'latency');
    const handler = wechat.get(path) ?? wecom.get(path);

    let response: EmulatorResponse;
    let errcode: unknown;
    let seen = call.text;
    if (struck?.kind === 'drop') {
      response = { ...respond(502, {}, ''), drop: true };
    } else if (struck?.kind === 'http') {
      response = respond(struck.status, { 'content-type': 'text/html' }, `<html><body><h1>${struck.status}</h1></body></html>`);
    } else {
      const answered = await answer(call, handler, struck);
      errcode = answered.body.errcode;
      seen = answered.secured?.call.text ?? seen;
      response = write(handler || struck ? 200 : 404, answered);
    }
    world.log.push({
      at: clock(),
      method: call.method,
      path,
      query: maskQuery(call.query),
      body: maskBody(seen),
      ip: call.ip,
      status: response.status,
      errcode: typeof errcode === 'number' ? errcode : undefined,
      faults: effects.map((effect) => effect.kind),
    });
    return { ...response, delayMs: latency?.kind === 'latency' ? latency.ms : 0 };
  };
}
