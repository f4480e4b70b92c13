import { approvalHeader } from '@menshen/wire';
import { type Abort, createAbort, orAbort } from '../abort.ts';
import { MenshenError } from '../error.ts';
import { formOf, type StepUp } from '../factors/step-up.ts';
import { type Runtime, sleep } from '../phone/runtime.ts';
import { isSessionLost } from '../session/session-lost.ts';
import type { SessionManager } from '../session/session-manager.ts';
import type { StoredSession } from '../session/session-store.ts';
import type { Settings } from '../settings.ts';
import type { RequestHandle, RequestOptions } from '../types.ts';
import { encodeRequest, type OutgoingRequest } from './outgoing.ts';
import { answerOf, type Refusal, retryAfterOf } from './refusal.ts';
import { type Failure, isRepeatable, retryDelay } from './retry.ts';
import type { Sender } from './sender.ts';
import type { RawAnswer } from './transport.ts';

export interface RequestRunnerParts {
  readonly settings: Settings;
  readonly runtime: Runtime;
  readonly sender: Sender;
  readonly sessions: SessionManager;
  readonly stepUp: StepUp;
}

/** An approval, then a fresh session because of its risk, then the approval that was used up in between. Never the same form twice in a row. */
const maxStepUps = 3;

/** What one try brought: an answer of the backend, a refusal of the gateway, or no answer. */
interface Outcome {
  readonly answer: RawAnswer | null;
  readonly refusal: Refusal | null;
  readonly error: MenshenError | null;
}

/**
 * Sends requests of the app. Three things bring a request onto the wire again: a session that the gateway refused (once, any method: the
 * gateway refuses before it forwards, so the backend has not seen the request), a second factor (once, for the same reason), and a passing
 * failure (only where repeating is harmless).
 */
export function createRequestRunner(parts: RequestRunnerParts): <T>(options: RequestOptions) => RequestHandle<T> {
  const { settings, runtime, sender, sessions, stepUp } = parts;
  const { locale } = settings;

  const attempt = async (request: OutgoingRequest, session: StoredSession | null, abort: Abort): Promise<Outcome> => {
    try {
      const { answer, refusal } = await sender.send(request, session, { abort, urgent: false });
      return { answer, refusal, error: refusal === null ? null : refusal.error };
    } catch (error) {
      if (!(error instanceof MenshenError)) throw error;
      return { answer: null, refusal: null, error };
    }
  };

  const run = async (options: RequestOptions, abort: Abort): Promise<RawAnswer> => {
    let request = encodeRequest(options, settings);
    const repeatable = isRepeatable(request.method, request.header);
    const began = runtime.now();
    let renewed = false;
    let asked = '';
    let stepUps = 0;
    let session = options.anonymous ? null : await orAbort(sessions.current(), abort, locale);

    for (let tries = 1; ; ) {
      const stepUpsBefore = stepUp.count;
      const outcome = await attempt(request, session, abort);
      const { answer, refusal, error } = outcome;
      if (refusal !== null && session !== null) {
        const { code } = refusal.error;
        if (isSessionLost(code, session, sessions)) {
          if (renewed) {
            sessions.end(session, refusal.error);
            throw refusal.error;
          }
          renewed = true;
          session = await orAbort(sessions.renew(session, code), abort, locale);
          continue;
        }
        const form = formOf(refusal);
        if (code === 'mfa_required' && form !== asked && stepUps < maxStepUps) {
          asked = form;
          stepUps += 1;
          const passed = await orAbort(stepUp.ask(refusal, request, stepUpsBefore, abort), abort, locale);
          if (typeof passed === 'string') request = { ...request, header: { ...request.header, [approvalHeader]: passed } };
          if (passed !== false) {
            session = await orAbort(sessions.current(), abort, locale);
            continue;
          }
        }
      }
      const delay = repeatable
        ? retryDelay(failureOf(outcome), settings.retry, tries, runtime.now() - began, runtime.random())
        : null;
      if (delay === null) {
        if (error !== null) throw error;
        if (answer !== null) return answer;
      }
      tries += 1;
      await orAbort(sleep(runtime, delay || 0), abort, locale);
    }
  };

  return <T>(options: RequestOptions): RequestHandle<T> => {
    const abort = createAbort();
    const answered = run(options, abort).then((raw) => answerOf(raw, raw.data as T));
    return Object.assign(answered, { abort: () => abort.abort() });
  };
}

function failureOf({ answer, error }: Outcome): Failure {
  if (answer !== null) return { kind: answer.status, retryAfter: retryAfterOf(answer) };
  return { kind: error === null ? '' : error.code, retryAfter: undefined };
}
