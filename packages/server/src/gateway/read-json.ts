import { MenshenError } from '@menshen/contract';
import type * as z from 'zod';
import { hasBody } from './has-body.ts';
import type { ClientRequest } from './http1/client-request.ts';
import { readBody } from './received-body.ts';

const maxBody = 16_384;
const bodyTimeoutMs = 10_000;

/** The JSON body of a call to one of the gateway's own endpoints. Throws MenshenError for anything but the declared form. */
export async function readJson<T extends z.ZodType>(
  request: ClientRequest,
  schema: T,
  received: Buffer | null = null,
): Promise<z.output<T>> {
  const type = request.headers['content-type'];
  if (type === undefined || !/^application\/json\s*(;\s*charset=utf-8)?$/i.test(type))
    throw new MenshenError('content_type_unsupported');
  if (request.headers['content-encoding'] !== undefined) throw new MenshenError('body_encoding_unsupported');
  const body = received ?? (await readCallBody(request));
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new MenshenError('body_malformed');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new MenshenError('bad_request');
  return parsed.data;
}

/** The body of such a call as received; empty when there is none. Throws MenshenError. */
export async function readCallBody(request: ClientRequest): Promise<Buffer> {
  if (!hasBody(request)) return Buffer.alloc(0);
  const body = await readBody(request, maxBody, bodyTimeoutMs);
  if (!Buffer.isBuffer(body)) throw new MenshenError(body.code);
  return body;
}
