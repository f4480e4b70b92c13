import { ApiFailure } from '../api-failure.ts';
import { type ApiHandler, readJson } from '../http/api.ts';
import { randomDigits, randomHex } from '../random.ts';
import type { World } from '../world.ts';
import { defaultContentRules, judgeContent } from './content-rules.ts';
import { personOf, type WechatCall, withToken } from './guard.ts';

const maxContentChars = 2500;
const maxV1Bytes = 500 * 1024;
const escapedText = /\\u[0-9a-f]{4}/i;

/** Content checks and the user's security level. */
export function safetyRoutes(world: World): [string, ApiHandler][] {
  return [
    ['/wxa/msg_sec_check', withToken(world, 'POST', (call) => checkText(world, call))],
    ['/wxa/media_check_async', withToken(world, 'POST', (call) => acceptMedia(world, call))],
    ['/wxa/getuserriskrank', withToken(world, 'POST', (call) => rankUser(world, call))],
  ];
}

function checkText(world: World, call: WechatCall) {
  const body = readJson(call);
  const { content } = body;
  if (typeof content !== 'string' || content === '') throw new ApiFailure(47001);
  const rules = world.options.contentRules ?? defaultContentRules;
  // WeChat reads the bytes of the body: text that is escaped as \uXXXX is not recognised.
  const seen = escapedText.test(call.text) ? content.replace(/[^\0-\x7f]/g, '') : content;
  const hit = judgeContent(seen, rules);

  if (body.version === undefined) {
    if (Buffer.byteLength(content) > maxV1Bytes) throw new ApiFailure(47001);
    if (hit?.suggest === 'risky') throw new ApiFailure(87014);
    return { errcode: 0, errmsg: 'ok' };
  }
  if (content.length > maxContentChars || Number(body.version) !== 2) throw new ApiFailure(47001);
  requireScene(body.scene);
  requireActive(world, call, body.openid);

  const suggest = hit?.suggest ?? 'pass';
  const label = hit?.label ?? 100;
  const model = { strategy: 'content_model', errcode: 0, suggest, label, prob: 90 };
  const keyword = { strategy: 'keyword', errcode: 0 };
  const found = hit ? { ...keyword, suggest, label, keyword: hit.word, level: hit.suggest === 'risky' ? 90 : 20 } : keyword;
  return { errcode: 0, errmsg: 'ok', trace_id: newTraceId(world), result: { suggest, label }, detail: [model, found] };
}

function acceptMedia(world: World, call: WechatCall) {
  const { media_url, media_type, version, scene, openid } = readJson(call);
  if (media_type !== 1 && media_type !== 2) throw new ApiFailure(40004);
  if (Number(version) !== 2) throw new ApiFailure(47001);
  if (typeof media_url !== 'string' || !/^https?:\/\/./.test(media_url)) throw new ApiFailure(47001);
  requireScene(scene);
  requireActive(world, call, openid);
  const traceId = newTraceId(world);
  world.mediaChecks.set(traceId, { appid: call.app.appid, openid: openid as string, mediaUrl: media_url });
  return { errcode: 0, errmsg: 'ok', trace_id: traceId };
}

function rankUser(world: World, call: WechatCall) {
  const { appid, openid, scene, client_ip } = readJson(call);
  if (appid !== call.app.appid) throw new ApiFailure(43104);
  if (scene !== 0 && scene !== 1 && scene !== 2) throw new ApiFailure(40129);
  if (typeof client_ip !== 'string' || client_ip === '') throw new ApiFailure(47001);
  const person = requireActive(world, call, openid);
  const unionNumber = Number(randomDigits(world.options.random, 9));
  // WeChat spells it so.
  return { errcode: 0, errmsg: 'getuserriskrank succ', risk_rank: person.riskRank ?? 0, unoin_id: unionNumber };
}

/** Throws ApiFailure 40003, 43104, and 61010 unless the person used the mini program within two hours. */
function requireActive(world: World, call: WechatCall, openid: unknown) {
  const person = personOf(world, call.app, openid, 43104);
  if (!world.activity.recent(call.app.appid, person.id)) throw new ApiFailure(61010);
  return person;
}

function requireScene(scene: unknown): void {
  if (typeof scene !== 'number' || ![1, 2, 3, 4].includes(scene)) throw new ApiFailure(40129);
}

function newTraceId(world: World): string {
  return [1, 2, 3].map(() => randomHex(world.options.random, 4)).join('-');
}
