import { MenshenError, type PasskeyView, type SecondFactorProof } from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { AccountStore } from '../accounts/store.ts';
import { administratorChangeEvent } from '../events.ts';
import type { PasskeyService } from '../passkeys/service.ts';
import type { Passkey, PasskeyStore } from '../passkeys/store.ts';
import { digest, type secretMaker } from '../secrets.ts';
import type { Caller, OpenedSession, SessionService } from '../sessions/service.ts';
import type { LiveSession } from '../sessions/store.ts';
import type { Challenge, Enrolment, SignInService } from '../sign-in/service.ts';
import type { FlowStore } from '../sign-in/store.ts';
import type { FactorService } from './service.ts';

const flowMs = 10 * 60_000;

export type StepUpProof = SecondFactorProof | { readonly method: 'password'; readonly password: string };

export interface OwnFactorService {
  passkeys(administrator: string): Promise<PasskeyView[]>;
  stepUpChallenge(session: LiveSession): Promise<{ options: Record<string, unknown>; expiresAt: number }>;
  /** Throws `admin_factor_failed` or `admin_locked`. */
  stepUp(token: string, session: LiveSession, proof: StepUpProof, caller: Caller): Promise<OpenedSession>;
  beginTotp(session: LiveSession): Promise<Enrolment>;
  confirmTotp(session: LiveSession, ticket: string, code: string): Promise<string[] | null>;
  removeTotp(session: LiveSession): Promise<void>;
  beginPasskey(session: LiveSession): Promise<Challenge>;
  addPasskey(
    session: LiveSession,
    ticket: string,
    name: string,
    response: unknown,
  ): Promise<{ passkey: PasskeyView; recoveryCodes: string[] | null }>;
  removePasskey(session: LiveSession, id: string): Promise<void>;
  renewRecoveryCodes(session: LiveSession): Promise<string[]>;
}

export interface OwnFactorParts {
  readonly accounts: AccountStore;
  readonly sessions: SessionService;
  readonly factors: FactorService;
  readonly passkeys: PasskeyService;
  readonly passkeyStore: PasskeyStore;
  readonly flows: FlowStore;
  readonly signIn: SignInService;
  readonly audit: Audit;
  readonly secondFactor: () => 'required' | 'optional';
  readonly clock: () => number;
  readonly make: ReturnType<typeof secretMaker>;
}

const view = ({ id, name, created, lastUsed, backedUp }: Passkey): PasskeyView => ({ id, name, created, lastUsed, backedUp });

/** What administrators do with their own factors: step up, add, replace, remove. The server asks for a fresh factor before each change. */
export function createOwnFactorService(parts: OwnFactorParts): OwnFactorService {
  const { accounts, sessions, factors, passkeys, passkeyStore, flows, audit, clock, make } = parts;
  /** One step-up ceremony per session. */
  const stepUpKey = (session: LiveSession): string => digest(`step-up ${session.id}`);

  const record = (session: LiveSession, activity: 'mfa_enable' | 'mfa_disable' | 'recovery_codes', kind: string) =>
    audit.record(
      administratorChangeEvent({
        time: clock(),
        activity,
        target: session.account.username,
        by: session.account.username,
        address: session.address,
        reason: null,
        detail: { kind },
      }),
    );
  /** Ends a ceremony of this very account. */
  const takeFlow = async (session: LiveSession, ticket: string, purpose: 'own_totp' | 'own_passkey') => {
    const flow = await flows.find(digest(ticket), clock());
    if (flow === null || flow.purpose !== purpose || flow.administrator !== session.account.id)
      throw new MenshenError('ticket_invalid');
    return flow;
  };

  return {
    passkeys: async (administrator) => (await passkeyStore.of(administrator)).map(view),
    async stepUpChallenge(session) {
      const { options, challenge } = await passkeys.request(session.account);
      const expires = clock() + flowMs;
      await flows.put(stepUpKey(session), {
        purpose: 'step_up',
        administrator: session.account.id,
        methods: [],
        challenge,
        secret: null,
        expires,
      });
      return { options, expiresAt: expires };
    },
    async stepUp(token, session, proof, caller) {
      const { account } = session;
      try {
        if (proof.method === 'password') {
          const state = await factors.state(account.id);
          const allowed = parts.secondFactor() === 'optional' && state.totp === null && state.passkeys === 0;
          if (!allowed) throw new MenshenError('admin_factor_failed');
          await parts.signIn.checkPassword(await accounts.byId(account.id), account.username, proof.password, caller);
        } else {
          const flow = proof.method === 'passkey' ? await flows.consume(stepUpKey(session), clock()) : null;
          await factors.prove(account, proof, flow?.challenge ?? null);
        }
      } catch (error) {
        if (!(error instanceof MenshenError) || error.code === 'admin_login_failed')
          throw new MenshenError('admin_factor_failed');
        return await parts.signIn.refuse(error.code, proof.method, account.username, caller);
      }
      return await sessions.stepUp(token, session, proof.method);
    },
    async beginTotp(session) {
      const ticket = make.secret();
      const expiresAt = clock() + flowMs;
      const { secret, text, uri } = factors.newTotp(session.account);
      await flows.put(digest(ticket), {
        purpose: 'own_totp',
        administrator: session.account.id,
        methods: [],
        challenge: null,
        secret: Buffer.from(secret).toString('base64'),
        expires: expiresAt,
      });
      return { ticket, secret: text, uri, expiresAt };
    },
    async confirmTotp(session, ticket, code) {
      const flow = await takeFlow(session, ticket, 'own_totp');
      await factors.enrolTotp(session.account, Buffer.from(flow.secret ?? '', 'base64'), code, 'replace');
      await flows.consume(digest(ticket), clock());
      await record(session, 'mfa_enable', 'totp');
      return await factors.firstRecoveryCodes(session.account.id);
    },
    async removeTotp(session) {
      if ((await factors.state(session.account.id)).totp === null) throw new MenshenError('not_found');
      await record(session, 'mfa_disable', 'totp');
      if (!(await factors.removeTotp(session.account.id))) throw new MenshenError('last_factor');
    },
    async beginPasskey(session) {
      const ticket = make.secret();
      const expiresAt = clock() + flowMs;
      const { options, challenge } = await passkeys.creation(session.account);
      await flows.put(digest(ticket), {
        purpose: 'own_passkey',
        administrator: session.account.id,
        methods: [],
        challenge,
        secret: null,
        expires: expiresAt,
      });
      return { ticket, options, expiresAt };
    },
    async addPasskey(session, ticket, name, response) {
      await takeFlow(session, ticket, 'own_passkey');
      const flow = await flows.consume(digest(ticket), clock());
      if (flow === null || flow.challenge === null) throw new MenshenError('ticket_invalid');
      const passkey = await passkeys.register(session.account, name, response, flow.challenge);
      if (passkey === null) throw new MenshenError('admin_factor_failed');
      await record(session, 'mfa_enable', 'passkey');
      return { passkey: view(passkey), recoveryCodes: await factors.firstRecoveryCodes(session.account.id) };
    },
    async removePasskey(session, id) {
      await record(session, 'mfa_disable', 'passkey');
      const outcome = await passkeyStore.remove(id, session.account.id);
      if (outcome === 'absent') throw new MenshenError('not_found');
      if (outcome === 'last') throw new MenshenError('last_factor');
    },
    async renewRecoveryCodes(session) {
      await record(session, 'recovery_codes', 'recovery_code');
      return await factors.renewRecoveryCodes(session.account.id);
    },
  };
}
