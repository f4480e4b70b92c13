import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type EmulatorRequest, type EmulatorResponse, respond } from '../http/exchange.ts';
import { randomToken } from '../random.ts';
import type { World } from '../world.ts';
import type { AliyunSmsOptions } from './accounts.ts';
import { deliverSms, mainlandNumber } from './deliver.ts';
import type { FrequencyRule } from './frequency.ts';

const maxSkewMs = 15 * 60_000;
/** Defaults of Alibaba Cloud for verification codes to one number. */
const rule: FrequencyRule = { gapMs: 60_000, perHour: 5, perDay: 10 };
const authorization = /^ACS3-HMAC-SHA256 Credential=([^,]{1,100}),SignedHeaders=([a-z0-9;-]{1,300}),Signature=([0-9a-f]{64})$/;
const needed = ['host', 'x-acs-action', 'x-acs-content-sha256', 'x-acs-date', 'x-acs-signature-nonce', 'x-acs-version'];

const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Alibaba Cloud `SendSms` (2017-05-25): checks the ACS3-HMAC-SHA256 signature, the account and the frequency as the cloud does. */
export function aliyunSms(world: World, request: EmulatorRequest, url: URL): EmulatorResponse {
  const RequestId = randomToken(world.options.random, 32);
  const answer = (status: number, body: Readonly<Record<string, unknown>>): EmulatorResponse =>
    respond(status, { 'content-type': 'application/json;charset=utf-8' }, JSON.stringify({ RequestId, ...body }));
  const refuse = (status: number, Code: string): EmulatorResponse =>
    answer(status, { Code, Message: 'refused by the emulator', HostId: request.headers.host ?? '' });

  const account = world.options.sms?.aliyun;
  if (account === undefined) return refuse(404, 'InvalidAccessKeyId.NotFound');
  const problem = findProblem(world, account, request, url);
  if (problem !== null) return refuse(problem === 'InvalidAccessKeyId.NotFound' ? 404 : 400, problem);
  const { 'x-acs-action': action, 'x-acs-version': version } = request.headers;
  if (action !== 'SendSms' || version !== '2017-05-25') return refuse(404, 'InvalidAction.NotFound');
  const Code = send(world, account, url.searchParams);
  return answer(200, { Code, Message: Code, ...(Code === 'OK' ? { BizId: randomToken(world.options.random, 20) } : {}) });
}

/** What is wrong with the signature; null when it is right. */
function findProblem(world: World, account: AliyunSmsOptions, request: EmulatorRequest, url: URL): string | null {
  const { headers } = request;
  const parts = authorization.exec(headers.authorization ?? '');
  if (!parts) return 'IncompleteSignature';
  const [, accessKeyId = '', signed = '', signature = ''] = parts;
  if (accessKeyId !== account.accessKeyId) return 'InvalidAccessKeyId.NotFound';
  const date = Date.parse(headers['x-acs-date'] ?? '');
  if (!(Math.abs(world.options.clock() - date) <= maxSkewMs)) return 'InvalidTimeStamp.Expired';
  const names = signed.split(';');
  if (!needed.every((name) => names.includes(name))) return 'IncompleteSignature';
  const bodyHash = sha256(request.body);
  if (headers['x-acs-content-sha256'] !== bodyHash) return 'SignatureDoesNotMatch';
  const query = [...url.searchParams]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim()}\n`).join('');
  const canonical = `${request.method}\n${url.pathname}\n${query}\n${lines}\n${signed}\n${bodyHash}`;
  const expected = createHmac('sha256', account.accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) return 'SignatureDoesNotMatch';
  const nonce = headers['x-acs-signature-nonce'] ?? '';
  if (world.smsNonces.has(nonce)) return 'SignatureNonceUsed';
  world.smsNonces.set(nonce, true);
  return null;
}

function send(world: World, account: AliyunSmsOptions, query: URLSearchParams): string {
  const signName = query.get('SignName') ?? '';
  const phone = mainlandNumber(query.get('PhoneNumbers') ?? '');
  if (phone === null) return 'isv.MOBILE_NUMBER_ILLEGAL';
  if (!account.signNames.includes(signName)) return 'isv.SMS_SIGNATURE_ILLEGAL';
  const template = account.templates.find((candidate) => candidate.id === query.get('TemplateCode'));
  if (!template) return 'isv.SMS_TEMPLATE_ILLEGAL';
  let parameters: Record<string, unknown>;
  try {
    parameters = JSON.parse(query.get('TemplateParam') ?? '{}') as Record<string, unknown>;
  } catch {
    return 'isv.INVALID_JSON_PARAM';
  }
  const places = [...template.text.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1] ?? '');
  if (places.some((name) => typeof parameters[name] !== 'string')) return 'isv.TEMPLATE_MISSING_PARAMETERS';
  if (world.frequency.take('aliyun', phone, rule) !== 'granted') return 'isv.BUSINESS_LIMIT_CONTROL';
  const text = template.text.replace(/\$\{(\w+)\}/g, (_place, name: string) => String(parameters[name]));
  deliverSms(world, 'aliyun', phone, signName, text);
  return 'OK';
}
