import { createHash } from 'node:crypto';
import { WechatApiError, WechatTransportError } from './api-error.ts';
import {
  type Listed,
  listScriptErrors,
  type RealtimeLog,
  type RealtimeLogQuery,
  type ScriptError,
  type ScriptErrorQuery,
  searchRealtimeLogs,
} from './app-logs.ts';
import type { ClientRuntime } from './client-runtime.ts';
import { errcodes } from './errcodes.ts';
import type { AnswerReader } from './lib/answer.ts';
import { type ApiCaller, createApiCaller, createTokenCaller, readFetchedToken } from './lib/api-caller.ts';
import { readBaseUrl } from './lib/base-url.ts';
import { decodeBase64 } from './lib/bytes.ts';
import { createRetry } from './lib/retry.ts';
import { createTokenSource, type FetchedToken } from './lib/token-source.ts';
import { createTransport, type TransportSecurity } from './lib/transport.ts';
import { sessionSignature } from './session-signature.ts';
import type { AccessToken } from './token-store.ts';
import type {
  ContentSuggestion,
  EncryptedDataCheck,
  MediaCheckRequest,
  MessageCheckDetail,
  MessageCheckRequest,
  MessageCheckResult,
  SignedUser,
  SubscribeMessage,
  UserRisk,
  UserRiskRequest,
  WechatPhoneNumber,
  WechatSession,
  WechatUserKey,
} from './wechat-types.ts';

export interface WechatClientOptions extends ClientRuntime {
  readonly appid: string;
  readonly secret: string;
  /** `https://api.weixin.qq.com` by default. */
  readonly apiBase?: string;
  /**
   * `stable` by default: its token is shared by all nodes and renewed by WeChat. `classic` replaces the previous token at each
   * fetch and is for accounts without the stable endpoint.
   */
  readonly tokenEndpoint?: 'stable' | 'classic';
  /** Encrypts and signs the calls that support it (see {@link ApiSecurity}), and demands the same of their answers. */
  readonly apiSecurity?: TransportSecurity;
}

/**
 * WeChat's server interface for mini programs. Every call rejects with WechatApiError (WeChat refused; see `errcode`) or
 * WechatTransportError (no usable answer). Calls that consume a code or send something are made once; reads are repeated
 * after failures that may pass. A refused access token is replaced and the call repeated once.
 */
export interface WechatClient {
  /** Exchanges a `wx.login` code, which works once and for five minutes. 40029 invalid, 40163 used, 40226 user blocked. */
  code2Session(code: string): Promise<WechatSession>;
  /** Whether the session_key is still the user's. */
  checkSession(user: SignedUser): Promise<boolean>;
  /** Replaces the user's session_key; the new one ends when the old one would have. */
  resetUserSessionKey(user: SignedUser): Promise<WechatSession>;
  /** Exchanges the code of a phone number button (not a login code). With `openid`, WeChat checks that the code is this user's. */
  getPhoneNumber(request: { readonly code: string; readonly openid?: string }): Promise<WechatPhoneNumber>;
  getUserEncryptKey(user: SignedUser): Promise<readonly WechatUserKey[]>;
  msgSecCheck(request: MessageCheckRequest): Promise<MessageCheckResult>;
  /** Starts a check whose result comes as the push event `wxa_media_check` with the same trace id, within 30 minutes. */
  mediaCheckAsync(request: MediaCheckRequest): Promise<{ readonly traceId: string }>;
  getUserRiskRank(request: UserRiskRequest): Promise<UserRisk>;
  /** Whether WeChat holds the signature of a SOTER result to be the device's. Challenge and counter are the caller's to check. */
  verifySoter(request: { readonly openid: string; readonly resultJson: string; readonly signature: string }): Promise<boolean>;
  sendSubscribeMessage(message: SubscribeMessage): Promise<void>;
  /**
   * Asks whether WeChat made `encryptedData`. WeChat does not say whether it hashes the base64 text or the bytes under it:
   * `hashOf` is `text` by default.
   */
  checkEncryptedMsg(request: { readonly encryptedData: string; readonly hashOf?: 'text' | 'bytes' }): Promise<EncryptedDataCheck>;
  /** What the mini program wrote into WeChat's real-time log. */
  searchRealtimeLogs(query: RealtimeLogQuery): Promise<Listed<RealtimeLog>>;
  /** Script errors that WeChat collected on users' devices. */
  listScriptErrors(query: ScriptErrorQuery): Promise<Listed<ScriptError>>;
  /**
   * The token in use, for calls that this client lacks. `forceRefresh` makes the current one invalid for all nodes at once,
   * and WeChat allows it 20 times a day, 30 s apart.
   */
  getAccessToken(options?: { readonly forceRefresh?: boolean }): Promise<AccessToken>;
}

