import type { RequestContext } from '../gateway/context.ts';
import type { Refusal } from '../gateway/refusal.ts';
import type { BotObservation } from './bots/tracker.ts';
import type { Rates } from './service.ts';

const undeclared: ReadonlySet<string> = new Set(['route_undeclared', 'app_unknown', 'method_not_allowed']);
const limited: ReadonlySet<string> = new Set(['rate_limited', 'challenge_required', 'phone_tries_exceeded']);
/** A code of WeChat that was guessed, used or foreign, a ticket or a proof that did not fit, a number that speaks for too many. */
const loginFailed: ReadonlySet<string> = new Set([
  'login_failed',
  'code_invalid',
  'code_used',
  'code_foreign',
  'binding_failed',
  'ticket_invalid',
  'sealed_login_invalid',
  'phone_code_refused',
  'phone_number_overused',
]);

function endingOf(code: string | null): BotObservation['ending'] {
  if (code === null) return null;
  if (undeclared.has(code)) return 'undeclared';
  if (limited.has(code)) return 'limited';
  return loginFailed.has(code) ? 'login_failed' : null;
}

/** Learns from how a request through the pipeline ended. */
export function noteEnding(rates: Rates, context: RequestContext, refusal: Refusal | null): void {
  if (context.exempt !== 0) return;
  const { session, app } = context;
  const { headers } = context.request;
  const address = rates.addressKey(context.address);
  const origin = rates.originOf(headers['user-agent'], headers.referer, app?.config.wechat?.appid);
  rates.bots.observe({
    address,
    device: session === null ? null : rates.deviceKey(session, address),
    person: session?.person.uid ?? null,
    origin,
    ending: endingOf(refusal?.code ?? null),
  });
}

/** Learns from a refusal of one of the gateway's own endpoints. */
export function noteOwnRefusal(rates: Rates, address: string, code: string): void {
  const ending = endingOf(code);
  if (ending === null) return;
  rates.bots.observe({ address: rates.addressKey(address), device: null, person: null, origin: 'wechat', ending });
}
