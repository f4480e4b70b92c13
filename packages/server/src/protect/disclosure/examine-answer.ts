import type { BackendAnswer } from '../../gateway/backend-answer.ts';
import type { RequestContext } from '../../gateway/context.ts';
import { failed, type Refusal } from '../../gateway/refusal.ts';
import { type Examined, examineText } from './examine-text.ts';
import type { LeakAlarms } from './leak-alarms.ts';

const textual = /^(?:text\/|application\/(?:[a-z0-9.-]+\+)?(?:json|xml)\b|application\/(?:javascript|x-javascript|xhtml))/i;
const json = /^application\/(?:[a-z0-9.-]+\+)?json\b/i;

/** An answer with other bytes: whatever its backend said about the old ones is no longer true. */
export function withText(answer: BackendAnswer, text: string): BackendAnswer {
  const { etag: _etag, digest: _digest, 'content-md5': _md5, ...headers } = answer.headers;
  const bytes = Buffer.from(text);
  return { ...answer, headers, chunks: [bytes], length: bytes.length };
}

/**
 * Looks for leaks in what is held of an answer. An answer that streams is looked at as far as it is held: it can be withheld for that, but not
 * masked. Encoded answers are not looked at; where something is to be hidden, the backend is asked for plain ones.
 * Returns how many personal values stay in clear, unless the answer is withheld.
 */
export function examineAnswer(context: RequestContext, answer: BackendAnswer, alarms: LeakAlarms): Refusal | number {
  const { app, route } = context;
  const type = answer.headers['content-type'];
  if (app === null || route === null || answer.length === 0 || typeof type !== 'string' || !textual.test(type)) return 0;
  const encoding = answer.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return 0;
  const rules = route.disclosure;
  const found = examineText(textOf(answer), rules, json.test(type));
  if (found.leaks.length === 0) return found.values;
  note(context, found);
  alarms(app.id, route.match, context.id, found.leaks);
  if (found.withheld) return failed('answer_withheld', found.leaks.map(({ kind }) => kind).join(' '));
  if (found.text === null) return found.values;
  // What has not come yet cannot be masked.
  if (answer.pump !== null) return failed('answer_withheld', 'answer too large to mask');
  context.answer = withText(answer, found.text);
  return found.values;
}

function textOf({ chunks, length }: BackendAnswer): string {
  const [first] = chunks;
  return (chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks as Buffer[], length)).toString('utf8');
}

function note(context: RequestContext, { leaks }: Examined): void {
  const where = leaks.map(({ kind, count, action }) => `${kind} ${count} ${action}`).join(', ');
  context.traces.push({ stage: 'disclose', verdict: 'would_refuse', code: 'answer_leak', where, micros: 0 });
}