const sessionSignatureRefusals: readonly number[] = [errcodes.invalidSignature, errcodes.sessionKeyMissing];

export function createWechatClient(options: WechatClientOptions): WechatClient {
  const { appid, secret } = options;
  const transport = createTransport(readBaseUrl(options.apiBase ?? 'https://api.weixin.qq.com'), options, options.apiSecurity);
  const call = createApiCaller({ transport, retry: createRetry(options), secret });
  const endpoint = options.tokenEndpoint ?? 'stable';
  const tokens = createTokenSource({
    key: `wechat:${appid}:${endpoint}`,
    clock: options.clock,
    store: options.tokenStore,
    fetchToken: (force) => (endpoint === 'stable' ? fetchStableToken(force) : fetchClassicToken()),
  });
  const callWithToken = createTokenCaller(call, tokens);

  async function fetchStableToken(force: boolean): Promise<FetchedToken> {
    const api = '/cgi-bin/stable_token';
    const body = { grant_type: 'client_credential', appid, secret, force_refresh: force };
    return readFetchedToken(api, await call({ api, method: 'POST', body, repeatable: !force }));
  }

  async function fetchClassicToken(): Promise<FetchedToken> {
    const api = '/cgi-bin/token';
    const query = { grant_type: 'client_credential', appid, secret };
    return readFetchedToken(api, await call({ api, method: 'GET', query, repeatable: true }));
  }

  /** A GET made in a user's name: its signature covers the empty string. */
  function callForUser(api: string, user: SignedUser, repeatable: boolean): Promise<AnswerReader> {
    const signature = sessionSignature(user.sessionKey, '');
    const query = { openid: user.openid, signature, sig_method: 'hmac_sha256' };
    return callWithToken({ api, method: 'GET', query, repeatable, secrets: [user.sessionKey, signature] });
  }

  return {
    async code2Session(code) {
      const query = { appid, secret, js_code: code, grant_type: 'authorization_code' };
      const answer = await call({ api: '/sns/jscode2session', method: 'GET', query, repeatable: false, secrets: [code] });
      return readSession(answer);
    },

    async checkSession(user) {
      try {
        await callForUser('/wxa/checksession', user, true);
        return true;
      } catch (error) {
        if (error instanceof WechatApiError && sessionSignatureRefusals.includes(error.errcode)) return false;
        throw error;
      }
    },

    async resetUserSessionKey(user) {
      return readSession(await callForUser('/wxa/resetusersessionkey', user, false));
    },

    async getPhoneNumber({ code, openid }) {
      const api = '/wxa/business/getuserphonenumber';
      const body = { code, openid };
      const answer = await callWithToken({ api, method: 'POST', body, repeatable: false, secrets: [code] });
      return readPhoneNumber(api, answer.record('phone_info'), appid);
    },

    async getUserEncryptKey(user) {
      const api = '/wxa/business/getuserencryptkey';
      const answer = await callForUser(api, user, true);
      return answer.records('key_info_list').map((entry) => readUserKey(api, entry));
    },

    async msgSecCheck(request) {
      const api = '/wxa/msg_sec_check';
      return readMessageCheck(
        api,
        await callWithToken({ api, method: 'POST', body: { version: 2, ...request }, repeatable: true }),
      );
    },

    async mediaCheckAsync({ openid, scene, mediaUrl, mediaType }) {
      const body = { version: 2, openid, scene, media_url: mediaUrl, media_type: mediaType === 'audio' ? 1 : 2 };
      const answer = await callWithToken({ api: '/wxa/media_check_async', method: 'POST', body, repeatable: false });
      return { traceId: answer.text('trace_id') };
    },

    getUserRiskRank: (request) => getUserRiskRank(callWithToken, appid, request),

    async verifySoter({ openid, resultJson, signature }) {
      const body = { openid, json_string: resultJson, json_signature: signature };
      const answer = await callWithToken({ api: '/cgi-bin/soter/verify_signature', method: 'POST', body, repeatable: true });
      return answer.boolean('is_ok');
    },

    async sendSubscribeMessage({ openid, templateId, page, data, miniprogramState, lang }) {
      const values = Object.entries(data).map(([name, value]) => [name, { value: String(value) }]);
      const body = {
        touser: openid,
        template_id: templateId,
        page,
        data: Object.fromEntries(values),
        miniprogram_state: miniprogramState ?? 'formal',
        lang: lang ?? 'zh_CN',
      };
      await callWithToken({ api: '/cgi-bin/message/subscribe/send', method: 'POST', body, repeatable: false });
    },

    async checkEncryptedMsg({ encryptedData, hashOf }) {
      const input = hashOf === 'bytes' ? Buffer.from(encryptedData, 'base64') : encryptedData;
      const body = { encrypted_msg_hash: createHash('sha256').update(input).digest('hex') };
      const answer = await callWithToken({ api: '/wxa/business/checkencryptedmsg', method: 'POST', body, repeatable: true });
      const createdAt = answer.optionalInteger('create_time');
      // WeChat spells it so.
      return { valid: answer.boolean('vaild'), ...(createdAt === undefined ? {} : { createdAt }) };
    },

    searchRealtimeLogs: (query) => searchRealtimeLogs(callWithToken, query),
    listScriptErrors: (query) => listScriptErrors(callWithToken, query),

    getAccessToken: ({ forceRefresh = false } = {}) => (forceRefresh ? tokens.renew() : tokens.current()),
  };
}

