import { cleanRichFields } from '@menshen/inspect';
import type { BackendAnswer } from '../../gateway/backend-answer.ts';
import type { RequestContext } from '../../gateway/context.ts';
import { failed, type Refusal } from '../../gateway/refusal.ts';
import type { CleaningCounts } from './counts.ts';

const jsonType = /^application\/([a-z0-9.-]+\+)?json\s*(;|$)/i;

/**
 * Cleans the rich text of an answer, so that what was stored before the gateway came does no harm. An answer in which it cannot be found, because it is
 * no JSON or too large, is not disclosed; an error of the backend without JSON is none of ours.
 */
export function cleanAnswer(context: RequestContext, cleanings: CleaningCounts): Refusal | undefined {
  const { answer, route, app } = context;
  const names = route?.protection.richOut ?? [];
  if (names.length === 0 || answer === null || route === null || app === null) return undefined;
  if (answer.length === 0 && answer.pump === null) return undefined;
  const type = answer.headers['content-type'];
  const isJson = typeof type === 'string' && jsonType.test(type);
  if (!isJson && answer.status >= 400 && answer.pump === null) return undefined;
  if (!isJson || answer.pump !== null || answer.headers['content-encoding'] !== undefined)
    return failed('backend_answer_invalid', 'rich text');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(answer.chunks, answer.length)));
  } catch {
    return failed('backend_answer_invalid', 'rich text');
  }
  const cleaned = cleanRichFields(value, { names, declared: null });
  if (cleaned.kind === 'too_large') return failed('backend_answer_invalid', 'rich text');
  if (cleaned.fields.length > 0)
    cleanings.add({ app: app.id, route: route.match, way: 'out', requestId: context.id }, cleaned.fields);
  if (cleaned.changed) context.answer = withText(answer, JSON.stringify(cleaned.value));
  return undefined;
}

function withText(answer: BackendAnswer, text: string): BackendAnswer {
  const bytes = Buffer.from(text);
  // A validator or digest of the backend is of another text.
  const { etag: _etag, digest: _digest, 'content-md5': _md5, 'repr-digest': _repr, ...headers } = answer.headers;
  return { ...answer, headers, chunks: [bytes], length: bytes.length };
}
