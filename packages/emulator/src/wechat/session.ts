import { sessionSignature } from '@menshen/wechat';
import { ApiFailure } from '../api-failure.ts';
import type { WechatPerson } from '../company/model.ts';
import { type ApiHandler, queryText, readJson, seconds } from '../http/api.ts';
import { equalSecrets } from '../secret.ts';
import type { World } from '../world.ts';
import { authenticateApp, personOf, requireMethod, takeWechatQuota, type WechatCall, withToken } from './guard.ts';

const resetsPerMinuteAndUser = 10;
const encryptedDataKeptMs = 3 * 86_400_000;

/** Login, session_key, the user's encryption keys, and the check of encrypted data. */
export function sessionRoutes(world: World): [string, ApiHandler][] {
  const { clock } = world.options;
  return [
    ['/sns/jscode2session', (call) => exchangeLoginCode(world, call)],
    [
      '/wxa/checksession',
      withToken(world, 'GET', (call) => {
        verifySession(world, call);
        return { errcode: 0, errmsg: 'ok' };
      }),
    ],
    [
      '/wxa/resetusersessionkey',
      withToken(world, 'GET', (call) => {
        const person = verifySession(world, call);
        const limit = { perMinute: resetsPerMinuteAndUser };
        if (world.quotas.take(call.app.appid, `${call.path} ${person.id}`, limit) !== 'granted') throw new ApiFailure(45011);
        const sessionKey = world.sessions.reset(call.app.appid, person.id);
        if (sessionKey === undefined) throw new ApiFailure(87007);
        return { errcode: 0, errmsg: 'ok', openid: queryText(call, 'openid'), session_key: sessionKey };
      }),
    ],
    [
      '/wxa/business/getuserencryptkey',
      withToken(world, 'ANY', (call) => {
        const person = verifySession(world, call);
        if (world.userKeys.list(call.app.appid, person.id).length === 0) world.userKeys.latest(call.app.appid, person.id);
        const keys = world.userKeys.list(call.app.appid, person.id).map((key) => ({
          encrypt_key: key.encryptKey,
          iv: key.iv,
          version: key.version,
          expire_in: Math.max(0, Math.floor((key.expiresAt - clock()) / 1000)),
          create_time: seconds(key.createdAt),
        }));
        return { errcode: 0, errmsg: 'ok', key_info_list: keys };
      }),
    ],
    [
      '/wxa/business/checkencryptedmsg',
      withToken(world, 'POST', (call) => {
        const hash = readJson(call).encrypted_msg_hash;
        if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/i.test(hash)) throw new ApiFailure(40097);
        const createdAt = world.encryptedData.get(JSON.stringify([call.app.appid, hash.toLowerCase()]));
        if (createdAt === undefined || clock() - createdAt > encryptedDataKeptMs) throw new ApiFailure(1);
        // WeChat spells it so.
        return { errcode: 0, errmsg: 'ok', vaild: true, create_time: seconds(createdAt) };
      }),
    ],
  ];
}

function exchangeLoginCode(world: World, call: Parameters<ApiHandler>[0]) {
  requireMethod(call, 'GET');
  const app = authenticateApp(world, queryText(call, 'appid'), queryText(call, 'secret'), call.ip);
  if (queryText(call, 'grant_type') !== 'authorization_code') throw new ApiFailure(40002);

  const code = queryText(call, 'js_code');
  const found = world.codes.find(code);
  if (found.status === 'unknown' || found.grant.kind !== 'wechat-login' || found.grant.audience !== app.appid) {
    throw new ApiFailure(40029);
  }
  if (found.status === 'used') throw new ApiFailure(40163);
  const person = world.people.get(found.grant.person);
  if (!person) throw new ApiFailure(40029);
  takeWechatQuota(world, app.appid, call.path, person.id);
  if (person.blocked) throw new ApiFailure(40226);

  world.codes.consume(code);
  const sessionKey = world.sessions.current(app.appid, person.id) ?? world.sessions.rotate(app.appid, person.id);
  const unionid = app.openPlatform === false ? undefined : person.unionid;
  const session = { openid: world.people.openidOf(app.appid, person), session_key: sessionKey };
  return unionid === undefined ? session : { ...session, unionid };
}

/**
 * Checks the user session signature of a call: hex HMAC-SHA256 over nothing, under the session_key's text. A POST is covered
 * with its body, so any body at all, even `{}`, fails against the signature that the API asks for.
 * Throws ApiFailure 40003, 87007, 87008, 87009.
 */
function verifySession(world: World, call: WechatCall): WechatPerson {
  const person = personOf(world, call.app, queryText(call, 'openid'));
  if (queryText(call, 'sig_method') !== 'hmac_sha256') throw new ApiFailure(87008);
  const sessionKey = world.sessions.current(call.app.appid, person.id);
  if (sessionKey === undefined) throw new ApiFailure(87007);
  const hasBody = call.body.length > 0;
  if (hasBody || !equalSecrets(queryText(call, 'signature'), sessionSignature(sessionKey, ''))) throw new ApiFailure(87009);
  return person;
}
