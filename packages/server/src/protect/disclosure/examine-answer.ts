import type { BackendAnswer } from '../../gateway/backend-answer.ts';
import type { RequestContext } from '../../gateway/context.ts';
import { failed, type Refusal } from '../../gateway/refusal.ts';
import { decodeHeld } from './decode-held.ts';
import { type Examined, examineText } from './examine-text.ts';
import type { LeakAlarms } from './leak-alarms.ts';

const textual = /^(?:text\/|application\/(?:[a-z0-9.-]+\+)?(?:json|xml)\b|application\/(?:javascript|x-javascript|xhtml))/i;
const json = /^application\/(?:[a-z0-9.-]+\+)?json\b/i;

/** Parts of several ranges, each with a type of its own. */
const parts = /^multipart\/byteranges\b/i;
const partial = 206;

/** An answer with other bytes, not encoded: whatever its backend said about the old ones is no longer true. */
export function withText(answer: BackendAnswer, text: string): BackendAnswer {
  const { etag: _etag, digest: _digest, 'content-md5': _md5, 'content-encoding': _coding, ...headers } = answer.headers;
  const bytes = Buffer.from(text);
  return { ...answer, headers, chunks: [bytes], length: bytes.length };
}

/**
 * Looks for leaks in what is held of an answer. An answer that streams is looked at as far as it is held: it can be withheld for that, but not
 * masked. Of one that is encoded the plain text is looked at: real clients ask for compressed answers, and so would a thief. What cannot be read does not
 * leave where something is to be hidden, and a piece of a text never does: two halves of a number are no number, and both together are.
 * Returns how many personal values stay in clear, unless the answer is withheld.
 */
export function examineAnswer(context: RequestContext, answer: BackendAnswer, alarms: LeakAlarms): Refusal | number {
  const { app, route } = context;
  const type = answer.headers['content-type'];
  if (app === null || route === null || answer.length === 0 || typeof type !== 'string') return 0;
  if (answer.status === partial && (textual.test(type) || parts.test(type))) return failed('answer_withheld', 'a part of a text');
  if (!textual.test(type)) return 0;
  const rules = route.disclosure;
  const text = plainText(answer);
  if (text === null) return rules.holds ? failed('backend_answer_invalid', 'encoding') : 0;
  const found = examineText(text, rules, json.test(type));
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

function plainText({ headers, chunks, length }: BackendAnswer): string | null {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks as Buffer[], length);
  const coding = headers['content-encoding'];
  return coding === undefined ? bytes.toString('utf8') : (decodeHeld(bytes, String(coding))?.toString('utf8') ?? null);
}

function note(context: RequestContext, { leaks }: Examined): void {
  const where = leaks.map(({ kind, count, action }) => `${kind} ${count} ${action}`).join(', ');
  context.traces.push({ stage: 'disclose', verdict: 'would_refuse', code: 'answer_leak', where, micros: 0 });
}
