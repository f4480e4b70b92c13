import { decodeUtf8, refusalHeader, requestIdHeader } from '@menshen/wire';
import { isBytes } from '../bytes.ts';
import { answerInvalid, type Language, MenshenError } from '../error.ts';
import type { Answer } from '../types.ts';
import type { RawAnswer } from './transport.ts';

/** A refusal of the gateway: the error for the app, and the fields that some refusals carry besides. */
export interface Refusal {
  readonly error: MenshenError;
  readonly fields: Readonly<Record<string, unknown>>;
}

const codeForm = /^[a-z][a-z0-9_]{0,63}$/;
const maxBody = 16_384;

/**
 * The gateway's refusal, or `null` when the answer is the backend's. Only the gateway can send the header: it drops every such header of a
 * backend, so that a backend's `{"code":"session_expired"}` starts no login.
 */
export function readRefusal(answer: RawAnswer, language: Language): Refusal | null {
  const code = answer.header[refusalHeader.toLowerCase()];
  if (code === undefined || !codeForm.test(code) || answer.status < 400) return null;
  const fields = readFields(answer.data);
  const { message } = fields;
  return {
    error: new MenshenError({
      code,
      // A HEAD request has no body to say it.
      message: typeof message === 'string' ? message : answerInvalid(language).message,
      status: answer.status,
      requestId: requestIdOf(answer),
      retryAfter: retryAfterOf(answer),
    }),
    fields,
  };
}

/** The answer as the app gets it. */
export function answerOf<T>(raw: RawAnswer, data: T): Answer<T> {
  return { statusCode: raw.status, data, header: raw.header, requestId: requestIdOf(raw) };
}

function requestIdOf(answer: RawAnswer): string | undefined {
  return answer.header[requestIdHeader.toLowerCase()];
}

/** Seconds of `Retry-After` (RFC 9110 §10.2.3). Its other form, a date, is not used: it would need the phone's clock to be right. */
export function retryAfterOf(answer: RawAnswer): number | undefined {
  const text = answer.header['retry-after'];
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

/** The object in an answer, also when the request asked for text or bytes. */
export function readFields(data: unknown): Readonly<Record<string, unknown>> {
  const text = isBytes(data) ? data.byteLength <= maxBody && decodeUtf8(new Uint8Array(data)) : data;
  const parsed = typeof text === 'string' ? text.length <= maxBody && parseJson(text) : text;
  return typeof parsed === 'object' && parsed !== null ? (parsed as Readonly<Record<string, unknown>>) : {};
}

/** The value of a JSON text, or `null` when it is none. */
export function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return null;
  }
}
