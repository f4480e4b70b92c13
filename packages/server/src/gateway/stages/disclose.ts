import { examineAnswer, withText } from '../../protect/disclosure/examine-answer.ts';
import type { LeakAlarms } from '../../protect/disclosure/leak-alarms.ts';
import type { Observing } from '../../protect/inventory/observing.ts';
import type { BackendAnswer } from '../backend-answer.ts';
import { sealAnswer } from '../channel.ts';
import type { RequestContext } from '../context.ts';
import { clientHeaders } from '../headers.ts';
import { type MaskedField, maskFields } from '../mask-fields.ts';
import { failed, type Refusal } from '../refusal.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Fields that this answer has to hide: by policy and by route, without those that the request is shown. */
function maskedFields({ masked, revealed, route }: RequestContext): readonly MaskedField[] {
  const masks = route?.disclosure.masks ?? [];
  if (masks.length === 0) return masked.map((path) => ({ path, as: 'text' as const }));
  const forms = new Map(masks.map(({ field, as }) => [field, as] as const));
  const paths = new Set([...masked, ...masks.map(({ field }) => field).filter((field) => !revealed.includes(field))]);
  return [...paths].map((path) => ({ path, as: forms.get(path) ?? 'text' }));
}

/** Hides fields. An answer in which they cannot be found, because it is no JSON or too large, is not disclosed. */
function mask(context: RequestContext, answer: BackendAnswer, fields: readonly MaskedField[]): Refusal | undefined {
  if (answer.length === 0 && answer.pump === null) return undefined;
  const type = answer.headers['content-type'];
  if (answer.pump !== null || answer.headers['content-encoding'] !== undefined) return failed('backend_answer_invalid', 'mask');
  if (typeof type !== 'string' || !/^application\/([a-z0-9.-]+\+)?json\s*(;|$)/i.test(type))
    return failed('backend_answer_invalid', 'mask');
  try {
    const bytes = Buffer.concat(answer.chunks, answer.length);
    const done = maskFields(JSON.parse(utf8.decode(bytes)), fields);
    if (done !== null) context.answer = withText(answer, JSON.stringify(done.value));
    return undefined;
  } catch {
    return failed('backend_answer_invalid', 'mask');
  }
}

/** Hides what may not be seen, stops what must not leave, and prepares the answer's headers: nothing of the backend's make shows. */
export function createDisclose(
  alarms: LeakAlarms,
  observe: Observing['offer'],
): (context: RequestContext) => Refusal | undefined {
  return (context) => {
    if (context.answer === null) return failed('backend_answer_invalid');
    const given = context.answer;
    const fields = maskedFields(context);
    const refusal = fields.length === 0 ? undefined : mask(context, given, fields);
    if (refusal !== undefined) return refusal;
    const examined = examineAnswer(context, context.answer, alarms);
    if (typeof examined !== 'number') return examined;
    observe(context, given, fields, examined);
    const bodiless = context.answer.status === 204 || context.answer.status === 304 || context.method === 'HEAD';
    if (context.channel !== null && !bodiless) {
      // What has not come yet cannot be sealed, and nothing of it may leave in clear.
      if (context.answer.pump !== null) return failed('backend_answer_invalid', 'answer too large to seal');
      context.answer = sealAnswer(context.channel, context.answer);
    }
    const { answer } = context;
    const held = answer.pump === null && !bodiless;
    context.clientHeaders = clientHeaders(
      answer.headers,
      context.id,
      'encrypted' in context.request.socket,
      held ? answer.length : null,
    );
    return undefined;
  };
}
