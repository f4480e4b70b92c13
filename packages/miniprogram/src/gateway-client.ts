import {
  type BindingProof,
  type BindingWay,
  bearer,
  clientEndpoints,
  type LoginBody,
  type LoginGrant,
  type SessionState,
} from '@menshen/wire';
import { createAbort } from './abort.ts';
import { localError } from './error.ts';
import type { HttpMethod } from './platform.ts';
import { type Refusal, readFields, readRefusal } from './refusal.ts';
import type { StoredSession } from './session-store.ts';
import type { Settings } from './settings.ts';
import type { Transport } from './transport.ts';

/** The outcome of a login or of a binding. */
export type LoginOutcome =
  | { readonly kind: 'granted'; readonly session: StoredSession }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'binding'; readonly refusal: Refusal; readonly ticket: string; readonly ways: readonly BindingWay[] };

/** The gateway's own endpoints. Each call is one request; it rejects with a {@link MenshenError} when no usable answer arrives. */
export interface GatewayClient {
  login(code: string): Promise<LoginOutcome>;
  bind(ticket: string, proof: BindingProof): Promise<LoginOutcome>;
  /** Resolves to the refusal, or to `null` when the session is ended. */
  logout(token: string): Promise<Refusal | null>;
  session(token: string): Promise<SessionState | Refusal>;
}

export function createGatewayClient(settings: Settings, transport: Transport): GatewayClient {
  const { language } = settings;

  const call = async (method: HttpMethod, path: string, body: object | null, token: string | null) => {
    const header = { 'accept-language': language, ...(token === null ? {} : { authorization: bearer(token) }) };
    const answer = await transport.send(
      {
        method,
        url: settings.origin + path,
        header: body === null ? {} : { 'content-type': 'application/json' },
        body: body === null ? undefined : JSON.stringify(body),
        dataType: 'json',
        responseType: 'text',
        timeoutMs: settings.timeoutMs,
      },
      header,
      { abort: createAbort(), urgent: true },
    );
    const refusal = readRefusal(answer, language);
    // Something between phone and gateway spoke, such as the page of a hotel's network.
    if (refusal === null && (answer.status < 200 || answer.status > 299)) throw localError('answer_invalid', language);
    return { refusal, fields: readFields(answer.data) };
  };

  const outcome = ({ refusal, fields }: Awaited<ReturnType<typeof call>>): LoginOutcome => {
    if (refusal === null) {
      if (!isGrant(fields)) throw localError('answer_invalid', language);
      const { token, user, assurance, expiresAt, idleSeconds } = fields;
      return { kind: 'granted', session: { token, user, assurance, expiresAt, idleSeconds } };
    }
    const { ticket, ways } = refusal.fields;
    if (refusal.error.code !== 'binding_required' || typeof ticket !== 'string') return { kind: 'refused', refusal };
    return { kind: 'binding', refusal, ticket, ways: Array.isArray(ways) ? (ways as readonly BindingWay[]) : [] };
  };

  return {
    async login(code) {
      const body: LoginBody = { app: settings.app, channel: settings.device.channel, code, device: settings.device.hint };
      return outcome(await call('POST', clientEndpoints.login, body, null));
    },
    bind: async (ticket, proof) => outcome(await call('POST', clientEndpoints.bind, { ticket, ...proof }, null)),
    logout: async (token) => (await call('POST', clientEndpoints.logout, null, token)).refusal,
    async session(token) {
      const { refusal, fields } = await call('GET', clientEndpoints.session, null, token);
      if (refusal !== null) return refusal;
      if (!isState(fields)) throw localError('answer_invalid', language);
      return fields;
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
