import { type AdministratorPower, type Endpoint, MenshenError, type TokenScope } from '@menshen/contract';
import type { FastifyRequest } from 'fastify';
import { consoleRefusalEvent } from '../administrators/events.ts';
import { powersOf } from '../administrators/model.ts';
import { sameText } from '../administrators/secrets.ts';
import type { Administrators } from '../administrators/service.ts';
import { assertAddress } from '../administrators/sessions/service.ts';
import type { LiveSession } from '../administrators/sessions/store.ts';
import { hasScope, type TokenPrincipal } from '../administrators/tokens/service.ts';
import type { Audit } from '../audit/service.ts';
import type { Coordination } from '../coordination/model.ts';
import { plainAddress } from '../gateway/address.ts';
import type { Metrics } from '../gateway/metrics.ts';

export const sessionCookie = 'menshen_console';
const anonymousWindowMs = 15 * 60_000;
/** Refusals that say that somebody tried what is not theirs. */
const noted = new Set([
  'power_not_held',
  'power_conflict',
  'own_account',
  'approval_invalid',
  'break_glass_refused',
  'token_invalid',
  'token_scope',
  'address_refused',
  'csrf_refused',
]);

/** Who came in: a session, a machine, or on public endpoints neither. */
export interface Entry {
  readonly session: LiveSession | null;
  readonly token: TokenPrincipal | null;
}

/** What may call: a session with one of the powers, a token with one of the scopes. */
export interface Admission {
  readonly powers: readonly AdministratorPower[];
  readonly scopes?: readonly TokenScope[];
}

export interface Gate {
  /** Lets a caller in by what the endpoint declares; what it does not declare is refused. Throws MenshenError. */
  enter(endpoint: Endpoint, request: FastifyRequest): Promise<Entry>;
  /** As {@link Gate.enter}, for routes outside the contract. */
  admit(admission: Admission, request: FastifyRequest): Promise<Entry>;
  /** Writes of a browser come from the console's own pages: same origin where the browser says it, and with the session's CSRF token. */
  checkOrigin(request: FastifyRequest, entry: Entry): void;
  /** The age of the caller's last proof. Throws `step_up_required`. */
  checkFresh(endpoint: Endpoint, entry: Entry): void;
  /** Uses up the approval that a call needs. Resolves to who approved; null where none was needed or nobody had to. */
  checkApproval(
    endpoint: Endpoint,
    call: { params: unknown; query: unknown; body: unknown },
    request: FastifyRequest,
    entry: Entry,
  ): Promise<string | null>;
  /** Records a refusal that is worth one. */
  note(error: unknown, endpoint: Endpoint, request: FastifyRequest, by: string): Promise<void>;
}

export interface GateParts {
  readonly administrators: Administrators;
  readonly audit: Audit;
  readonly coordination: Coordination;
  readonly metrics: Metrics;
  /** Where administrators may come from; anywhere when empty. */
  readonly allowAddresses: () => readonly string[];
  readonly clock: () => number;
}

export const addressOf = (request: FastifyRequest): string => plainAddress(request.ip);

/** The door of the control plane: deny by default, powers of administrators and scopes of machines kept apart. */
export function createGate(parts: GateParts): Gate {
  const { administrators, audit, coordination, metrics, clock } = parts;

  const admit: Gate['admit'] = async ({ powers, scopes = [] }, request) => {
    const address = addressOf(request);
    const token = await administrators.tokens.authenticate(request.headers.authorization, address);
    if (token !== null) {
      if (!hasScope(token, scopes)) throw new MenshenError('token_scope');
      return { session: null, token };
    }
    assertAddress(parts.allowAddresses(), address);
    const cookie = request.cookies[sessionCookie];
    const session = cookie === undefined ? null : await administrators.sessions.authenticate(cookie, address);
    if (session === null) throw new MenshenError('admin_session_missing');
    if (!powersOf(session.account.power).some((power) => powers.includes(power))) throw new MenshenError('power_not_held');
    return { session, token: null };
  };

  return {
    admit,
    async enter(endpoint, request) {
      if (endpoint.access !== 'public')
        return await admit({ powers: endpoint.powers ?? [], scopes: endpoint.scopes ?? [] }, request);
      assertAddress(parts.allowAddresses(), addressOf(request));
      return { session: null, token: null };
    },
    checkOrigin(request, { session, token }) {
      // A token is in no browser's jar: nobody can make a browser send it.
      if (token !== null) return;
      const site = request.headers['sec-fetch-site'];
      if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new MenshenError('csrf_refused');
      const { origin } = request.headers;
      if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== request.headers.host))
        throw new MenshenError('csrf_refused');
      if (session === null) return;
      const presented = request.headers['x-menshen-csrf'];
      if (typeof presented !== 'string' || !sameText(presented, session.csrf)) throw new MenshenError('csrf_refused');
    },
    checkFresh({ stepUpSeconds }, { session, token }) {
      if (stepUpSeconds === undefined || token !== null) return;
      if (session === null || clock() - session.verifiedAt > stepUpSeconds * 1_000)
        throw new MenshenError('step_up_required', { maxAgeSeconds: stepUpSeconds });
    },
    async checkApproval(endpoint, call, request, { session }) {
      if (!administrators.approvals.needed(endpoint, call)) return null;
      // A machine has no second pair of eyes.
      if (session === null) throw new MenshenError('approval_required', { endpoint: endpoint.id });
      const id = request.headers['x-menshen-approval'];
      return await administrators.approvals.spend(
        endpoint,
        call,
        session.account,
        typeof id === 'string' ? id.slice(0, 64) : null,
      );
    },
    async note(error, endpoint, request, by) {
      if (!(error instanceof MenshenError) || !noted.has(error.code)) return;
      metrics.add('menshen_admin_refusals_total', `code="${error.code}"`);
      const address = addressOf(request);
      // A stranger's refusals are noted once per window and address: a flood must not fill the log.
      if (by === 'anonymous' && !(await coordination.useNonce(`console-refusal:${error.code}:${address}`, anonymousWindowMs)))
        return;
      await audit.record(
        consoleRefusalEvent({
          time: clock(),
          requestId: request.id,
          operation: endpoint.id,
          method: endpoint.method,
          path: endpoint.path,
          by,
          address,
          code: error.code,
        }),
      );
    },
  };
}
