import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type EmulatorRequest, type EmulatorResponse, respond } from '../http/exchange.ts';
import { randomToken } from '../random.ts';
import type { World } from '../world.ts';
import type { TencentSmsOptions } from './accounts.ts';
import { deliverSms, mainlandNumber } from './deliver.ts';
import type { FrequencyRule } from './frequency.ts';

const maxSkewSeconds = 300;
/** Defaults of Tencent Cloud's console for one number. */
const rule: FrequencyRule = { gapMs: 30_000, perHour: 5, perDay: 10 };
const limitCodes = {
  short: 'LimitExceeded.PhoneNumberThirtySecondLimit',
  hour: 'LimitExceeded.PhoneNumberOneHourLimit',
  day: 'LimitExceeded.PhoneNumberDailyLimit',
} as const;
const authorization =
  /^TC3-HMAC-SHA256 Credential=([^/]{1,100})\/(\d{4}-\d{2}-\d{2})\/sms\/tc3_request, ?SignedHeaders=([a-z0-9;-]{1,200}), ?Signature=([0-9a-f]{64})$/;

const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
const mac = (key: string | Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Tencent Cloud API 3.0 `SendSms` (2021-01-11): checks the TC3-HMAC-SHA256 signature, the account and the frequency as the cloud does. */
export function tencentSms(world: World, request: EmulatorRequest): EmulatorResponse {
  const requestId = randomToken(world.options.random, 32);
  const answer = (body: Readonly<Record<string, unknown>>): EmulatorResponse =>
    respond(200, { 'content-type': 'application/json' }, JSON.stringify({ Response: { ...body, RequestId: requestId } }));
  const refuse = (Code: string): EmulatorResponse => answer({ Error: { Code, Message: 'refused by the emulator' } });

  const account = world.options.sms?.tencent;
  const problem = account === undefined ? 'AuthFailure.SecretIdNotFound' : findProblem(world, account, request);
  if (account === undefined || problem !== null) return refuse(problem ?? 'AuthFailure.SecretIdNotFound');
  const { 'x-tc-action': action, 'x-tc-version': version } = request.headers;
  if (action !== 'SendSms') return refuse('InvalidAction');
  if (version !== '2021-01-11') return refuse('NoSuchVersion');

  const input = readInput(request);
  if (input === null) return refuse('InvalidParameter');
  if (input.SmsSdkAppId !== account.sdkAppId) return refuse('UnauthorizedOperation.SmsSdkAppIdVerifyFail');
  const statuses = input.PhoneNumberSet.map((number) => {
    const Code = send(world, account, input, number);
    return {
      SerialNo: randomToken(world.options.random, 24),
      PhoneNumber: number,
      Fee: Code === 'Ok' ? 1 : 0,
      SessionContext: '',
      Code,
      Message: Code,
      IsoCode: 'CN',
    };
  });
  return answer({ SendStatusSet: statuses });
}

interface Input {
  readonly PhoneNumberSet: readonly string[];
  readonly SmsSdkAppId: string;
  readonly SignName: string;
  readonly TemplateId: string;
  readonly TemplateParamSet: readonly string[];
}

/** What is wrong with the signature; null when it is right. */
function findProblem(world: World, account: TencentSmsOptions, request: EmulatorRequest): string | null {
  const parts = authorization.exec(request.headers.authorization ?? '');
  if (!parts) return 'AuthFailure.InvalidAuthorization';
  const [, secretId = '', date = '', signed = '', signature = ''] = parts;
  const timestamp = Number(request.headers['x-tc-timestamp']);
  if (!Number.isSafeInteger(timestamp) || Math.abs(world.options.clock() / 1000 - timestamp) > maxSkewSeconds)
    return 'AuthFailure.SignatureExpire';
  if (date !== new Date(timestamp * 1000).toISOString().slice(0, 10)) return 'AuthFailure.SignatureFailure';
  if (secretId !== account.secretId) return 'AuthFailure.SecretIdNotFound';
  const names = signed.split(';');
  if (!names.includes('host') || !names.includes('content-type')) return 'AuthFailure.SignatureFailure';
  const headers = names.map((name) => `${name}:${(request.headers[name] ?? '').trim().toLowerCase()}\n`).join('');
  const canonical = `POST\n/\n\n${headers}\n${signed}\n${sha256(request.body)}`;
  const toSign = `TC3-HMAC-SHA256\n${timestamp}\n${date}/sms/tc3_request\n${sha256(canonical)}`;
  const expected = mac(mac(mac(mac(`TC3${account.secretKey}`, date), 'sms'), 'tc3_request'), toSign);
  return timingSafeEqual(expected, Buffer.from(signature, 'hex')) ? null : 'AuthFailure.SignatureFailure';
}

function readInput(request: EmulatorRequest): Input | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(request.body).toString('utf8'));
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { PhoneNumberSet, SmsSdkAppId, SignName, TemplateId, TemplateParamSet = [] } = value as Record<string, unknown>;
  const areTexts = (list: unknown): list is string[] => Array.isArray(list) && list.every((item) => typeof item === 'string');
  if (!areTexts(PhoneNumberSet) || PhoneNumberSet.length === 0 || PhoneNumberSet.length > 200 || !areTexts(TemplateParamSet))
    return null;
  if (typeof SmsSdkAppId !== 'string' || typeof SignName !== 'string' || typeof TemplateId !== 'string') return null;
  return { PhoneNumberSet, SmsSdkAppId, SignName, TemplateId, TemplateParamSet };
}

/** Sends to one number; the code of its status. */
function send(world: World, account: TencentSmsOptions, input: Input, number: string): string {
  const phone = mainlandNumber(number);
  if (phone === null) return 'InvalidParameterValue.IncorrectPhoneNumber';
  if (!account.signNames.includes(input.SignName)) return 'FailedOperation.SignatureIncorrectOrUnapproved';
  const template = account.templates.find((candidate) => candidate.id === input.TemplateId);
  if (!template) return 'FailedOperation.TemplateIncorrectOrUnapproved';
  const places = new Set(template.text.match(/\{\d\}/g));
  if (places.size !== input.TemplateParamSet.length) return 'FailedOperation.TemplateParamSetNotMatchApprovedTemplate';
  if (input.TemplateParamSet.some((parameter) => parameter.length > 6))
    return 'InvalidParameterValue.TemplateParameterLengthLimit';
  const verdict = world.frequency.take('tencent', phone, rule);
  if (verdict !== 'granted') return limitCodes[verdict];
  const text = template.text.replace(/\{(\d)\}/g, (_place, at: string) => input.TemplateParamSet[Number(at) - 1] ?? '');
  deliverSms(world, 'tencent', phone, input.SignName, text);
  return 'Ok';
}
