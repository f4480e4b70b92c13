import {
  type BindingProof,
  type BindingWay,
  type ClientSuite,
  clientEndpoints,
  encodeBase64url,
  type LoginBody,
  type LoginGrant,
  openAnswer,
  packSessionKeys,
  parseSessionToken,
  type SealedPurpose,
  type SessionState,
  sealLogin,
  type TicketBody,
} from '@menshen/wire';
import { createAbort } from './abort.ts';
import { localError } from './error.ts';
import type { HttpMethod } from './platform.ts';
import type { RandomPool } from './random-pool.ts';
import { type Refusal, readFields } from './refusal.ts';
import type { Runtime } from './runtime.ts';
import type { Sender } from './sender.ts';
import type { ServerClock } from './server-clock.ts';
import type { StoredSession } from './session-store.ts';
import type { Settings } from './settings.ts';
import { fetchUserKey } from './user-key.ts';

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
  const { language, serverKeys } = settings;
  // Which of the pinned keys; moves on when the gateway no longer knows it.
  let keyIndex = 0;

  const call = async (method: HttpMethod, path: string, body: object | null, session: StoredSession | null) => {
    const sentAt = runtime.now();
    const { answer, refusal } = await sender.send(
      {
        method,
        url: settings.origin + path,
        header: body === null ? {} : { 'content-type': 'application/json' },
        body: body === null ? undefined : JSON.stringify(body),
        dataType: 'json',
        responseType: 'text',
        timeoutMs: settings.timeoutMs,
      },
      session,
      { abort: createAbort(), urgent: true },
    );
    // Something between phone and gateway spoke, such as the page of a hotel's network.
    if (refusal === null && (answer.status < 200 || answer.status > 299)) throw localError('answer_invalid', language);
    return { refusal, fields: readFields(answer.data), sentAt };
  };

  const granted = (fields: Fields, sentAt: number, keys: StoredSession['keys']): LoginOutcome => {
    if (!isGrant(fields)) throw localError('answer_invalid', language);
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
  const enter = async (purpose: SealedPurpose, path: string, body: object): Promise<LoginOutcome> => {
    const serverKey = serverKeys[keyIndex];
    if (serverKey === undefined) {
      const { refusal, fields, sentAt } = await call('POST', path, body, null);
      return refusal === null ? granted(fields, sentAt, undefined) : refused(refusal);
    }
    const { app } = settings;
    const bytes = await random.take(sealBytes);
    const { message, pending } = sealLogin(suite, { purpose, serverKey, app, body, timestamp: clock.now() }, bytes);
    const { refusal, fields, sentAt } = await call('POST', path, message, null);
    if (refusal !== null) return refused(refusal);
    const confirmed = openAnswer(suite, pending, fields);
    if (confirmed === null) throw localError('server_not_authentic', language);
    const inner = readFields(confirmed.body);
    if (typeof inner.token !== 'string' || parseSessionToken(inner.token) === null) throw localError('answer_invalid', language);
    const { keyVersion, userKeyVersion } = confirmed;
    const userKey = userKeyVersion === null ? null : await fetchUserKey(settings, runtime, userKeyVersion);
    const packed = encodeBase64url(packSessionKeys(confirmed.keys(userKey)));
    return granted(inner, sentAt, { version: keyVersion, packed });
  };

  return {
    login(code) {
      const body: LoginBody = { app: settings.app, channel: settings.device.channel, code, device: settings.device.hint };
      return enter('login', clientEndpoints.login, body);
    },
    bind: (ticket, proof) => enter('bind', clientEndpoints.bind, { ticket, ...proof }),
    logout: async (session) => (await call('POST', clientEndpoints.logout, null, session)).refusal,
    async session(session) {
      const { refusal, fields, sentAt } = await call('GET', clientEndpoints.session, null, session);
      if (refusal !== null) return refusal;
      if (!isState(fields)) throw localError('answer_invalid', language);
      clock.learn(fields.serverTime, sentAt);
      return fields;
    },
    async ticket(session, body) {
      const { refusal, fields } = await call('POST', clientEndpoints.ticket, body, session);
      if (refusal !== null) return refusal;
      if (typeof fields.ticket !== 'string') throw localError('answer_invalid', language);
      return fields.ticket;
    },
  };
}

type Fields = Readonly<Record<string, unknown>>;

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
