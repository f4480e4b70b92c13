import type { BackendAnswer, RequestContext } from '../context.ts';
import { clientHeaders } from '../headers.ts';
import { maskFields } from '../mask-fields.ts';
import { failed, type Refusal } from '../refusal.ts';

/** Hides the masked fields. An answer in which they cannot be found, because it is no JSON or too large, is not disclosed. */
function mask(context: RequestContext, answer: BackendAnswer): Refusal | undefined {
  if (answer.length === 0 && answer.pump === null) return undefined;
  const type = answer.headers['content-type'];
  if (answer.pump !== null || answer.headers['content-encoding'] !== undefined) return failed('backend_answer_invalid', 'mask');
  if (typeof type !== 'string' || !/^application\/([a-z0-9.-]+\+)?json\s*(;|$)/i.test(type))
    return failed('backend_answer_invalid', 'mask');
  try {
    const bytes = Buffer.concat(answer.chunks, answer.length);
    const done = maskFields(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), context.masked);
    if (done === null) return undefined;
    const text = Buffer.from(JSON.stringify(done.value));
    // A validator or digest of the backend is of another text.
    const { etag: _etag, digest: _digest, 'content-md5': _md5, ...headers } = answer.headers;
    context.answer = { ...answer, headers, chunks: [text], length: text.length };
    return undefined;
  } catch {
    return failed('backend_answer_invalid', 'mask');
  }
}

/** Prepares the answer's headers: nothing of the backend's make shows, security headers are set. */
export function disclose(context: RequestContext): Refusal | undefined {
  if (context.answer === null) return failed('backend_answer_invalid');
  if (context.masked.length > 0) {
    const refusal = mask(context, context.answer);
    if (refusal !== undefined) return refusal;
  }
  const { answer } = context;
  const held = answer.pump === null && answer.status !== 204 && answer.status !== 304 && context.method !== 'HEAD';
  context.clientHeaders = clientHeaders(
    answer.headers,
    context.id,
    'encrypted' in context.request.socket,
    held ? answer.length : null,
  );
  return undefined;
}
