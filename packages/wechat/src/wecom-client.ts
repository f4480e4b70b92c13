import { createHash } from 'node:crypto';
import { WechatTransportError } from './api-error.ts';
import type { ClientRuntime } from './client-runtime.ts';
import { createApiCaller, createTokenCaller, readFetchedToken } from './lib/api-caller.ts';
import { readBaseUrl } from './lib/base-url.ts';
import { createRetry } from './lib/retry.ts';
import { createTokenSource, type FetchedToken } from './lib/token-source.ts';
import { createTransport } from './lib/transport.ts';
import { readDepartment, readDepartmentId, readSimpleUser, readUser } from './lib/wecom-directory.ts';
import { readSendResult, writeMessage } from './lib/wecom-message.ts';
import type { AccessToken } from './token-store.ts';
import type {
  WecomClosedCard,
  WecomDepartment,
  WecomDepartmentId,
  WecomMessage,
  WecomSendResult,
  WecomSession,
  WecomSimpleUser,
  WecomUser,
  WecomUserId,
  WecomWebUser,
} from './wecom-types.ts';

export interface WecomClientOptions extends ClientRuntime {
  readonly corpid: string;
  /** Of one application, or of the contact synchronisation: each has a token of its own, so each needs a client of its own. */
  readonly secret: string;
  /** Needed to send messages. */
  readonly agentid?: number;
  /** `https://qyapi.weixin.qq.com` by default. */
  readonly apiBase?: string;
}

/**
 * WeCom's server interface. Errors, repeats and token replacement are as for WechatClient.
 */
export interface WecomClient {
  /** Exchanges a `wx.qy.login` code, which works once and for five minutes. A member of another company is a `bad_answer`. */
  code2Session(code: string): Promise<WecomSession>;
  /** Exchanges the code of a web login (scan code), which works once and for five minutes. */
  webLoginUser(code: string): Promise<WecomWebUser>;
  /** A department and all below it; the whole visible tree without an id. */
  departmentList(id?: number): Promise<readonly WecomDepartment[]>;
  departmentIds(id?: number): Promise<readonly WecomDepartmentId[]>;
  departmentGet(id: number): Promise<WecomDepartment>;
  userGet(userid: string): Promise<WecomUser>;
  /** Direct members only. */
  userList(departmentId: number): Promise<readonly WecomUser[]>;
  /** Direct members only. */
  userSimpleList(departmentId: number): Promise<readonly WecomSimpleUser[]>;
  /** Every membership of the company, page after page; a person in two departments comes twice. Contact synchronisation secret only. */
  userIdList(options?: { readonly pageSize?: number }): AsyncIterableIterator<WecomUserId>;
  /** Throws TypeError for a message that cannot be meant, such as one without receivers. */
  sendMessage(message: WecomMessage): Promise<WecomSendResult>;
  /** Replaces the buttons of a card that somebody has pressed by a word. `responseCode` is that of the event, and good for one time. */
  closeTemplateCard(card: WecomClosedCard): Promise<void>;
  /** The token in use. WeCom has no forced renewal: `forceRefresh` asks for one, and may get the same while it is valid. */
  getAccessToken(options?: { readonly forceRefresh?: boolean }): Promise<AccessToken>;
}

const maxPages = 10_000;

export function createWecomClient(options: WecomClientOptions): WecomClient {
  const { corpid, secret } = options;
  const transport = createTransport(readBaseUrl(options.apiBase ?? 'https://qyapi.weixin.qq.com'), options);
  const call = createApiCaller({ transport, retry: createRetry(options), secret });
  const tokens = createTokenSource({
    key: `wecom:${corpid}:${createHash('sha256').update(secret).digest('hex').slice(0, 16)}`,
    clock: options.clock,
    store: options.tokenStore,
    fetchToken,
  });
  const callWithToken = createTokenCaller(call, tokens);

  async function fetchToken(): Promise<FetchedToken> {
    const api = '/cgi-bin/gettoken';
    return readFetchedToken(api, await call({ api, method: 'GET', query: { corpid, corpsecret: secret }, repeatable: true }));
  }

  function read(api: string, query: Readonly<Record<string, string | number | undefined>>) {
    return callWithToken({ api, method: 'GET', query, repeatable: true });
  }

  async function* userIdList(pageSize: number): AsyncGenerator<WecomUserId, void, undefined> {
    const api = '/cgi-bin/user/list_id';
    const seen = new Set<string>();
    let cursor: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const answer = await callWithToken({ api, method: 'POST', body: { cursor, limit: pageSize }, repeatable: true });
      for (const entry of answer.records('dept_user')) {
        yield { userid: entry.text('userid'), departmentId: entry.integer('department') };
      }
      cursor = answer.optionalText('next_cursor');
      if (cursor === undefined) return;
      if (seen.has(cursor)) break;
      seen.add(cursor);
    }
    throw new WechatTransportError(api, 'bad_answer', { field: 'next_cursor' });
  }

  return {
    async code2Session(code) {
      const api = '/cgi-bin/miniprogram/jscode2session';
      const query = { js_code: code, grant_type: 'authorization_code' };
      const answer = await callWithToken({ api, method: 'GET', query, repeatable: false, secrets: [code] });
      if (answer.text('corpid') !== corpid) throw new WechatTransportError(api, 'bad_answer', { field: 'corpid' });
      return { corpid, userid: answer.text('userid'), sessionKey: answer.sessionKey('session_key') };
    },

    async webLoginUser(code) {
      const api = '/cgi-bin/auth/getuserinfo';
      const answer = await callWithToken({ api, method: 'GET', query: { code }, repeatable: false, secrets: [code] });
      return { userid: answer.optionalText('userid') ?? null };
    },

    departmentList: async (id) => (await read('/cgi-bin/department/list', { id })).records('department').map(readDepartment),
    departmentIds: async (id) =>
      (await read('/cgi-bin/department/simplelist', { id })).records('department_id').map(readDepartmentId),
    departmentGet: async (id) => readDepartment((await read('/cgi-bin/department/get', { id })).record('department')),
    userGet: async (userid) => readUser(await read('/cgi-bin/user/get', { userid })),
    userList: async (id) => (await read('/cgi-bin/user/list', { department_id: id })).records('userlist').map(readUser),
    userSimpleList: async (id) =>
      (await read('/cgi-bin/user/simplelist', { department_id: id })).records('userlist').map(readSimpleUser),
    userIdList: ({ pageSize = 10_000 } = {}) => userIdList(pageSize),

    async sendMessage(message) {
      if (options.agentid === undefined) throw new TypeError('sendMessage needs the agentid of the application');
      const body = writeMessage(message, options.agentid);
      return readSendResult(await callWithToken({ api: '/cgi-bin/message/send', method: 'POST', body, repeatable: false }));
    },

    async closeTemplateCard({ userids, responseCode, word }) {
      if (options.agentid === undefined) throw new TypeError('closeTemplateCard needs the agentid of the application');
      const body = {
        ...{ userids: [...userids], agentid: options.agentid, response_code: responseCode },
        button: { replace_name: word },
      };
      const api = '/cgi-bin/message/update_template_card';
      await callWithToken({ api, method: 'POST', body, repeatable: false, secrets: [responseCode] });
    },

    getAccessToken: ({ forceRefresh = false } = {}) => (forceRefresh ? tokens.renew() : tokens.current()),
  };
}
