import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigInput, configSchema } from '@menshen/contract';
import { type EmulatorServer, startEmulator } from '@menshen/emulator';
import { type Platform, startPlatform } from '../platform.ts';

/** What the backend saw of a request. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface TestBackend {
  readonly url: string;
  readonly seen: Seen[];
  /** Answers from now on; the default echoes method and path as JSON. */
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
  close(): Promise<void>;
}

/** A backend that keeps what it was sent. */
export async function startBackend(): Promise<TestBackend> {
  const seen: Seen[] = [];
  const backend: { answer: TestBackend['answer'] } = {
    answer: (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', server: 'Apache/2.2', 'x-powered-by': 'PHP/5.3' });
      response.end(JSON.stringify({ method: request.method, url: request.url }));
    },
  };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      backend.answer(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(backend, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

export const testAccounts = {
  appid: 'wxtestportal000001',
  secret: 'test-secret',
  otherAppid: 'wxtestother0000001',
  otherSecret: 'other-secret',
  corpid: 'wwtest',
  agentid: 1000002,
  agentSecret: 'agent-secret',
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

export interface Deployment {
  readonly platform: Platform;
  readonly backend: TestBackend;
  readonly emulator: EmulatorServer;
  readonly folder: string;
  readonly gatewayUrl: string;
  readonly config: ConfigInput;
  /** Mints a login code on the emulator's phone. */
  code(channel: 'wechat' | 'wecom', person: string, appid?: string): Promise<string>;
  phoneCode(person: string): Promise<string>;
  /** Signs in through WeCom and gives the token. */
  token(userid: string): Promise<string>;
  call(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown; headers?: Record<string, string>; raw?: Uint8Array },
  ): Promise<{ status: number; body: Record<string, unknown>; headers: Headers; text: string }>;
  /** Resolves when everything recorded so far can be searched. */
  indexed(): Promise<void>;
  close(options?: { readonly keepFolder?: boolean }): Promise<void>;
}

export interface DeploymentOptions {
  readonly folder?: string;
  readonly clock?: () => number;
  readonly audience?: ('employee' | 'partner' | 'customer')[];
  readonly change?: (config: ConfigInput) => ConfigInput;
}

/** A whole deployment on loopback: emulator, backend and platform, with a company of four. */
export async function startDeployment(options: DeploymentOptions = {}): Promise<Deployment> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'menshen-'));
  mkdirSync(join(folder, 'policies'), { recursive: true });
  writeFileSync(join(folder, 'policies', 'schema.cedarschema'), schema);
  writeFileSync(join(folder, 'policies', 'test.cedar'), policies);
  const emulator = await startEmulator({
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
  });
  const backend = await startBackend();
  const base: ConfigInput = {
    data: join(folder, 'data'),
    environment: 'development',
    gateway: { listen: '127.0.0.1:0', limits: { perAddressPerSecond: 100_000, perAddressBurst: 100_000 } },
    console: { listen: '127.0.0.1:0' },
    policies: 'policies',
    apps: [
      {
        id: 'portal',
        basePath: '/portal',
        audience: options.audience ?? ['employee'],
        wechat: { appid: testAccounts.appid, secret: testAccounts.secret, apiBase: emulator.url },
        wecom: {
          corpid: testAccounts.corpid,
          agentid: testAccounts.agentid,
          secret: testAccounts.agentSecret,
          contactsSecret: 'contacts-secret',
          apiBase: emulator.url,
        },
        upstream: { url: backend.url, timeoutMs: 1_000 },
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
          { match: 'GET /secret', auth: 'mfa', action: 'secret.read' },
          { match: 'GET /admin', action: 'admin' },
          { match: 'GET /limited', action: 'secret.read', limit: { per: 'person', requests: 2, windowSeconds: 60 } },
        ],
      },
    ],
  };
  const config = options.change?.(base) ?? base;
  const platform = await startPlatform({
    config: configSchema.parse(config),
    folder,
    file: null,
    version: '0.0.0-test',
    demo: false,
    consoleFolder: null,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  await platform.directory.sync('test');
  const gatewayUrl = platform.gateway.url;

  const admin = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${emulator.url}/_emulator/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`emulator ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
  const call: Deployment['call'] = async (method, path, given = {}) => {
    const headers = new Headers(given.headers);
    if (given.token !== undefined) headers.set('authorization', `Bearer ${given.token}`);
    if (given.body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
    const body =
      given.raw === undefined ? (given.body === undefined ? null : JSON.stringify(given.body)) : Buffer.from(given.raw);
    const answer = await fetch(gatewayUrl + path, { method, headers, body });
    const text = await answer.text();
    let parsed: Record<string, unknown> = {};
    try {
      parsed = JSON.parse(text) as Record<string, unknown>;
    } catch {
      // Not JSON: the caller looks at the text.
    }
    return { status: answer.status, body: parsed, headers: answer.headers, text };
  };
  const code: Deployment['code'] = async (channel, person, appid = testAccounts.appid) => {
    const answer = await admin('code', channel === 'wechat' ? { channel, appid, person } : { channel, person });
    return String(answer['code']);
  };

  return {
    platform,
    backend,
    emulator,
    folder,
    gatewayUrl,
    config,
    code,
    phoneCode: async (person) => String((await admin('phone-code', { appid: testAccounts.appid, person }))['code']),
    async token(userid) {
      const answer = await call('POST', '/_menshen/v1/login', {
        body: { app: 'portal', channel: 'wecom', code: await code('wecom', userid) },
      });
      if (answer.status !== 200) throw new Error(`login of ${userid}: ${answer.status} ${answer.text}`);
      return String(answer.body['token']);
    },
    call,
    async indexed() {
      await platform.audit.flush();
      for (let looks = 0; looks < 1_000; looks += 1) {
        if ((await platform.queries.status()).indexLag === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error('the index does not catch up');
    },
    async close({ keepFolder = false } = {}) {
      await platform.close();
      await backend.close();
      await emulator.close();
      if (!keepFolder) rmSync(folder, { recursive: true, force: true });
    },
  };
}
