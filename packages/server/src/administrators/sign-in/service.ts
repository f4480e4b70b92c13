import { type ErrorCode, MenshenError, type SecondFactorProof, type SignInMethod, type SignInStep } from '@menshen/contract';
import { authenticationEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { Coordination } from '../../coordination/model.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import { verifyPassword } from '../../identity/password.ts';
import type { AccountStore } from '../accounts/store.ts';
import type { Attempts } from '../attempts.ts';
import type { FactorService } from '../factors/service.ts';
import type { Account } from '../model.ts';
import type { PasskeyService } from '../passkeys/service.ts';
import { digest, type secretMaker } from '../secrets.ts';
import type { Caller, OpenedSession, SessionService } from '../sessions/service.ts';
import type { Flow, FlowStore } from './store.ts';

const flowMs = 10 * 60_000;
/** Tries of one address, whatever for. */
const maxTriesPerAddress = 60;
const triesWindowMs = 15 * 60_000;

/** A step of signing in, with the session instead of its view. */
export type Step = { readonly next: 'signed_in'; readonly opened: OpenedSession } | Exclude<SignInStep, { next: 'signed_in' }>;

export interface Enrolment {
  readonly ticket: string;
  readonly secret: string;
  readonly uri: string;
  readonly expiresAt: number;
}

export interface Challenge {
  readonly ticket: string;
  readonly options: Record<string, unknown>;
  readonly expiresAt: number;
}

export type EnrolProof =
  | { readonly method: 'totp'; readonly code: string }
  | { readonly method: 'passkey'; readonly name: string; readonly response: unknown };

export interface SignInService {
  /** Counts a try of an address; throws `admin_locked` when there were too many. */
  throttle(caller: Caller): Promise<void>;
  login(username: string, password: string, caller: Caller): Promise<Step>;
  /** What follows for an account that has shown `methods`; `complete` when a second factor is among them. */
  proceed(account: Account, methods: readonly SignInMethod[], complete: boolean, caller: Caller): Promise<Step>;
  passkeyChallenge(ticket: string | null, caller: Caller): Promise<Challenge>;
  secondFactor(ticket: string, proof: SecondFactorProof, caller: Caller): Promise<Step>;
  enrolTotp(ticket: string): Promise<Enrolment>;
  enrolPasskey(ticket: string): Promise<Challenge>;
  enrol(ticket: string, proof: EnrolProof, caller: Caller): Promise<{ opened: OpenedSession; recoveryCodes: string[] | null }>;
  /** Checks the account's password within its budget of tries; a wrong one throws `admin_login_failed`. */
  checkPassword(account: Account | null, username: string, password: string, caller: Caller): Promise<void>;
  /** Notes a refused sign-in and throws it. */
  refuse(code: ErrorCode, channel: string, username: string | null, caller: Caller): Promise<never>;
}

export interface SignInParts {
  readonly accounts: AccountStore;
  readonly sessions: SessionService;
  readonly factors: FactorService;
  readonly passkeys: PasskeyService;
  readonly flows: FlowStore;
  readonly attempts: Attempts;
  readonly audit: Audit;
  readonly coordination: Coordination;
  readonly metrics: Metrics;
  /** Whether an account without a second factor must enrol one before it may enter. */
  readonly secondFactor: () => 'required' | 'optional';
  readonly clock: () => number;
  readonly make: ReturnType<typeof secretMaker>;
}

/** Signing in to the console, step by step. A ticket stands for what was shown so far; only the last step opens a session. */
export function createSignInService(parts: SignInParts): SignInService {
  const { accounts, sessions, factors, passkeys, flows, attempts, audit, coordination, metrics, clock, make } = parts;

  const note = (code: ErrorCode, channel: string, username: string | null, caller: Caller) =>
    audit.record(
      authenticationEvent({
        time: clock(),
        requestId: null,
        app: 'console',
        channel,
        uid: username,
        address: caller.address,
        userAgent: null,
        session: null,
        code,
        activity: 'logon',
      }),
    );
  const refuse: SignInService['refuse'] = async (code, channel, username, caller) => {
    metrics.add('menshen_admin_logins_total', 'outcome="refused"');
    await note(code, channel, username, caller);
    throw new MenshenError(code);
  };

  const throttle = async (caller: Caller): Promise<void> => {
    const { count } = await coordination.counter.increment(`admin-sign-in:${caller.address}`, triesWindowMs);
    if (count <= maxTriesPerAddress) return;
    metrics.add('menshen_admin_logins_total', 'outcome="throttled"');
    // Once per window: a flood must not fill the log.
    if (count === maxTriesPerAddress + 1) await note('admin_locked', 'console', null, caller);
    throw new MenshenError('admin_locked');
  };

  const begin = async (flow: Omit<Flow, 'expires'>): Promise<{ ticket: string; expiresAt: number }> => {
    const ticket = make.secret();
    const expiresAt = clock() + flowMs;
    await flows.put(digest(ticket), { ...flow, expires: expiresAt });
    return { ticket, expiresAt };
  };

  const open = async (account: Account, methods: readonly SignInMethod[], caller: Caller): Promise<OpenedSession> => {
    const opened = await sessions.open(account, methods, caller);
    metrics.add('menshen_admin_logins_total', 'outcome="passed"');
    return opened;
  };

  /** The active account behind a ceremony. */
  const accountOf = async (flow: Flow): Promise<Account> => {
    const account = flow.administrator === null ? null : await accounts.byId(flow.administrator);
    if (account === null || account.status !== 'active') throw new MenshenError('ticket_invalid');
    return account;
  };
  const flowOf = async (ticket: string, ...purposes: Flow['purpose'][]): Promise<Flow> => {
    const flow = await flows.find(digest(ticket), clock());
    if (flow === null || !purposes.includes(flow.purpose)) throw new MenshenError('ticket_invalid');
    return flow;
  };
  /** The challenge of the ceremony, for one answer only; null when there is none or another answer took it. */
  const takeChallenge = async (ticket: string, flow: Flow): Promise<string | null> =>
    flow.challenge !== null && (await flows.takeChallenge(digest(ticket), flow.challenge)) ? flow.challenge : null;

  const checkPassword: SignInService['checkPassword'] = async (account, username, password, caller) => {
    // Strangers share one budget of tries per name, and an address from which the account came before has its own: they cannot use up its.
    const known = await sessions.isKnownAddress(account?.id ?? '', caller.address);
    const key = `password:${digest(username.toLowerCase())}:${known ? caller.address : '*'}`;
    if (!(await attempts.take(key, clock()))) return await refuse('admin_locked', 'password', account?.username ?? null, caller);
    const right = await verifyPassword(password, account?.passwordHash ?? null);
    if (!right || account === null || account.status !== 'active')
      return await refuse('admin_login_failed', 'password', account?.username ?? null, caller);
    await attempts.clear(key);
  };

  const proceed: SignInService['proceed'] = async (account, methods, complete, caller) => {
    if (account.status !== 'active') throw new MenshenError('admin_login_failed');
    if (complete) return { next: 'signed_in', opened: await open(account, methods, caller) };
    const { totp, passkeys: keys, recoveryCodes } = await factors.state(account.id);
    if (totp === null && keys === 0) {
      if (parts.secondFactor() === 'optional') return { next: 'signed_in', opened: await open(account, methods, caller) };
      const flow = await begin({ purpose: 'enrol', administrator: account.id, methods, challenge: null, secret: null });
      return { next: 'enrol', methods: ['totp', 'passkey'], ...flow };
    }
    const flow = await begin({ purpose: 'second_factor', administrator: account.id, methods, challenge: null, secret: null });
    return {
      next: 'second_factor',
      methods: [
        ...(totp === null ? [] : ['totp' as const]),
        ...(keys === 0 ? [] : ['passkey' as const]),
        ...(recoveryCodes === 0 ? [] : ['recovery_code' as const]),
      ],
      ...flow,
    };
  };

  return {
    throttle,
    refuse,
    checkPassword,
    proceed,
    async login(username, password, caller) {
      await throttle(caller);
      const account = await accounts.byName(username);
      await checkPassword(account, username, password, caller);
      if (account === null) throw new MenshenError('admin_login_failed');
      return await proceed(account, ['password'], false, caller);
    },
    async passkeyChallenge(ticket, caller) {
      await throttle(caller);
      if (ticket !== null) {
        const flow = await flowOf(ticket, 'second_factor');
        const { options, challenge } = await passkeys.request(await accountOf(flow));
        await flows.setChallenge(digest(ticket), challenge);
        return { ticket, options, expiresAt: flow.expires };
      }
      const { options, challenge } = await passkeys.request(null);
      return { options, ...(await begin({ purpose: 'passkey', administrator: null, methods: [], challenge, secret: null })) };
    },
    async secondFactor(ticket, proof, caller) {
      await throttle(caller);
      const flow = await flowOf(ticket, 'second_factor', 'passkey');
      const challenge = proof.method === 'passkey' ? await takeChallenge(ticket, flow) : null;
      let account: Account;
      if (flow.purpose === 'passkey') {
        const seen =
          proof.method === 'passkey' && challenge !== null
            ? await passkeys.assert(null, proof.response, challenge)
            : ({ outcome: 'wrong' } as const);
        const owner = seen.outcome === 'wrong' ? null : await accounts.byId(seen.administrator);
        if (seen.outcome === 'counter' && owner !== null) await factors.alarmCounter(owner);
        if (seen.outcome !== 'right' || owner === null || owner.status !== 'active')
          return await refuse('admin_factor_failed', 'passkey', owner?.username ?? null, caller);
        account = owner;
      } else {
        account = await accountOf(flow);
        try {
          await factors.prove(account, proof, challenge);
        } catch (error) {
          if (error instanceof MenshenError) return await refuse(error.code, proof.method, account.username, caller);
          throw error;
        }
      }
      // Consumed before it grants, so that one ticket opens one session.
      if ((await flows.consume(digest(ticket), clock())) === null) throw new MenshenError('ticket_invalid');
      return { next: 'signed_in', opened: await open(account, [...flow.methods, proof.method], caller) };
    },
    async enrolTotp(ticket) {
      const flow = await flowOf(ticket, 'enrol');
      const account = await accountOf(flow);
      // Asked for twice, it is the same secret: an app may have scanned it already.
      if (flow.secret !== null) {
        const { text, uri } = factors.uriOf(account, Buffer.from(flow.secret, 'base64'));
        return { ticket, secret: text, uri, expiresAt: flow.expires };
      }
      const { secret, text, uri } = factors.newTotp(account);
      await flows.setSecret(digest(ticket), Buffer.from(secret).toString('base64'));
      return { ticket, secret: text, uri, expiresAt: flow.expires };
    },
    async enrolPasskey(ticket) {
      const flow = await flowOf(ticket, 'enrol');
      const { options, challenge } = await passkeys.creation(await accountOf(flow));
      await flows.setChallenge(digest(ticket), challenge);
      return { ticket, options, expiresAt: flow.expires };
    },
    async enrol(ticket, proof, caller) {
      await throttle(caller);
      const flow = await flowOf(ticket, 'enrol');
      const account = await accountOf(flow);
      const state = await factors.state(account.id);
      // Two who hold the password at the same time: the first to enrol wins, and the other must show that factor.
      if (state.totp !== null || state.passkeys > 0) throw new MenshenError('ticket_invalid');
      if (proof.method === 'totp') {
        if (flow.secret === null) throw new MenshenError('ticket_invalid');
        await factors.enrolTotp(account, Buffer.from(flow.secret, 'base64'), proof.code, 'first');
      } else {
        const challenge = await takeChallenge(ticket, flow);
        const passkey = challenge === null ? null : await passkeys.register(account, proof.name, proof.response, challenge);
        if (passkey === null) throw new MenshenError('admin_factor_failed');
      }
      if ((await flows.consume(digest(ticket), clock())) === null) throw new MenshenError('ticket_invalid');
      const recoveryCodes = await factors.firstRecoveryCodes(account.id);
      return { opened: await open(account, [...flow.methods, proof.method], caller), recoveryCodes };
    },
  };
}
