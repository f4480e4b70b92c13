import type { RequestContext } from '../context.ts';
import { clientHeaders } from '../headers.ts';
import { failed, type Refusal } from '../refusal.ts';

/** Prepares the answer's headers: nothing of the backend's make shows, security headers are set. */
export function disclose(context: RequestContext): Refusal | undefined {
  const { answer, response } = context;
  if (answer === null) return failed('backend_answer_invalid');
  const headers = clientHeaders(answer.headers, context.id, 'encrypted' in context.request.socket);
  if (answer.pump === null && answer.status !== 204 && answer.status !== 304 && context.method !== 'HEAD') {
    headers['content-length'] = String(answer.length);
  }
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) response.setHeader(name, value);
  }
  response.statusCode = answer.status;
  return undefined;
}
