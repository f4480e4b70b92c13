import { createHash } from 'node:crypto';
import { type AdjustableClock, createAdjustableClock } from '../clock.ts';
import type { CompanyFile } from '../company/model.ts';
import { createEmulator, type Emulator } from '../emulator.ts';
import type { EmulatorRequest } from '../http/exchange.ts';
import type { EmulatorOptions } from '../options.ts';
import type { RandomBytes } from '../random.ts';

/** 2024-05-20T02:00:00Z: ten in the morning in China. */
export const startOfTest = 1_716_170_400_000;

export const appid = 'wx0000000000000001';
export const secret = 'app-secret-0001';
export const otherAppid = 'wx0000000000000002';
export const otherSecret = 'app-secret-0002';
export const corpid = 'ww0000000000000001';
export const portalSecret = 'portal-agent-secret';
export const salesSecret = 'sales-agent-secret';
export const contactsSecret = 'contacts-secret';
export const webhookKey = '11111111-2222-4333-8444-555555555555';
export const aesKey = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
export const callbackToken = 'QDG6eK';

export const company: CompanyFile = {
  corp: { name: '测试公司' },
  departments: [
    { id: 1, name: '总部', parentid: 0 },
    { id: 2, name: '销售部', parentid: 1, order: 10, leader: 'lisi' },
    { id: 3, name: '华东区', parentid: 2 },
    { id: 4, name: '研发部', parentid: 1 },
  ],
  users: [
    { userid: 'ZhangSan', name: '张三', mobile: '13800000001', department: [4], email: 'zhangsan@example.com' },
    { userid: 'lisi', name: '李四', mobile: '13800000002', department: [2, 3], is_leader_in_dept: [1, 0] },
    { userid: 'wangwu', name: '王五', mobile: '13800000003', department: [3] },
    { userid: 'zhaoliu', name: '赵六', mobile: '13800000004', department: [4], status: 2 },
  ],
  people: [
    { id: 'p-zhang', nickname: '三儿', phone: '13800000001', unionid: 'union-zhang', userid: 'ZhangSan' },
    { id: 'p-guest', nickname: '顾客', phone: '13900000009', unionid: 'union-guest', riskRank: 3 },
    { id: 'p-abroad', nickname: 'Ann', phone: '2025550100', countryCode: '1' },
    { id: 'p-blocked', nickname: '黑产', phone: '13900000010', blocked: true },
    { id: 'p-silent' },
  ],
};

/** A byte stream that repeats with the seed: SHA-256 in counter mode. */
export function seededRandom(seed = 'menshen'): RandomBytes {
  let counter = 0;
  return (size) => {
    const blocks: Buffer[] = [];
    for (let bytes = 0; bytes < size; bytes += 32) blocks.push(createHash('sha256').update(`${seed} ${counter++}`).digest());
    return new Uint8Array(Buffer.concat(blocks).subarray(0, size));
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly delayMs: number;
  readonly drop: boolean;
  // The answers of two platforms have no common shape, and a test says what it expects of each.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly json: any;
}

export interface Bench {
  readonly emulator: Emulator;
  readonly clock: AdjustableClock;
  get(url: string, query?: Readonly<Record<string, string>>): Promise<Answer>;
  post(url: string, body?: unknown, query?: Readonly<Record<string, string>>): Promise<Answer>;
  /** A POST to the admin API that must succeed; the answer's JSON. */
  admin(path: string, body?: unknown): Promise<Answer['json']>;
  send(request: Partial<EmulatorRequest>): Promise<Answer>;
  /** A login code of a person in WeChat. */
  code(person?: string, more?: Readonly<Record<string, unknown>>): Promise<string>;
  /** An access token of the first WeChat app. */
  token(): Promise<string>;
  wecomToken(corpsecret: string): Promise<string>;
  login(person?: string): Promise<{ openid: string; session_key: string }>;
}

/** The emulator over the company above, with a frozen clock, and short ways to call it. */
export function createBench(options: Partial<EmulatorOptions> = {}): Bench {
  const clock = createAdjustableClock(() => startOfTest);
  const emulator = createEmulator({
    people: company,
    wechatApps: [
      { appid, secret, name: '员工门户' },
      { appid: otherAppid, secret: otherSecret, name: '优惠券', openPlatform: false },
    ],
    wecom: {
      corpid,
      contactsSecret,
      agents: [
        { agentid: 1000002, secret: portalSecret, name: '门户' },
        {
          agentid: 1000003,
          secret: salesSecret,
          name: '销售',
          scope: { departments: [2], users: ['zhangsan'] },
          sensitiveFields: true,
        },
      ],
      webhooks: [{ key: webhookKey, name: '告警群', members: ['lisi'] }],
    },
    clock,
    random: seededRandom(),
    fetch: async () => {
      throw new TypeError('no network in this test');
    },
    ...options,
  });

  async function send(request: Partial<EmulatorRequest>): Promise<Answer> {
    const { status, headers, body, delayMs, drop } = await emulator.handle({
      method: 'GET',
      url: '/',
      headers: { host: '127.0.0.1:8481' },
      body: new Uint8Array(),
      remoteAddress: '127.0.0.1',
      ...request,
    });
    const isJson = headers['content-type']?.startsWith('application/json') ?? false;
    return { status, headers, text: body, delayMs, drop, json: isJson ? JSON.parse(body) : undefined };
  }

  const withQuery = (url: string, query: Readonly<Record<string, string>> = {}) => {
    const text = new URLSearchParams(query).toString();
    return text === '' ? url : `${url}?${text}`;
  };

  const bench: Bench = {
    emulator,
    clock,
    send,
    get: (url, query) => send({ url: withQuery(url, query) }),
    post: (url, body, query) =>
      send({
        method: 'POST',
        url: withQuery(url, query),
        headers: { host: '127.0.0.1:8481', 'content-type': 'application/json' },
        body: Buffer.from(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)),
      }),
    async admin(path, body = {}) {
      const answer = await bench.post(`/_emulator/${path}`, body);
      if (answer.status !== 200) throw new Error(`admin ${path}: ${answer.status} ${answer.text}`);
      return answer.json;
    },
    async code(person = 'p-zhang', more = {}) {
      return (await bench.admin('code', { channel: 'wechat', appid, person, ...more })).code;
    },
    async token() {
      const query = { grant_type: 'client_credential', appid, secret };
      return (await bench.get('/cgi-bin/token', query)).json.access_token;
    },
    async wecomToken(corpsecret) {
      return (await bench.get('/cgi-bin/gettoken', { corpid, corpsecret })).json.access_token;
    },
    async login(person = 'p-zhang') {
      const query = { appid, secret, js_code: await bench.code(person), grant_type: 'authorization_code' };
      return (await bench.get('/sns/jscode2session', query)).json;
    },
  };
  return bench;
}
