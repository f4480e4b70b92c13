import type { RefusalCode } from '@menshen/wire';

/** What goes wrong on the phone or on the way, without a word from the gateway. `status` is 0 for these. */
export const localErrorCodes = [
  'network_failed',
  'timeout',
  'aborted',
  'interrupted',
  'domain_not_allowed',
  'login_code_failed',
  'logged_out',
  'answer_invalid',
  'queue_full',
  'server_not_authentic',
  'crypto_unavailable',
  'file_unreadable',
  'soter_failed',
] as const;

export type LocalErrorCode = (typeof localErrorCodes)[number];

/** Every code that an app can meet. A newer gateway may send one that this SDK does not know yet: keep a default branch. */
export type MenshenErrorCode = RefusalCode | LocalErrorCode | (string & Record<never, never>);

export interface MenshenErrorFields {
  readonly code: MenshenErrorCode;
  readonly message: string;
  readonly status?: number;
  readonly requestId?: string | undefined;
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/**
 * Why a request, a login or a logout did not happen. `message` is a text for the person who uses the app, in the language of the SDK; branch on
 * `code`. Holds neither token nor body.
 */
export class MenshenError extends Error {
  readonly code: MenshenErrorCode;
  /** HTTP status of the refusal; 0 when no answer arrived. */
  readonly status: number;
  /** Names the request in the audit log: show it, so that support can find it. */
  readonly requestId: string | undefined;
  /** Seconds after which another try makes sense. */
  readonly retryAfter: number | undefined;
  /** The platform's own failure (`{errMsg}`), where there is one. */
  override readonly cause: unknown;

  constructor(fields: MenshenErrorFields) {
    super(fields.message);
    this.name = 'MenshenError';
    this.code = fields.code;
    this.status = fields.status || 0;
    this.requestId = fields.requestId;
    this.retryAfter = fields.retryAfter;
    this.cause = fields.cause;
  }
}

/** BCP 47 tag, as sent in `Accept-Language`. */
export type Language = 'zh-CN' | 'en';

const texts: Readonly<Record<LocalErrorCode, readonly [zh: string, en: string]>> = {
  network_failed: ['网络连接失败，请检查网络后重试。', 'The network connection failed; check it and try again.'],
  timeout: ['请求超时，请稍后重试。', 'The request timed out; try again later.'],
  aborted: ['请求已取消。', 'The request was cancelled.'],
  interrupted: ['小程序转入后台，请求已中断。', 'The app went to the background and the request was interrupted.'],
  domain_not_allowed: ['服务器域名未在小程序后台配置。', "The server is not among the mini program's configured domains."],
  login_code_failed: ['无法获取登录凭据，请重试。', 'The platform gave no login code; try again.'],
  logged_out: ['您已退出登录。', 'You have signed out.'],
  answer_invalid: ['服务器返回异常，请稍后重试。', 'The server gave an answer that cannot be used; try again later.'],
  queue_full: ['请求过多，请稍后重试。', 'Too many requests are waiting; try again later.'],
  server_not_authentic: [
    '无法确认服务器身份。请更换网络，或联系管理员。',
    'The server could not prove its identity. Use another network, or contact your administrator.',
  ],
  crypto_unavailable: [
    '当前微信版本缺少安全登录所需的功能，请更新后重试。',
    'This version of the app lacks what a secure sign-in needs; update it and try again.',
  ],
  file_unreadable: ['无法读取要上传的文件。', 'The file to upload cannot be read.'],
  soter_failed: ['生物认证未完成，请重试或换一种方式。', 'The fingerprint or face check failed; try again or use another way.'],
};

/** A {@link MenshenError} of the SDK's own. */
export function localError(code: LocalErrorCode, language: Language, cause?: unknown): MenshenError {
  return new MenshenError({ code, message: texts[code][language === 'en' ? 1 : 0], cause });
}

/** The error for an answer that cannot be used. */
export function answerInvalid(language: Language): MenshenError {
  return localError('answer_invalid', language);
}

/** A programmer's mistake: it must show at the first try, in the developer's console. */
export function mistake(text: string): TypeError {
  return new TypeError(`menshen: ${text}`);
}
