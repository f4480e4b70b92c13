import { createHash } from 'node:crypto';
import { encryptUserData, openDataSignature } from '@menshen/wechat';
import * as z from 'zod';
import { seconds } from '../http/api.ts';
import { phoneInfo } from '../wechat/phone.ts';
import { wecomAudience } from '../wecom/token.ts';
import type { World } from '../world.ts';
import { type AdminContext, AdminFailure, type AdminRoute, adminApp, adminPerson, adminRoute } from './route.ts';

const appid = z.string().max(64).exactOptional();
const person = z.string().min(1).max(64);
const inApp = { appid, person };

/** What a person does on the phone, inside a mini program. */
export function phoneApi({ world }: AdminContext): AdminRoute[] {
  return [
    adminRoute(
      'POST',
      'code',
      z.discriminatedUnion('channel', [
        z.strictObject({ channel: z.literal('wechat'), ...inApp, rotate: z.boolean().exactOptional() }),
        z.strictObject({ channel: z.literal('wecom'), corpid: z.string().max(64).exactOptional(), person }),
      ]),
      (input) => (input.channel === 'wechat' ? wechatCode(world(), input) : wecomCode(world(), input)),
    ),
    adminRoute('POST', 'phone-code', z.strictObject(inApp), (input) => {
      const app = adminApp(world(), input.appid);
      const found = adminPerson(world(), input.person);
      world().activity.touch(app.appid, found.id);
      return { ...world().codes.issue({ kind: 'phone', audience: app.appid, person: found.id }) };
    }),
    adminRoute(
      'POST',
      'session',
      z.strictObject({ ...inApp, action: z.enum(['check', 'rotate', 'expire']) }),
      ({ action, ...input }) => {
        const app = adminApp(world(), input.appid);
        const { id } = adminPerson(world(), input.person);
        if (action === 'rotate') world().sessions.rotate(app.appid, id);
        if (action === 'expire') world().sessions.expire(app.appid, id);
        return { valid: world().sessions.current(app.appid, id) !== undefined };
      },
    ),
    adminRoute(
      'POST',
      'encrypted-data',
      z.strictObject({
        ...inApp,
        kind: z.enum(['phone', 'userInfo', 'custom']),
        data: z.record(z.string(), z.unknown()).exactOptional(),
      }),
      (input) => encryptedData(world(), input),
    ),
    adminRoute('POST', 'user-key', z.strictObject({ ...inApp, fresh: z.boolean().exactOptional() }), (input) => {
      const app = adminApp(world(), input.appid);
      const found = adminPerson(world(), input.person);
      const key = world().userKeys.latest(app.appid, found.id, input.fresh);
      return { encryptKey: key.encryptKey, iv: key.iv, version: key.version, expireTime: seconds(key.expiresAt) };
    }),
    adminRoute(
      'POST',
      'soter',
      z.strictObject({
        person,
        challenge: z.string().max(4096),
        /** Another phone than the person's own, by any name, that is signed in to their account. */
        phone: z.string().max(40).exactOptional(),
        authContent: z.string().max(4096).exactOptional(),
        authMode: z.enum(['fingerPrint', 'facial', 'speech']).exactOptional(),
        outcome: z.enum(['ok', 'unsupported', 'cancelled', 'failed', 'frozen', 'not-enrolled']).exactOptional(),
      }),
      (input) => soter(world(), input),
    ),
    adminRoute(
      'POST',
      'subscribe',
      z.strictObject({ ...inApp, templateIds: z.array(z.string().min(1).max(64)).min(1).max(3), accept: z.boolean() }),
      ({ templateIds, accept, ...input }) => {
        const app = adminApp(world(), input.appid);
        const { id } = adminPerson(world(), input.person);
        const { subscriptions } = world();
        for (const template of templateIds) {
          if (accept) subscriptions.accept(app.appid, id, template);
          else subscriptions.refuse(app.appid, id, template);
        }
        return Object.fromEntries(templateIds.map((template) => [template, accept ? 'accept' : 'reject']));
      },
    ),
  ];
}

/** wx.login. It may replace the session_key, and here it does unless asked not to: code that relies on the old one is found out. */
function wechatCode(world: World, input: { readonly appid?: string; readonly person: string; readonly rotate?: boolean }) {
  const app = adminApp(world, input.appid);
  const found = adminPerson(world, input.person);
  const current = world.sessions.current(app.appid, found.id);
  if (input.rotate !== false || current === undefined) world.sessions.rotate(app.appid, found.id);
  world.activity.touch(app.appid, found.id);
  return { ...world.codes.issue({ kind: 'wechat-login', audience: app.appid, person: found.id }) };
}

