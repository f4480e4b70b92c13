/** A message template of an account: `text` with `{1}`, `{2}` (Tencent Cloud) or `${code}`, `${minutes}` (Alibaba Cloud) in it. */
export interface SmsTemplate {
  readonly id: string;
  readonly text: string;
}

/** An account at Tencent Cloud SMS. */
export interface TencentSmsOptions {
  readonly secretId: string;
  readonly secretKey: string;
  readonly sdkAppId: string;
  readonly signNames: readonly string[];
  readonly templates: readonly SmsTemplate[];
}

/** An account at Alibaba Cloud SMS. */
export interface AliyunSmsOptions {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly signNames: readonly string[];
  readonly templates: readonly SmsTemplate[];
}

export interface SmsOptions {
  readonly tencent?: TencentSmsOptions;
  readonly aliyun?: AliyunSmsOptions;
}
