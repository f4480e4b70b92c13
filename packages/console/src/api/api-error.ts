import { errorCatalogue, isErrorCode, type Language } from '@menshen/contract';
import type { MessageKey } from '../i18n/dictionary.ts';
import { translate } from '../i18n/translate.ts';
import { ApprovalFiled } from './approval-filed.ts';

/** Failures that are not the server's refusals: no connection, an answer that the contract does not know, or a passkey that did not answer. */
const ownTexts: Readonly<Record<string, MessageKey>> = {
  unreachable: 'error.unreachable',
  answer_unreadable: 'error.unreadable',
  passkey_cancelled: 'error.passkeyCancelled',
};

/** What a call failed with: the server's stable code, or that there was no readable answer. */
export class ApiError extends Error {
  readonly code: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** To be given to whoever reads the server's record; null when there was no answer. */
  readonly requestId: string | null;
  /** Seconds after which it makes sense to try again. */
  readonly retryAfter: number | null;
  readonly details: Readonly<Record<string, string | number | readonly string[]>>;

  constructor(
    code: string,
    status: number,
    requestId: string | null = null,
    details: ApiError['details'] = {},
    retryAfter: number | null = null,
  ) {
    super(code);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.requestId = requestId;
    this.details = details;
    this.retryAfter = retryAfter;
  }
}

/** A reason code in plain words; a code that this console does not know yet stands for itself. */
export function codeText(code: string, language: Language): string {
  return isErrorCode(code) ? errorCatalogue[code][language] : code;
}

/** What to tell a person about a failed call. */
export function apiErrorText(error: unknown, language: Language): string {
  if (error instanceof ApprovalFiled) return translate(language, 'approval.filed');
  if (!(error instanceof ApiError)) return translate(language, 'error.unexpected');
  const own = Object.hasOwn(ownTexts, error.code) ? ownTexts[error.code] : undefined;
  return own === undefined ? codeText(error.code, language) : translate(language, own as 'error.unreachable');
}
