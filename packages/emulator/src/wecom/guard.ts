import { ApiFailure } from '../api-failure.ts';
import { type ApiBody, type ApiCall, type ApiHandler, queryText } from '../http/api.ts';
import type { AgentOptions, WecomOptions } from '../options.ts';
import type { QuotaLimit } from '../state/quotas.ts';
import type { World } from '../world.ts';

/** Whose token it is: an app of the company, or the contact-sync helper. */
export type WecomCaller = { readonly kind: 'agent'; readonly agent: AgentOptions } | { readonly kind: 'contacts' };

export interface WecomCall extends ApiCall {
  readonly wecom: WecomOptions;
  readonly caller: WecomCaller;
}

export type WecomHandler = (call: WecomCall) => ApiBody | Promise<ApiBody>;

export const contactsOwner = 'contacts';

export function agentOwner(agent: AgentOptions): string {
  return `agent:${agent.agentid}`;
}

/** Throws ApiFailure 43001 or 43002. */
export function requireMethod(call: ApiCall, method: 'GET' | 'POST'): void {
  if (call.method !== method) throw new ApiFailure(method === 'POST' ? 43002 : 43001);
}

/** Throws ApiFailure 60020 for an address that the company does not trust. */
export function checkTrustedAddress(wecom: WecomOptions, ip: string): void {
  if (wecom.ipAllowlist && !wecom.ipAllowlist.includes(ip)) throw new ApiFailure(60020);
}

/** Counts a call against the limit of its path. Throws ApiFailure 45009. */
export function takeWecomQuota(world: World, scope: string, path: string, documented: QuotaLimit = {}): void {
  const limit = world.options.quotas?.[path] ?? documented;
  if (world.quotas.take(scope, path, limit) !== 'granted') throw new ApiFailure(45009);
}

/** An endpoint that needs an access token. Throws ApiFailure 41001, 40014, 42001, 50003, 60020, 45009. */
export function withWecomToken(world: World, method: 'GET' | 'POST', handler: WecomHandler): ApiHandler {
  return (call) => {
    requireMethod(call, method);
    const token = queryText(call, 'access_token');
    if (token === '') throw new ApiFailure(41001);
    const check = world.wecomTokens.check(token);
    if (!check.ok) throw new ApiFailure(check.reason === 'expired' ? 42001 : 40014);
    const { wecom } = world.options;
    const caller = wecom && callerOf(wecom, check.owner);
    if (!caller) throw new ApiFailure(40014);
    checkTrustedAddress(wecom, call.ip);
    takeWecomQuota(world, check.owner, call.path);
    return handler({ ...call, wecom, caller });
  };
}

function callerOf(wecom: WecomOptions, owner: string): WecomCaller | undefined {
  if (owner === contactsOwner) return { kind: 'contacts' };
  const agent = wecom.agents.find((candidate) => agentOwner(candidate) === owner);
  if (agent?.disabled) throw new ApiFailure(50003);
  return agent && { kind: 'agent', agent };
}

/** The app behind the call. Throws ApiFailure 48002 for the contact-sync helper. */
export function requireAgent(call: WecomCall): AgentOptions {
  if (call.caller.kind !== 'agent') throw new ApiFailure(48002);
  return call.caller.agent;
}
