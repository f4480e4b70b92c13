import {
  type BindingProof,
  type BindingWay,
  type ClientSuite,
  deviceHeader,
  encodeBase64url,
  type LoginBody,
  type LoginGrant,
  openAnswer,
  packSessionKeys,
  parseSessionToken,
  reservedPathPrefix,
  type SealedPurpose,
  type SessionState,
  sealLogin,
  type TicketBody,
} from '@menshen/wire';
import { createAbort } from '../abort.ts';
import { answerInvalid, localError } from '../error.ts';
import type { HttpMethod } from '../phone/platform.ts';
import type { RandomPool } from '../phone/random-pool.ts';
import type { Runtime } from '../phone/runtime.ts';
import type { ServerClock } from '../phone/server-clock.ts';
import { fetchUserKey } from '../phone/user-key.ts';
import type { StoredSession } from '../session/session-store.ts';
import type { Settings } from '../settings.ts';
import { type Refusal, readFields } from './refusal.ts';
import type { Sender } from './sender.ts';

/** The outcome of a login or of a binding. */
export type LoginOutcome =
  | { readonly kind: 'granted'; readonly session: StoredSession }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Refused for something that is set right now, before the gateway looked at the code: the clock, or which pinned key to use. */
  | { readonly kind: 'again'; readonly refusal: Refusal }
  | { readonly kind: 'binding'; readonly refusal: Refusal; readonly ticket: string; readonly ways: readonly BindingWay[] };

/** The gateway's own endpoints. Each call is one request; it rejects with a {@link MenshenError} when no usable answer arrives. */
export interface GatewayClient {
  login(code: string): Promise<LoginOutcome>;
  bind(ticket: string, proof: BindingProof): Promise<LoginOutcome>;
  /** Resolves to the refusal, or to `null` when the session is ended. */
  logout(session: StoredSession): Promise<Refusal | null>;
  session(session: StoredSession): Promise<SessionState | Refusal>;
  /** One call of `mfa` and what is below it: a POST of the body, or a GET. Rejects with the refusal. */
  mfa(session: StoredSession, path: string, body: object | null, device: string | null): Promise<Fields>;
  /** A single-use ticket for an upload or a socket. */
  ticket(session: StoredSession, body: TicketBody): Promise<string | Refusal>;
}

export interface GatewayClientParts {
  readonly settings: Settings;
  readonly runtime: Runtime;
  readonly sender: Sender;
  readonly suite: ClientSuite;
  readonly random: RandomPool;
  readonly clock: ServerClock;
}

/** Random bytes of one sealed request: two private keys and a nonce. */
const sealBytes = 32 + 16 + 32;

