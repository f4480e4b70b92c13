interface Entry {
  readonly status: number;
  readonly zh: string;
  readonly en: string;
}

const catalogue = {
  identity_missing: { status: 401, zh: '请求未经过安全网关。', en: 'The request did not come with an identity.' },
  identity_invalid: { status: 401, zh: '身份凭证无效或已过期。', en: 'The identity is not valid or has expired.' },
  identity_unavailable: {
    status: 503,
    zh: '暂时无法校验身份，请稍后重试。',
    en: 'Identities cannot be checked right now; try again later.',
  },
  role_required: { status: 403, zh: '没有权限执行此操作。', en: 'You are not permitted to do this.' },
  assurance_required: { status: 403, zh: '此操作需要二次验证。', en: 'This operation needs a second factor.' },
} as const satisfies Record<string, Entry>;

/** Stable; clients and tests branch on it. */
export type IdentityErrorCode = keyof typeof catalogue;

/** Why a request is not served. Says nothing of what the token held: why exactly it failed helps a forger more than a user. */
export class IdentityError extends Error {
  readonly code: IdentityErrorCode;
  /** HTTP status of the answer. */
  readonly status: number;
  constructor(code: IdentityErrorCode, options?: ErrorOptions) {
    super(catalogue[code].en, options);
    this.name = 'IdentityError';
    this.code = code;
    this.status = catalogue[code].status;
  }
}

/** The body of the answer: English where it is asked for first, Chinese otherwise. */
export function errorBody(
  code: IdentityErrorCode,
  acceptLanguage: string | undefined,
): { readonly code: IdentityErrorCode; readonly message: string } {
  const english = acceptLanguage !== undefined && /^\s*en\b/i.test(acceptLanguage.slice(0, 64));
  return { code, message: catalogue[code][english ? 'en' : 'zh'] };
}
