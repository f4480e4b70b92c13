import {
  associatedDataOf,
  createSigner,
  createVerifier,
  messageToSign,
  openPayload,
  type Signer,
  type SymmetricKey,
  sealPayload,
  symmetricKeyBytes,
  type Verifier,
  WechatCryptoError,
} from '@menshen/wechat';
import { ApiFailure } from '../api-failure.ts';
import { type ApiCall, queryText, seconds } from '../http/api.ts';
import { type ApiSecurityKeys, EmulatorOptionsError } from '../options.ts';
import type { RandomBytes } from '../random.ts';
import type { World } from '../world.ts';

/** Paths that WeChat takes encrypted and signed, of those that the emulator speaks; by POST only, as its clients call them. */
const securedPaths: ReadonlySet<string> = new Set([
  '/cgi-bin/clear_quota',
  '/cgi-bin/openapi/quota/get',
  '/cgi-bin/message/subscribe/send',
  '/cgi-bin/soter/verify_signature',
  '/wxa/business/checkencryptedmsg',
  '/wxa/business/getuserencryptkey',
  '/wxa/business/getuserphonenumber',
  '/wxa/getuserriskrank',
  '/wxa/media_check_async',
  '/wxa/msg_sec_check',
  '/wxaapi/log/jserr_detail',
  '/wxaapi/log/jserr_list',
]);

/** Scheme and host that both sides sign, whatever address was called. */
const origin = 'https://api.weixin.qq.com';
const defaultWindowSeconds = 300;

/** A call that was encrypted and signed, in clear, and how its answer goes out. */
export interface SecuredCall {
  readonly call: ApiCall;
  readonly seal: (answer: Readonly<Record<string, unknown>>) => SealedAnswer;
}

export interface SealedAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Keys {
  readonly symmetric: SymmetricKey | undefined;
  readonly app: Verifier | undefined;
  readonly platform: Signer;
  readonly outgoing: Signer | undefined;
  readonly windowMs: number;
}

/** Opens what stands on the wire; null for calls that are not protected. Throws ApiFailure 40231 to 40240. */
export type OpenSecured = (call: ApiCall) => SecuredCall | null;

/**
 * API security as WeChat's side of it: for an app with keys, the calls that support it must come encrypted and signed, and are answered
 * so. Whose keys those are, its access token says; a token that is no good is refused by the call itself, in clear.
 */
export function createApiSecuritySide(world: World): OpenSecured {
  const { wechatApps, clock, random } = world.options;
  const keys = new Map(wechatApps.flatMap(({ appid, apiSecurity }) => (apiSecurity ? [[appid, readKeys(apiSecurity)]] : [])));

  return (call) => {
    if (call.method !== 'POST' || !securedPaths.has(call.path)) return null;
    const token = world.wechatTokens.check(queryText(call, 'access_token'));
    if (!token.ok) return null;
    const own = keys.get(token.owner);
    const header = (name: string): string => call.headers[`wechatmp-${name}`] ?? '';
    if (own === undefined) {
      if (header('signature') === '') return null;
      throw new ApiFailure(40239);
    }
    if (header('appid') === '') throw new ApiFailure(40233);
    if (header('timestamp') === '') throw new ApiFailure(40231);
    if (header('signature') === '') throw new ApiFailure(40232);
    if (!wechatApps.some(({ appid }) => appid === header('appid'))) throw new ApiFailure(40236);
    if (header('appid') !== token.owner) throw new ApiFailure(40237);
    const timestamp = /^\d{1,12}$/.test(header('timestamp')) ? Number(header('timestamp')) : Number.NaN;
    if (!(Math.abs(clock() - timestamp * 1000) <= own.windowMs)) throw new ApiFailure(40240);
    const text = openCall(own, token.owner, call, timestamp, header('signature'));
    return {
      call: { ...call, text, body: Buffer.from(text) },
      seal: (answer) => sealAnswer(own, token.owner, call.path, seconds(clock()), answer, random),
    };
  };
}

/** Throws ApiFailure 40234, 40235, 40238 and 40239. */
function openCall(keys: Keys, appid: string, call: ApiCall, timestamp: number, signature: string): string {
  const urlpath = origin + call.path;
  if (keys.app === undefined) throw new ApiFailure(40239);
  if (!keys.app.verify(messageToSign(urlpath, appid, timestamp, call.text), signature)) throw new ApiFailure(40234);
  if (keys.symmetric === undefined) throw new ApiFailure(40238);
  const aad = associatedDataOf(urlpath, appid, timestamp, keys.symmetric.sn);
  const plain = openPayload(parse(call.text), aad, keys.symmetric)?.toString('utf8') ?? '';
  const inner = parse(plain);
  if (inner?._appid !== appid || inner._timestamp !== timestamp || typeof inner._n !== 'string') throw new ApiFailure(40235);
  return plain;
}

function sealAnswer(
  { symmetric, platform, outgoing }: Keys,
  appid: string,
  path: string,
  timestamp: number,
  answer: Readonly<Record<string, unknown>>,
  random: RandomBytes,
): SealedAnswer {
  if (symmetric === undefined) throw new ApiFailure(40238);
  const urlpath = origin + path;
  const nonce = Buffer.from(random(16)).toString('base64');
  const plain = JSON.stringify({ _n: nonce, _appid: appid, _timestamp: timestamp, ...answer });
  const body = JSON.stringify(
    sealPayload(plain, associatedDataOf(urlpath, appid, timestamp, symmetric.sn), symmetric, random(12)),
  );
  const message = messageToSign(urlpath, appid, timestamp, body);
  return {
    body,
    headers: {
      'wechatmp-appid': appid,
      'wechatmp-timestamp': String(timestamp),
      'wechatmp-serial': platform.sn,
      'wechatmp-signature': platform.sign(message),
      ...(outgoing && {
        'wechatmp-serial-deprecated': outgoing.sn,
        'wechatmp-signature-deprecated': outgoing.sign(message),
      }),
    },
  };
}

function readKeys({ symmetric, app, platform, outgoing, windowSeconds = defaultWindowSeconds }: ApiSecurityKeys): Keys {
  return {
    symmetric,
    app: app && createVerifier(app.algorithm, app.sn, app.publicKey),
    platform: createSigner(platform.algorithm, platform.sn, platform.privateKey),
    outgoing: outgoing && createSigner(outgoing.algorithm, outgoing.sn, outgoing.privateKey),
    windowMs: windowSeconds * 1000,
  };
}

/** Throws EmulatorOptionsError for keys that are none. */
export function checkApiSecurity(keys: ApiSecurityKeys): void {
  const { symmetric, platform, outgoing } = keys;
  if (symmetric && symmetric.key.length !== symmetricKeyBytes[symmetric.algorithm])
    throw new EmulatorOptionsError('the symmetric key of API security has another length than its algorithm');
  if (platform.sn === outgoing?.sn) throw new EmulatorOptionsError('both platform certificates have one id');
  try {
    readKeys(keys);
  } catch (error) {
    if (!(error instanceof WechatCryptoError)) throw error;
    throw new EmulatorOptionsError('a key of API security cannot be read');
  }
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
