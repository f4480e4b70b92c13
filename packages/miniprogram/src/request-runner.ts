import { isSessionRefusal } from '@menshen/wire';
import { type Abort, createAbort, orAbort } from './abort.ts';
import { localError, MenshenError } from './error.ts';
import { encodeRequest, type OutgoingRequest } from './outgoing.ts';
import { type Refusal, requestIdOf, retryAfterOf } from './refusal.ts';
import { type Failure, isRepeatable, retryDelay } from './retry.ts';
import { type Runtime, sleep } from './runtime.ts';
import type { Sender } from './sender.ts';
import type { SessionManager } from './session-manager.ts';
import type { StoredSession } from './session-store.ts';
import type { Settings } from './settings.ts';
import type { StepUp } from './step-up.ts';
import type { RawAnswer } from './transport.ts';
import type { Answer, RequestHandle, RequestOptions } from './types.ts';

export interface RequestRunnerParts {
  readonly settings: Settings;
  readonly runtime: Runtime;
  readonly sender: Sender;
  readonly sessions: SessionManager;
  readonly stepUp: StepUp;
}

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
  const { language } = settings;
  const abortedError = (): MenshenError => localError('aborted', language);

  const attempt = async (request: OutgoingRequest, session: StoredSession | null, abort: Abort): Promise<Outcome> => {
    try {
      const { answer, refusal } = await sender.send(request, session, { abort, urgent: false });
      return { answer, refusal, error: refusal?.error ?? null };
    } catch (error) {
      if (!(error instanceof MenshenError)) throw error;
      return { answer: null, refusal: null, error };
    }
  };

  const run = async (options: RequestOptions, abort: Abort): Promise<RawAnswer> => {
    const request = encodeRequest(options, settings);
    const repeatable = isRepeatable(request.method, request.header);
    const began = runtime.now();
    let renewed = false;
    let steppedUp = false;
    let session = options.anonymous ? null : await orAbort(sessions.current(), abort, abortedError);

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
          session = await orAbort(sessions.renew(session, code), abort, abortedError);
          continue;
        }
        if (code === 'mfa_required' && !steppedUp) {
          steppedUp = true;
          if (await orAbort(stepUp.ask(refusal, request, stepUpsBefore), abort, abortedError)) {
            session = await orAbort(sessions.current(), abort, abortedError);
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
      await orAbort(sleep(runtime, delay || 0), abort, abortedError);
    }
  };

  return <T>(options: RequestOptions): RequestHandle<T> => {
    const abort = createAbort();
    const answered = run(options, abort).then(
      (raw): Answer<T> => ({ statusCode: raw.status, data: raw.data as T, header: raw.header, requestId: requestIdOf(raw) }),
    );
    return Object.assign(answered, { abort: () => abort.abort() });
  };
}

/**
 * Whether a new login can help: the session is gone, or the app came to demand signatures since it began, or its keys came back damaged from storage. A signature
 * that is refused for keys of this very run has another cause, such as a proxy that rewrites requests: logging in for every one of them would not help.
 */
export function isSessionLost(code: string, session: StoredSession, sessions: SessionManager): boolean {
  return (
    isSessionRefusal(code) ||
    (code === 'signature_required' && session.keys === undefined) ||
    (code === 'signature_invalid' && sessions.isRestored(session))
  );
}

function failureOf({ answer, error }: Outcome): Failure {
  if (answer !== null) return { kind: answer.status, retryAfter: retryAfterOf(answer) };
  return { kind: error === null ? '' : error.code, retryAfter: undefined };
}
