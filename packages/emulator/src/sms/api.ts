import { type EmulatorRequest, type EmulatorResponse, respond } from '../http/exchange.ts';
import type { World } from '../world.ts';
import { aliyunSms } from './aliyun.ts';
import { tencentSms } from './tencent.ts';

type Cloud = (world: World, request: EmulatorRequest, url: URL) => EmulatorResponse;

/** Both clouds have one path for everything, and name what is wanted in a header. */
function cloudOf(request: EmulatorRequest, url: URL): Cloud | undefined {
  if (request.method !== 'POST' || url.pathname !== '/') return undefined;
  if (request.headers['x-tc-action'] !== undefined) return tencentSms;
  return request.headers['x-acs-action'] === undefined ? undefined : aliyunSms;
}

/** Answers a call to one of the SMS clouds, or undefined when it is none. Faults strike by the path `/`; the log shows no parameters, which hold codes. */
export function answerSms(world: World, request: EmulatorRequest, url: URL): EmulatorResponse | undefined {
  const cloud = cloudOf(request, url);
  if (cloud === undefined) return undefined;
  const effects = world.faults.strike('/');
  const latency = effects.find((effect) => effect.kind === 'latency');
  const struck = effects.find((effect) => effect.kind !== 'latency');
  const response =
    struck?.kind === 'drop'
      ? { ...respond(502, {}, ''), drop: true }
      : struck?.kind === 'http'
        ? respond(struck.status, { 'content-type': 'text/html' }, `<html><body><h1>${struck.status}</h1></body></html>`)
        : cloud(world, request, url);
  world.log.push({
    at: world.options.clock(),
    method: request.method,
    path: '/',
    query: {},
    body: { bytes: request.body.length },
    ip: request.remoteAddress.replace(/^::ffff:/, ''),
    status: response.status,
    errcode: undefined,
    faults: effects.map((effect) => effect.kind),
  });
  return { ...response, delayMs: latency?.kind === 'latency' ? latency.ms : 0 };
}
