import type * as z from 'zod';
import { readBounded } from '../../../api/bounded-answer.ts';
import { SmsError, type SmsRuntime } from './sms-provider.ts';

const timeoutMs = 5_000;
const maxAnswerBytes = 65_536;

/** Sends one request and reads the answer as JSON of a form. Rejects with {@link SmsError} `unreachable` for anything else. */
export async function callProvider<T extends z.ZodType>(
  runtime: SmsRuntime,
  url: string,
  init: Pick<RequestInit, 'method' | 'headers' | 'body'>,
  schema: T,
): Promise<z.output<T>> {
  let text: string;
  try {
    const answer = await runtime.fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    text = (await readBounded(answer, maxAnswerBytes)).toString('utf8');
  } catch (cause) {
    throw new SmsError('unreachable', null, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SmsError('unreachable', null);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new SmsError('unreachable', null);
  return parsed.data;
}

/** The host as `fetch` will send it: part of what is signed. */
export function hostOf(base: string): string {
  return new URL(base).host;
}
