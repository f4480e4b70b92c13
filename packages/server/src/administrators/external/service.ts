import { MenshenError } from '@menshen/contract';
import * as z from 'zod';
import type { AccountStore } from '../accounts/store.ts';
import { digest, sameText, type secretMaker } from '../secrets.ts';
import type { Caller } from '../sessions/service.ts';
import type { SignInService, Step } from '../sign-in/service.ts';
import type { FlowStore } from '../sign-in/store.ts';
import { ExternalError, type ExternalProvider } from './provider.ts';

const flowMs = 10 * 60_000;

const keptOf = z.object({
  provider: z.string(),
  browser: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  redirectUri: z.string(),
});

export interface ExternalFinish {
  readonly provider: string;
  readonly code: string;
  readonly state: string;
  readonly iss: string | null;
  /** The secret that `start` gave this browser. */
  readonly browser: string | null;
}

export interface ExternalService {
  providers(): readonly ExternalProvider[];
  find(id: string): ExternalProvider | null;
  /** Where to go, and a secret for the browser's cookie: the answer counts only from the browser that asked. */
  start(provider: string, caller: Caller): Promise<{ readonly url: string; readonly browser: string }>;
  finish(answer: ExternalFinish, caller: Caller): Promise<Step>;
}

export interface ExternalParts {
  readonly accounts: AccountStore;
  readonly flows: FlowStore;
  readonly signIn: SignInService;
  readonly providers: () => readonly ExternalProvider[];
  /** `https://console.example`, under which the browser comes back. */
  readonly consoleUrl: () => string;
  readonly clock: () => number;
  readonly make: ReturnType<typeof secretMaker>;
}

/** Signing in through WeCom or OpenID Connect, for accounts to which the identity was bound before. */
export function createExternalService(parts: ExternalParts): ExternalService {
  const { accounts, flows, signIn, clock, make } = parts;
  const find = (id: string): ExternalProvider | null => parts.providers().find((provider) => provider.id === id) ?? null;
  return {
    providers: parts.providers,
    find,
    async start(id, caller) {
      await signIn.throttle(caller);
      const provider = find(id);
      if (provider === null) throw new MenshenError('not_found');
      const state = make.secret();
      const browser = make.secret();
      // One address per provider, so that an answer says whose it is (RFC 9700 §4.4.2).
      const redirectUri = `${parts.consoleUrl()}/login/${id}`;
      const secrets = { nonce: make.secret(), verifier: make.secret(), redirectUri };
      try {
        const url = await provider.start({ state, ...secrets });
        await flows.put(digest(state), {
          purpose: 'external',
          administrator: null,
          methods: [],
          challenge: null,
          secret: JSON.stringify({ provider: id, browser: digest(browser), ...secrets }),
          expires: clock() + flowMs,
        });
        return { url, browser };
      } catch (error) {
        if (error instanceof ExternalError) throw new MenshenError('external_login_failed', {}, { cause: error });
        throw error;
      }
    },
    async finish(answer, caller) {
      await signIn.throttle(caller);
      const fail = (username: string | null = null): Promise<never> =>
        signIn.refuse('external_login_failed', answer.provider, username, caller);
      const provider = find(answer.provider);
      // Consumed whatever follows: a state is for one answer.
      const flow = await flows.consume(digest(answer.state), clock());
      if (provider === null || flow === null || flow.purpose !== 'external' || flow.secret === null) return await fail();
      const kept = keptOf.parse(JSON.parse(flow.secret));
      if (kept.provider !== provider.id || answer.browser === null || !sameText(digest(answer.browser), kept.browser))
        return await fail();
      const secrets = { state: answer.state, nonce: kept.nonce, verifier: kept.verifier, redirectUri: kept.redirectUri };
      const identity = await provider.finish({ code: answer.code, iss: answer.iss }, secrets).catch((error: unknown) => {
        if (error instanceof ExternalError) return null;
        throw error;
      });
      if (identity === null) return await fail();
      const account = await accounts.byIdentity(provider.id, provider.normalize(identity.subject));
      if (account === null || account.status !== 'active') return await fail(account?.username ?? null);
      return await signIn.proceed(account, [provider.kind], identity.secondFactor, caller);
    },
  };
}
