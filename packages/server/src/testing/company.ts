import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigInput } from '@menshen/contract';
import { type EmulatorServer, startEmulator } from '@menshen/emulator';

export const testAccounts = {
  appid: 'wxtestportal000001',
  secret: 'test-secret',
  otherAppid: 'wxtestother0000001',
  otherSecret: 'other-secret',
  corpid: 'wwtest',
  agentid: 1000002,
  agentSecret: 'agent-secret',
  sms: {
    provider: 'tencent',
    secretId: 'test-secret-id',
    secretKey: 'test-secret-key',
    sdkAppId: '1400000001',
    signName: '测试公司',
    templates: { zh: '1', en: '2' },
  },
} as const;

const company = {
  corp: { name: '测试公司' },
  departments: [
    { id: 1, name: '总部', parentid: 0 },
    { id: 2, name: '研发', parentid: 1 },
    { id: 3, name: '研发一组', parentid: 2 },
    { id: 4, name: '财务', parentid: 1 },
  ],
  users: [
    { userid: 'boss', name: '王总', mobile: '19900000001', department: [2], is_leader_in_dept: [1] as (0 | 1)[] },
    { userid: 'zhang', name: '张三', mobile: '19900000002', department: [3] },
    { userid: 'li', name: '李四', mobile: '19900000003', department: [4] },
    { userid: 'gone', name: '离职', mobile: '19900000004', department: [4], status: 2 as const },
  ],
  people: [
    { id: 'zhang-wx', phone: '19900000002', userid: 'zhang' },
    { id: 'li-wx', phone: '19900000003', userid: 'li' },
    { id: 'stranger-wx', phone: '19900000099' },
    { id: 'blocked-wx', phone: '19900000098', blocked: true },
  ],
};

const schema = `namespace Menshen {
  entity Department in [Department] = { name: String };
  entity Role;
  entity User in [Department, Role] = { uid: String, kind: String, departments: Set<Department>, leads: Set<Department>, position?: String };
  entity Guest = { kind: String };
  entity App;
  type Request = { app: String, channel: String, assurance: Long, address: String, method: String, time: Long };
  action "me.read", "staff.read", "staff.update", "note.write", "upload", "secret.read", "admin" appliesTo { principal: [User, Guest], resource: [User, App], context: Request };
}
`;

const policies = `@id("own") permit (principal is Menshen::User, action in [Menshen::Action::"me.read", Menshen::Action::"staff.read", Menshen::Action::"staff.update"], resource is Menshen::User) when { principal == resource };
@id("leader") permit (principal is Menshen::User, action == Menshen::Action::"staff.read", resource is Menshen::User) when { resource in principal.leads };
@id("notes") permit (principal is Menshen::User, action in [Menshen::Action::"note.write", Menshen::Action::"upload", Menshen::Action::"secret.read"], resource is Menshen::App);
@id("admin") permit (principal in Menshen::Role::"admin", action == Menshen::Action::"admin", resource is Menshen::App);
`;

/** Writes the policies into the folder `policies` of a folder. */
export function writePolicies(folder: string): void {
  mkdirSync(join(folder, 'policies'), { recursive: true });
  writeFileSync(join(folder, 'policies', 'schema.cedarschema'), schema);
  writeFileSync(join(folder, 'policies', 'test.cedar'), policies);
}

/** The company of four on an emulator of its own. */
export function startCompany(): Promise<EmulatorServer> {
  return startEmulator({
    people: company,
    wechatApps: [
      { appid: testAccounts.appid, secret: testAccounts.secret, name: '门户' },
      { appid: testAccounts.otherAppid, secret: testAccounts.otherSecret, name: '别家' },
    ],
    wecom: {
      corpid: testAccounts.corpid,
      agents: [{ agentid: testAccounts.agentid, secret: testAccounts.agentSecret, sensitiveFields: true }],
      contactsSecret: 'contacts-secret',
    },
    sms: {
      tencent: {
        secretId: testAccounts.sms.secretId,
        secretKey: testAccounts.sms.secretKey,
        sdkAppId: testAccounts.sms.sdkAppId,
        signNames: [testAccounts.sms.signName],
        templates: [
          { id: testAccounts.sms.templates.zh, text: '验证码 {1}，{2} 分钟内有效。' },
          { id: testAccounts.sms.templates.en, text: 'Your code is {1}, good for {2} minutes.' },
        ],
      },
    },
  });
}

