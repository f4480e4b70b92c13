import type { RequestContext } from '../context.ts';
import { clientHeaders } from '../headers.ts';
import { failed, type Refusal } from '../refusal.ts';

/** Prepares the answer's headers: nothing of the backend's make shows, security headers are set. */
export function disclose(context: RequestContext): Refusal | undefined {
  const { answer } = context;
  if (answer === null) return failed('backend_answer_invalid');
  const held = answer.pump === null && answer.status !== 204 && answer.status !== 304 && context.method !== 'HEAD';
  context.clientHeaders = clientHeaders(
    answer.headers,
    context.id,
    'encrypted' in context.request.socket,
    held ? answer.length : null,
  );
  return undefined;
}
