import { hash } from 'node:crypto';
import type { SmsConfig } from '@menshen/contract';
import * as z from 'zod';
import { plainPhone } from '../model.ts';
import { acs3Authorization, acs3Query } from './acs3-signature.ts';
import { callProvider, hostOf } from './call-provider.ts';
import { SmsError, type SmsFailure, type SmsProvider, type SmsRuntime, templateOf } from './sms-provider.ts';

export type AliyunConfig = Extract<SmsConfig, { provider: 'aliyun' }>;

const answerSchema = z.object({ Code: z.string() });

/** Alibaba Cloud SMS, `SendSms` of 2017-05-25 (https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms). */
export function createAliyunSms(config: AliyunConfig, runtime: SmsRuntime): SmsProvider {
  const host = hostOf(config.apiBase);
  return {
    name: 'aliyun',
    async send(message) {
      const { phone } = message;
      const query = {
        PhoneNumbers: plainPhone(phone).replace(/^\+/, ''),
        SignName: config.signName,
        TemplateCode: templateOf(config, message),
        TemplateParam: JSON.stringify(
          'code' in message ? { code: message.code, minutes: String(message.minutes) } : message.alarm,
        ),
      };
      const signed = {
        'x-acs-action': 'SendSms',
        'x-acs-content-sha256': hash('sha256', ''),
        'x-acs-date': new Date(runtime.clock()).toISOString().replace(/\.\d{3}Z$/, 'Z'),
        'x-acs-signature-nonce': Buffer.from(runtime.random(16)).toString('hex'),
        'x-acs-version': '2017-05-25',
      };
      const authorization = acs3Authorization(config.accessKeyId, config.accessKeySecret, {
        method: 'POST',
        path: '/',
        query,
        headers: { host, ...signed },
        body: '',
      });
      const url = `${new URL('/', config.apiBase).href}?${acs3Query(query)}`;
      const answer = await callProvider(runtime, url, { method: 'POST', headers: { ...signed, authorization } }, answerSchema);
      if (answer.Code !== 'OK') throw new SmsError(reasonOf(answer.Code), answer.Code.slice(0, 100));
    },
  };
}

function reasonOf(code: string): SmsFailure {
  if (/^isv\.(BUSINESS_LIMIT_CONTROL|DAY_LIMIT_CONTROL|MONTH_LIMIT_CONTROL)$/.test(code)) return 'limited';
  if (code.startsWith('isv.MOBILE_')) return 'phone';
  return /^(isp\.|ServiceUnavailable|InternalError|Throttling)/.test(code) ? 'unreachable' : 'refused';
}
