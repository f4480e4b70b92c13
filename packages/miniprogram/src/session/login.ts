import { localError, MenshenError } from '../error.ts';
import { type Runtime, sleep } from '../phone/runtime.ts';
import type { GatewayClient, LoginOutcome } from '../requests/gateway-client.ts';
import { type Failure, retryDelay } from '../requests/retry.ts';
import type { Settings } from '../settings.ts';
import type { MenshenOptions } from '../types.ts';
import { fetchLoginCode } from './login-code.ts';
import type { StoredSession } from './session-store.ts';

/** How often a login is begun anew after clock or key were set right: once each. */
const maxCorrections = 2;

/** A ticket is worth a few proofs; the gateway counts them too. */
const maxProofs = 5;

/**
 * One login from the platform's code to the session, with the binding in between where the gateway asks for it. It is repeated within the retry
 * policy although it is a POST: every try carries a fresh code, and a session that got lost on the way is never used.
 */
export async function logIn(
  settings: Settings,
  runtime: Runtime,
  gateway: GatewayClient,
  bindingHook: MenshenOptions['onBindingRequired'],
): Promise<StoredSession> {
  const began = runtime.now();
  let codeRefused = false;
  let corrections = 0;
  for (let tries = 1; ; tries += 1) {
    const code = await fetchLoginCode(settings, runtime);
    let failure: Failure;
    let error: MenshenError;
    try {
      const outcome = await gateway.login(code);
      if (outcome.kind === 'granted') return outcome.session;
      if (outcome.kind === 'binding') return await bind(outcome, gateway, bindingHook);
      if (outcome.kind === 'again' && corrections < maxCorrections) {
        corrections += 1;
        continue;
      }
      error = outcome.refusal.error;
      failure = { kind: error.status, retryAfter: error.retryAfter };
      // The platform sometimes hands out the same code twice in a row.
      if ((error.code === 'code_used' || error.code === 'code_invalid') && !codeRefused) {
        codeRefused = true;
        continue;
      }
    } catch (cause) {
      if (!(cause instanceof MenshenError)) throw localError('answer_invalid', settings.locale, cause);
      // A refusal that the binding ended with is final; only a lost answer is worth another code.
      if (cause.status !== 0) throw cause;
      error = cause;
      failure = { kind: cause.code, retryAfter: undefined };
    }
    const delay = retryDelay(failure, settings.retry, tries, runtime.now() - began, runtime.random());
    if (delay === null) throw error;
    await sleep(runtime, delay);
  }
}

async function bind(
  asked: Extract<LoginOutcome, { kind: 'binding' }>,
  gateway: GatewayClient,
  hook: MenshenOptions['onBindingRequired'],
): Promise<StoredSession> {
  if (hook === undefined) throw asked.refusal.error;
  let { ticket, ways } = asked;
  let previous: MenshenError | null = null;
  let corrections = 0;
  for (let proofs = 0; proofs < maxProofs; proofs += 1) {
    const challenge = { ticket, ways, previous };
    // A hook that fails counts as giving up.
    const proof = await Promise.resolve(challenge)
      .then(hook)
      .catch(() => null);
    if (proof === null || typeof proof !== 'object') throw asked.refusal.error;
    let outcome = await gateway.bind(ticket, proof);
    while (outcome.kind === 'again' && corrections < maxCorrections) {
      corrections += 1;
      outcome = await gateway.bind(ticket, proof);
    }
    if (outcome.kind === 'granted') return outcome.session;
    previous = outcome.refusal.error;
    if (outcome.kind === 'binding') ({ ticket, ways } = outcome);
    else if (previous.code !== 'binding_failed') throw previous;
  }
  throw previous || asked.refusal.error;
}
