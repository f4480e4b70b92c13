import { errorCatalogue, isErrorCode, type Language } from '@menshen/contract';
import { translate } from '../i18n/translate.ts';

/** Failures that the server never answered: no connection, or an answer that the contract does not know. */
export type TransportCode = 'unreachable' | 'answer_unreadable';

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
  if (!(error instanceof ApiError)) return translate(language, 'error.unexpected');
  if (error.code === 'unreachable') return translate(language, 'error.unreachable');
  if (error.code === 'answer_unreadable') return translate(language, 'error.unreadable');
  return codeText(error.code, language);
}
