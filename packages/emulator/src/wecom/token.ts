import { ApiFailure } from '../api-failure.ts';
import { type ApiCall, type ApiHandler, queryText } from '../http/api.ts';
import type { WecomOptions } from '../options.ts';
import { equalSecrets } from '../secret.ts';
import { BoundedMap } from '../state/bounded.ts';
import type { World } from '../world.ts';
import {
  agentOwner,
  checkTrustedAddress,
  contactsOwner,
  requireAgent,
  requireMethod,
  takeWecomQuota,
  withWecomToken,
} from './guard.ts';
import { visibilityOfAgent } from './visibility.ts';

const failuresPerHour = 2000;
const hourMs = 3_600_000;

/** The audience of login codes and session_keys of a company. */
export function wecomAudience(corpid: string): string {
  return `wecom:${corpid}`;
}

/** `cgi-bin/gettoken`, `cgi-bin/miniprogram/jscode2session`, and `cgi-bin/auth/getuserinfo` of web logins. */
export function loginRoutes(world: World): [string, ApiHandler][] {
  const failures = new BoundedMap<string, { since: number; count: number; blockedUntil: number }>(10_000);
  const { clock } = world.options;

  function issue(call: ApiCall): string {
    const { wecom } = world.options;
    const corpid = queryText(call, 'corpid');
    const secret = queryText(call, 'corpsecret');
    if (corpid === '') throw new ApiFailure(41002);
    if (secret === '') throw new ApiFailure(41004);
    if (wecom?.corpid !== corpid) throw new ApiFailure(40013);
    const owner = ownerOf(world, wecom, secret);
    checkTrustedAddress(wecom, call.ip);
    takeWecomQuota(world, owner, call.path);
    return owner;
  }

  /** Two thousand failing calls of one address within an hour block it for an hour. */
  function countFailure(ip: string): void {
    const record = failures.get(ip) ?? { since: clock(), count: 0, blockedUntil: 0 };
    if (clock() - record.since >= hourMs) Object.assign(record, { since: clock(), count: 0 });
    record.count += 1;
    if (record.count >= failuresPerHour) record.blockedUntil = clock() + hourMs;
    failures.set(ip, record);
  }

  return [
    [
      '/cgi-bin/gettoken',
      (call) => {
        requireMethod(call, 'GET');
        if ((failures.get(call.ip)?.blockedUntil ?? 0) > clock()) throw new ApiFailure(45009);
        try {
          return { errcode: 0, errmsg: 'ok', ...world.wecomTokens.issueShared(issue(call)) };
        } catch (error) {
          countFailure(call.ip);
          throw error;
        }
      },
    ],
    [
      '/cgi-bin/miniprogram/jscode2session',
      withWecomToken(world, 'GET', (call) => {
        if (queryText(call, 'grant_type') !== 'authorization_code') throw new ApiFailure(40058);
        const agent = requireAgent(call);
        const code = queryText(call, 'js_code');
        const found = world.codes.find(code);
        const audience = wecomAudience(call.wecom.corpid);
        if (found.status !== 'valid' || found.grant.kind !== 'wecom-login' || found.grant.audience !== audience) {
          throw new ApiFailure(40029);
        }
        const member = world.directory.member(found.grant.person);
        if (!member) throw new ApiFailure(40029);
        if (!visibilityOfAgent(world.directory, agent).seesMember(member)) throw new ApiFailure(50002);
        world.codes.consume(code);
        const person = member.userid.toLowerCase();
        const sessionKey = world.sessions.current(audience, person) ?? world.sessions.rotate(audience, person);
        return { errcode: 0, errmsg: 'ok', corpid: call.wecom.corpid, userid: member.userid, session_key: sessionKey };
      }),
    ],
    [
      '/cgi-bin/auth/getuserinfo',
      withWecomToken(world, 'GET', (call) => {
        const agent = requireAgent(call);
        const code = queryText(call, 'code');
        const found = world.codes.find(code);
        const audience = `${wecomAudience(call.wecom.corpid)}:${agent.agentid}`;
        if (found.status !== 'valid' || found.grant.kind !== 'wecom-web' || found.grant.audience !== audience)
          throw new ApiFailure(40029);
        world.codes.consume(code);
        return { errcode: 0, errmsg: 'ok', userid: found.grant.person };
      }),
    ],
  ];
}

/** Every secret is compared, so that the time says nothing about which one was near. */
function ownerOf({ secrets }: World, wecom: WecomOptions, secret: string): string {
  const isContacts = equalSecrets(secret, secrets.get(contactsOwner) ?? wecom.contactsSecret);
  const [agent] = wecom.agents.filter((one) => equalSecrets(secret, secrets.get(agentOwner(one)) ?? one.secret));
  if (isContacts) return contactsOwner;
  if (!agent) throw new ApiFailure(40001);
  if (agent.disabled) throw new ApiFailure(50003);
  return agentOwner(agent);
}