function readSession(answer: AnswerReader): WechatSession {
  const unionid = answer.optionalText('unionid');
  const session = { openid: answer.text('openid'), sessionKey: answer.sessionKey('session_key') };
  return unionid === undefined ? session : { ...session, unionid };
}

function readPhoneNumber(api: string, answer: AnswerReader, appid: string): WechatPhoneNumber {
  const watermark = answer.record('watermark');
  if (watermark.text('appid') !== appid) throw new WechatTransportError(api, 'bad_answer', { field: 'appid' });
  return {
    phoneNumber: answer.text('phoneNumber'),
    purePhoneNumber: answer.text('purePhoneNumber'),
    countryCode: answer.text('countryCode'),
    watermark: { appid, timestamp: watermark.integer('timestamp') },
  };
}

function readUserKey(api: string, entry: AnswerReader): WechatUserKey {
  const encryptKey = entry.text('encrypt_key');
  const iv = entry.text('iv');
  if (decodeBase64(encryptKey, 24)?.length !== 16) throw new WechatTransportError(api, 'bad_answer', { field: 'encrypt_key' });
  if (!/^[\x20-\x7e]{16}$/.test(iv)) throw new WechatTransportError(api, 'bad_answer', { field: 'iv' });
  const [version, expiresIn, createdAt] = [entry.integer('version'), entry.integer('expire_in'), entry.integer('create_time')];
  return { encryptKey, iv, version, expiresIn, createdAt };
}

function readMessageCheck(api: string, answer: AnswerReader): MessageCheckResult {
  const result = answer.record('result');
  const suggest = result.text('suggest');
  if (!isSuggestion(suggest)) throw new WechatTransportError(api, 'bad_answer', { field: 'suggest' });
  const detail = answer.has('detail') ? answer.records('detail').map(readMessageCheckDetail) : [];
  return { suggest, label: result.integer('label'), traceId: answer.text('trace_id'), detail };
}

/** A keyword entry without a hit has strategy and errcode only. */
function readMessageCheckDetail(entry: AnswerReader): MessageCheckDetail {
  const suggest = entry.optionalText('suggest');
  const label = entry.optionalInteger('label');
  const probability = entry.optionalInteger('prob');
  const keyword = entry.optionalText('keyword');
  return {
    strategy: entry.text('strategy'),
    errcode: entry.optionalInteger('errcode') ?? 0,
    ...(suggest === undefined ? {} : { suggest }),
    ...(label === undefined ? {} : { label }),
    ...(probability === undefined ? {} : { probability }),
    ...(keyword === undefined ? {} : { keyword }),
  };
}

function isSuggestion(text: string): text is ContentSuggestion {
  return text === 'pass' || text === 'review' || text === 'risky';
}

async function getUserRiskRank(callWithToken: ApiCaller, appid: string, request: UserRiskRequest): Promise<UserRisk> {
  const api = '/wxa/getuserriskrank';
  const body = {
    appid,
    openid: request.openid,
    scene: request.scene,
    client_ip: request.clientIp,
    mobile_no: request.mobileNo,
    email_address: request.emailAddress,
    bank_card_no: request.bankCardNo,
    cert_no: request.certNo,
    extended_info: request.extendedInfo,
    is_test: request.isTest ?? false,
  };
  const answer = await callWithToken({ api, method: 'POST', body, repeatable: true });
  const riskRank = answer.integer('risk_rank');
  if (riskRank < 0 || riskRank > 4) throw new WechatTransportError(api, 'bad_answer', { field: 'risk_rank' });
  const queryId = answer.optionalText('unoin_id');
  return queryId === undefined ? { riskRank } : { riskRank, queryId };
}