/** The configuration of a node: the portal in front of a backend, on free ports of loopback. */
export function deploymentConfig(
  place: { readonly folder: string; readonly store?: string | undefined; readonly coordination?: string | undefined },
  emulatorUrl: string,
  backendUrl: string,
  audience: ('employee' | 'partner' | 'customer')[] = ['employee'],
): ConfigInput {
  return {
    data: join(place.folder, 'data'),
    environment: 'development',
    ...(place.store === undefined ? {} : { store: place.store }),
    ...(place.coordination === undefined ? {} : { coordination: place.coordination }),
    gateway: { listen: '127.0.0.1:0', limits: { perAddressPerSecond: 100_000, perAddressBurst: 100_000 } },
    // One administrator and no second factor, so that a test signs in with one call; suites about administrators say otherwise.
    console: { listen: '127.0.0.1:0', operators: 'single', secondFactor: 'optional', singleOperatorDelaySeconds: 5 },
    policies: 'policies',
    apps: [
      {
        id: 'portal',
        basePath: '/portal',
        audience: audience,
        wechat: { appid: testAccounts.appid, secret: testAccounts.secret, apiBase: emulatorUrl },
        wecom: {
          corpid: testAccounts.corpid,
          agentid: testAccounts.agentid,
          secret: testAccounts.agentSecret,
          contactsSecret: 'contacts-secret',
          apiBase: emulatorUrl,
        },
        upstream: { url: backendUrl, timeoutMs: 1_000 },
        routes: [
          { match: 'GET /public', auth: 'none' },
          { match: 'GET /me', action: 'me.read', resource: { type: 'Menshen::User', id: 'principal', from: 'directory' } },
          {
            match: 'GET /staff/:uid',
            action: 'staff.read',
            resource: { type: 'Menshen::User', id: 'path.uid', from: 'directory' },
          },
          {
            match: 'PUT /staff/:uid',
            action: 'staff.update',
            resource: { type: 'Menshen::User', id: 'path.uid', from: 'directory' },
          },
          {
            match: 'POST /notes',
            action: 'note.write',
            schema: {
              type: 'object',
              additionalProperties: false,
              required: ['text'],
              properties: { text: { type: 'string', maxLength: 100 }, amount: { type: 'integer', minimum: 0, maximum: 500 } },
            },
          },
          { match: 'POST /files', action: 'upload', body: { types: ['binary'], stream: true, maxBytes: 5_000_000 } },
          { match: 'POST /claims', action: 'note.write' },
          { match: 'GET /secret', auth: 'mfa', action: 'secret.read' },
          { match: 'GET /admin', action: 'admin' },
          { match: 'GET /limited', action: 'secret.read', limit: { per: 'person', requests: 2, windowSeconds: 60 } },
        ],
        campaigns: [
          {
            id: 'tea',
            name: { zh: '茶礼', en: 'Tea' },
            window: { start: '2020-01-01T00:00:00+08:00', end: '2099-01-01T00:00:00+08:00' },
            amount: { minCents: 500, maxCents: 2_000, stepCents: 100 },
            budget: { cents: 1_000_000 },
            codes: {},
            claim: {
              route: 'POST /claims',
              amount: 'body.amountCents',
              code: 'body.code',
              answer: { coupon: 'answer.id', amount: 'answer.amountCents' },
            },
          },
        ],
      },
    ],
  };
}
