import type { SmsConfig } from '@menshen/contract';
import { createAliyunSms } from './aliyun.ts';
import type { SmsProvider, SmsRuntime } from './sms-provider.ts';
import { createTencentSms } from './tencent.ts';

/** The provider that the configuration names. */
export function createSmsProvider(config: SmsConfig, runtime: SmsRuntime): SmsProvider {
  return config.provider === 'tencent' ? createTencentSms(config, runtime) : createAliyunSms(config, runtime);
}