export function createGatewayClient(parts: GatewayClientParts): GatewayClient {
  const { settings, runtime, sender, suite, random, clock } = parts;
  const { locale, serverKeys } = settings;
  // Which of the pinned keys; moves on when the gateway no longer knows it.
  let keyIndex = 0;

  const call = async (
    method: HttpMethod,
    name: string,
    body: object | null,
    session: StoredSession | null,
    device: string | null = null,
  ) => {
    const sentAt = runtime.now();
    const { answer, refusal } = await sender.send(
      {
        method,
        url: `${settings.origin}${reservedPathPrefix}v1/${name}`,
        header: {
          ...(body === null ? {} : { 'content-type': 'application/json' }),
          ...(device === null ? {} : { [deviceHeader]: device }),
        },
        body: body === null ? undefined : JSON.stringify(body),
        dataType: 'json',
        responseType: 'text',
        limitMs: settings.timeoutMs,
      },
      session,
      { abort: createAbort(), urgent: true },
    );
    // Something between phone and gateway spoke, such as the page of a hotel's network.
    if (refusal === null && (answer.status < 200 || answer.status > 299)) throw answerInvalid(locale);
    return { refusal, fields: readFields(answer.data), sentAt };
  };

  const granted = (fields: Fields, sentAt: number, keys: StoredSession['keys']): LoginOutcome => {
    if (!isGrant(fields)) throw answerInvalid(locale);
    clock.learn(fields.serverTime, sentAt);
    const { token, user, assurance, expiresAt, idleSeconds } = fields;
    return {
      kind: 'granted',
      session: { token, user, assurance, expiresAt, idleSeconds, ...(keys === undefined ? {} : { keys }) },
    };
  };

  const refused = (refusal: Refusal): LoginOutcome => {
    const { code } = refusal.error;
    const { ticket, ways } = refusal.fields;
    if (serverKeys.length > 0 && code === 'clock_skew') return { kind: 'again', refusal };
    if (code === 'server_key_unknown' && keyIndex + 1 < serverKeys.length) {
      keyIndex += 1;
      return { kind: 'again', refusal };
    }
    if (code !== 'binding_required' || typeof ticket !== 'string') return { kind: 'refused', refusal };
    return { kind: 'binding', refusal, ticket, ways: Array.isArray(ways) ? (ways as readonly BindingWay[]) : [] };
  };

  /** In clear for an app that pins no key; otherwise sealed to the pinned key, and nothing but a sealed answer is a login. */
  const enter = async (purpose: SealedPurpose, body: object): Promise<LoginOutcome> => {
    const serverKey = serverKeys[keyIndex];
    if (serverKey === undefined) {
      const { refusal, fields, sentAt } = await call('POST', purpose, body, null);
      return refusal === null ? granted(fields, sentAt, undefined) : refused(refusal);
    }
    const { app } = settings;
    const bytes = await random.take(sealBytes);
    const { message, pending } = sealLogin(suite, { purpose, serverKey, app, body, timestamp: clock.now() }, bytes);
    const { refusal, fields, sentAt } = await call('POST', purpose, message, null);
    if (refusal !== null) return refused(refusal);
    const confirmed = openAnswer(suite, pending, fields);
    if (confirmed === null) throw localError('server_not_authentic', locale);
    const inner = readFields(confirmed.body);
    if (typeof inner.token !== 'string' || parseSessionToken(inner.token) === null) throw answerInvalid(locale);
    const { keyVersion, userKeyVersion } = confirmed;
    const userKey = userKeyVersion === null ? null : await fetchUserKey(settings, runtime, userKeyVersion);
    const packed = encodeBase64url(packSessionKeys(confirmed.keys(userKey)));
    return granted(inner, sentAt, { version: keyVersion, packed });
  };

  return {
    login(code) {
      const body: LoginBody = { app: settings.app, channel: settings.device.channel, code, device: settings.device.hint };
      return enter('login', body);
    },
    bind: (ticket, proof) => enter('bind', { ticket, ...proof }),
    logout: async (session) => (await call('POST', 'logout', null, session)).refusal,
    async session(session) {
      const { refusal, fields, sentAt } = await call('GET', 'session', null, session);
      if (refusal !== null) return refusal;
      if (!isState(fields)) throw answerInvalid(locale);
      clock.learn(fields.serverTime, sentAt);
      return fields;
    },
    async mfa(session, path, body, device) {
      const { refusal, fields } = await call(body === null ? 'GET' : 'POST', `mfa${path}`, body, session, device);
      if (refusal !== null) throw refusal.error;
      return fields;
    },
    async ticket(session, body) {
      const { refusal, fields } = await call('POST', 'ticket', body, session);
      if (refusal !== null) return refusal;
      if (typeof fields.ticket !== 'string') throw answerInvalid(locale);
      return fields.ticket;
    },
  };
}

/** Members of an answer, unchecked. */
export type Fields = Readonly<Record<string, unknown>>;

function isState(fields: Fields): fields is Fields & SessionState {
  return (
    typeof fields.user === 'object' &&
    fields.user !== null &&
    typeof fields.assurance === 'number' &&
    typeof fields.expiresAt === 'number'
  );
}

function isGrant(fields: Fields): fields is Fields & LoginGrant {
  return typeof fields.token === 'string' && isState(fields);
}
