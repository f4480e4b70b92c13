import type { SmsConfig } from '@menshen/contract';
import * as z from 'zod';
import { plainPhone } from '../model.ts';
import { callProvider, hostOf } from './call-provider.ts';
import { SmsError, type SmsFailure, type SmsProvider, type SmsRuntime, templateOf } from './sms-provider.ts';
import { tc3Authorization } from './tc3-signature.ts';

export type TencentConfig = Extract<SmsConfig, { provider: 'tencent' }>;

const action = 'SendSms';
const version = '2021-01-11';
const contentType = 'application/json; charset=utf-8';

const answerSchema = z.object({
  Response: z.object({
    Error: z.object({ Code: z.string() }).optional(),
    SendStatusSet: z.array(z.object({ Code: z.string() })).optional(),
  }),
});

/** Tencent Cloud SMS, `SendSms` of 2021-01-11 (https://cloud.tencent.com/document/api/382/55981). */
export function createTencentSms(config: TencentConfig, runtime: SmsRuntime): SmsProvider {
  const host = hostOf(config.apiBase);
  return {
    name: 'tencent',
    async send(message) {
      const { phone } = message;
      const template = templateOf(config, message);
      const body = JSON.stringify({
        PhoneNumberSet: [e164(phone)],
        SmsSdkAppId: config.sdkAppId,
        SignName: config.signName,
        TemplateId: template,
        TemplateParamSet:
          'code' in message ? [message.code, String(message.minutes)] : [message.alarm.severity, message.alarm.notice],
      });
      const timestamp = Math.floor(runtime.clock() / 1000);
      const signed = { 'content-type': contentType, host, 'x-tc-action': action };
      const authorization = tc3Authorization(config.secretId, config.secretKey, {
        method: 'POST',
        headers: signed,
        body,
        service: 'sms',
        timestamp,
      });
      const headers = {
        'content-type': contentType,
        authorization,
        'x-tc-action': action,
        'x-tc-version': version,
        'x-tc-region': config.region,
        'x-tc-timestamp': String(timestamp),
      };
      const answer = await callProvider(
        runtime,
        new URL('/', config.apiBase).href,
        { method: 'POST', headers, body },
        answerSchema,
      );
      const { Error: refusal, SendStatusSet: statuses } = answer.Response;
      const outcome = refusal?.Code ?? statuses?.[0]?.Code ?? '';
      if (outcome !== 'Ok') throw new SmsError(reasonOf(outcome), outcome.slice(0, 100));
    },
  };
}

function e164(phone: string): string {
  const plain = plainPhone(phone);
  return plain.startsWith('+') ? plain : `+86${plain}`;
}

function reasonOf(code: string): SmsFailure {
  if (code.startsWith('LimitExceeded.')) return 'limited';
  if (/PhoneNumber/.test(code)) return 'phone';
  return code === '' || code.startsWith('InternalError') ? 'unreachable' : 'refused';
}