/** wx.qy.login. `person` is a userid, or a WeChat person who is a member. */
function wecomCode(world: World, input: { readonly corpid?: string; readonly person: string }) {
  const { wecom } = world.options;
  if (!wecom || (input.corpid ?? wecom.corpid) !== wecom.corpid) throw new AdminFailure('app_unknown');
  const userid = world.directory.member(input.person)?.userid ?? world.people.find(input.person)?.userid;
  const member = userid === undefined ? undefined : world.directory.member(userid);
  if (!member) throw new AdminFailure('person_unknown');
  const audience = wecomAudience(wecom.corpid);
  world.sessions.rotate(audience, member.userid.toLowerCase());
  return { ...world.codes.issue({ kind: 'wecom-login', audience, person: member.userid }) };
}

type EncryptedKind = 'phone' | 'userInfo' | 'custom';

/** What wx.getUserInfo and others hand to the page, encrypted with the session_key of now. */
function encryptedData(
  world: World,
  input: {
    readonly appid?: string;
    readonly person: string;
    readonly kind: EncryptedKind;
    readonly data?: Readonly<Record<string, unknown>>;
  },
) {
  const { clock, random, looseTypes = false } = world.options;
  const app = adminApp(world, input.appid);
  const found = adminPerson(world, input.person);
  const sessionKey = world.sessions.current(app.appid, found.id);
  if (sessionKey === undefined) throw new AdminFailure('session_missing');

  const watermark = { timestamp: seconds(clock()), appid: app.appid };
  const profile = {
    nickName: found.nickname ?? '微信用户',
    gender: 0,
    language: 'zh_CN',
    city: '',
    province: '',
    country: '',
    avatarUrl: '',
  };
  const identity = { openId: world.people.openidOf(app.appid, found), ...(found.unionid ? { unionId: found.unionid } : {}) };
  const contents: Readonly<Record<EncryptedKind, Readonly<Record<string, unknown>>>> = {
    phone: phoneInfo(found, app.appid, clock(), looseTypes),
    userInfo: { ...identity, ...profile, watermark },
    custom: { ...input.data, watermark },
  };
  const iv = Buffer.from(random(16)).toString('base64');
  const encrypted = encryptUserData({ sessionKey, iv, data: contents[input.kind] });
  // WeChat's page does not say whether the base64 text or the bytes are hashed.
  for (const form of [encrypted, Buffer.from(encrypted, 'base64')]) {
    world.encryptedData.set(JSON.stringify([app.appid, createHash('sha256').update(form).digest('hex')]), clock());
  }
  if (input.kind !== 'userInfo') return { encryptedData: encrypted, iv };
  const rawData = JSON.stringify(profile);
  return { encryptedData: encrypted, iv, rawData, signature: openDataSignature(rawData, sessionKey) };
}

const soterFailures = {
  unsupported: [90001, 'not support soter in this device'],
  cancelled: [90008, 'user cancelled the authentication'],
  failed: [90009, 'authentication failed'],
  frozen: [90010, 'authentication is frozen by too many retries'],
  'not-enrolled': [90011, 'no biometric information enrolled in this device'],
} as const;

/** wx.startSoterAuthentication: a signature of the person's emulated phone, or the error of the client. */
async function soter(
  world: World,
  input: {
    readonly person: string;
    readonly challenge: string;
    readonly phone?: string;
    readonly authContent?: string;
    readonly authMode?: string;
    readonly outcome?: 'ok' | keyof typeof soterFailures;
  },
) {
  const found = adminPerson(world, input.person);
  const { outcome = 'ok', authMode = 'fingerPrint' } = input;
  const fail = (errCode: number, reason: string) => ({ errCode, errMsg: `startSoterAuthentication:fail ${reason}` });
  if (authMode === 'speech') return fail(90003, 'requested auth mode is not supported');
  if (input.challenge === '' || input.challenge.length > 512) return fail(90004, 'challenge is missing or too long');
  if ((input.authContent?.length ?? 0) > 42) return fail(90005, 'authContent is too long');
  if (outcome !== 'ok') {
    const [errCode, reason] = soterFailures[outcome];
    return fail(errCode, reason);
  }
  const signed = await world.devices.signChallenge(found.id, input.challenge, input.phone);
  return { errCode: 0, errMsg: 'startSoterAuthentication:ok', authMode, ...signed };
}
