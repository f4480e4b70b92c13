import { type Language, localError } from '../error.ts';
import type { Runtime } from '../phone/runtime.ts';
import type { ServerClock } from '../phone/server-clock.ts';
import type { StoredSession } from '../session/session-store.ts';
import type { RequestAuthorizer } from './authorize-request.ts';
import type { OutgoingRequest } from './outgoing.ts';
import { type Refusal, readRefusal } from './refusal.ts';
import type { RawAnswer, SendOptions, Transport } from './transport.ts';

export interface SenderParts {
  readonly transport: Transport;
  readonly runtime: Runtime;
  readonly authorize: RequestAuthorizer;
  readonly clock: ServerClock;
  readonly locale: Language;
}

export interface Sender {
  /** Sends a request with the proof of its session, where it has one. Rejects with a {@link MenshenError} of a local code when no answer arrives, or one that does not open. */
  send(
    request: OutgoingRequest,
    session: StoredSession | null,
    options: SendOptions,
  ): Promise<{ readonly answer: RawAnswer; readonly refusal: Refusal | null }>;
}

/**
 * Sends signed requests. When the gateway says that the phone's clock is wrong, the clock is set and the request sent again, once: the gateway refuses before it
 * forwards.
 */
export function createSender({ transport, runtime, authorize, clock, locale }: SenderParts): Sender {
  const once: Sender['send'] = async (request, session, options) => {
    const { sent, credentials } = session === null ? { sent: request, credentials: {} } : await authorize(request, session);
    const sentAt = runtime.now();
    const answer = await transport.send(sent, { 'accept-language': locale, ...credentials }, options);
    const refusal = readRefusal(answer, locale);
    if (refusal !== null && refusal.error.code === 'clock_skew') clock.learn(refusal.fields.serverTime, sentAt);
    const opened = refusal === null && sent.open ? sent.open(answer) : answer;
    if (opened === null) throw localError('server_not_authentic', locale);
    return { answer: opened, refusal };
  };
  return {
    async send(request, session, options) {
      const first = await once(request, session, options);
      const again = first.refusal !== null && first.refusal.error.code === 'clock_skew' && session !== null;
      return again ? once(request, session, options) : first;
    },
  };
}
