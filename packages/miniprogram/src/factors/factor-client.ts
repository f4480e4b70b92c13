import { createAbort } from '../abort.ts';
import type { Runtime } from '../phone/runtime.ts';
import type { Fields, GatewayClient } from '../requests/gateway-client.ts';
import type { KeptValue } from '../session/kept-value.ts';
import type { SessionManager } from '../session/session-manager.ts';
import { withSession } from '../session/with-session.ts';
import type { Settings } from '../settings.ts';
import type { Factors } from './factor-types.ts';
import { proveBySoter } from './soter.ts';

export interface FactorClientParts {
  readonly settings: Settings;
  readonly runtime: Runtime;
  readonly gateway: GatewayClient;
  readonly sessions: SessionManager;
  /** Names this phone as one on which the person has proved a factor before; it opens nothing. Survives logouts. */
  readonly knownDevice: KeptValue<string>;
}

/** Calls of the gateway's second-factor endpoints. */
export interface FactorClient {
  readonly factors: Factors;
  /** Posts to `mfa/NAME`. A new token and a new name of the phone in the answer are taken over before it is handed on. `bare`: without the phone's name. */
  post(name: string, body: object, bare?: true): Promise<Fields>;
}

const deviceForm = /^mdv1\.[\w-]{43}$/;

export function createFactorClient({ settings, runtime, gateway, sessions, knownDevice }: FactorClientParts): FactorClient {
  let device: string | null = null;

  const call = (name: string, body: object | null, bare?: true): Promise<Fields> =>
    withSession(sessions, settings.locale, createAbort(), async (session) => {
      device = device || (await knownDevice.load());
      const own = device === null ? {} : { device };
      const answer =
        body === null
          ? await gateway.mfa(session, name, null, device)
          : await gateway.mfa(session, name, bare ? body : { ...own, ...body }, null);
      // Of an enrolment the grant is a part, of a step-up it is the answer.
      const grant = (answer.grant || answer) as Fields;
      if (typeof grant.device === 'string' && deviceForm.test(grant.device)) {
        device = grant.device;
        void knownDevice.save(device);
      }
      if (grant.token !== undefined) sessions.adopt(session, grant);
      return answer;
    });

  const post: FactorClient['post'] = (name, body, bare) => call(`/${name}`, body, bare);
  // The answers are the contract's; a test holds the types of both together.
  const typed = <T>(answer: Promise<Fields>): Promise<T> => answer as Promise<unknown> as Promise<T>;

  return {
    post,
    factors: {
      list: () => typed(call('', null)),
      sendCode: (by) => typed(post('code', { by })),
      enrol: (request) => typed(post('enrol', request)),
      confirm: async (confirmation) => {
        // The token is not the app's to see.
        const { grant: _grant, ...rest } = await post('enrol/confirm', confirmation);
        return typed(Promise.resolve(rest));
      },
      remove: (request) => typed(post('remove', request, true)),
      recovery: (request) => typed(post('recovery', request || {}, true)),
      soter: (challenge, mode) => proveBySoter(settings, runtime, challenge, mode),
    },
  };
}
