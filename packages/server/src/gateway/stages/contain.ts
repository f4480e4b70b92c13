import { type ErrorCode, type Language, languageOf, MenshenError } from '@menshen/contract';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';
import type { Session } from '../../identity/model.ts';
import { createMembers } from '../../respond/containment/scope.ts';
import {
  type ContainmentSnapshot,
  firstHeld,
  type Held,
  type Holds,
  heldAddress,
  isHeld,
} from '../../respond/containment/snapshot.ts';
import { clientVersionOf } from '../app-version.ts';
import type { RequestContext } from '../context.ts';
import type { ClientRequest } from '../http1/client-request.ts';
import type { Metrics } from '../metrics.ts';
import type { Refusal } from '../refusal.ts';
import type { CompiledApp, Runtime } from '../runtime.ts';

/** Methods that change nothing (RFC 9110 §9.2.1). */
const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** A measure may be lifted long before its end: clients ask again after at most so many seconds. */
const longestWait = 300;

export interface ContainServices {
  readonly containment: Pick<ContainmentSnapshot, 'holds'>;
  readonly directory: () => DirectorySnapshot;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly clock: () => number;
}

/** What of the measures in force is looked at where. Each says no in every mode of the gateway: somebody decided so just now. */
export interface Contain {
  /** Once app and route are known. */
  onRoute(context: RequestContext): Refusal | undefined;
  /** Once it is known who asks, or that nobody does. */
  onSession(context: RequestContext): Refusal | undefined;
  /** Whether anything stands at all. */
  standing(): boolean;
  /** For the gateway's own endpoints: the session behind a call. */
  ownCall(session: Session, request: Pick<ClientRequest, 'headers'>): Refusal | undefined;
  /** For logins: whether the app, and the version that asks, may open sessions. @throws MenshenError */
  assertLogin(app: string, request: Pick<ClientRequest, 'headers'>, build: string | null): void;
  /** Whether what an open socket was permitted by is contained now. */
  holdsSocket(context: RequestContext): boolean;
}

/** Refuses an address that a measure blocks in every app. */
export function containAddress(services: ContainServices, address: string, now: number): Refusal | undefined {
  const { holds } = services.containment;
  if (holds === null) return undefined;
  const held = heldAddress(holds, address, null, now);
  return held === null ? undefined : refusal(services, held, 'address_refused', now);
}

export function createContain(services: ContainServices): Contain {
  const members = createMembers(services.directory);

  const appRefusal = (holds: Holds, app: string, language: Language, now: number): Refusal | undefined => {
    const stop = firstHeld(holds.apps.get(app)?.stopped, now);
    return stop === null ? undefined : closed(services, stop, 'app_stopped', stop.target.notice, language, now);
  };

  const versionRefusal = (holds: Holds, app: string, versions: readonly (string | null)[], now: number): Refusal | undefined => {
    const stopped = holds.apps.get(app)?.versions;
    if (stopped === undefined || stopped.size === 0) return undefined;
    for (const version of versions) {
      const held = version === null ? null : firstHeld(stopped.get(version), now);
      if (held !== null) return refusal(services, held, 'app_version_refused', now);
    }
    return undefined;
  };

  /** Sessions that were ended by a rule, and accounts that are locked. */
  const sessionRefusal = (holds: Holds, session: Session, version: string | null, now: number): Refusal | undefined => {
    const lock = firstHeld(holds.locks.get(session.person.uid), now);
    if (lock !== null) return refusal(services, lock, 'account_locked', now);
    for (const held of holds.ended) {
      if (isHeld(held, now) && session.created <= held.since && members.ends(held.target, session, version))
        return refusal(services, held, 'session_revoked', now);
    }
    return undefined;
  };

  const onRoute = (context: RequestContext): Refusal | undefined => {
    const { holds } = services.containment;
    const { app, route, arrived: now, request } = context;
    if (holds === null || app === null || route === null) return undefined;
    const language = languageOf(request.headers['accept-language']);
    const stopped = appRefusal(holds, app.id, language, now);
    if (stopped !== undefined) return stopped;
    const blocked = heldAddress(holds, context.address, app.id, now);
    if (blocked !== null) return refusal(services, blocked, 'address_refused', now);
    const old = versionRefusal(holds, app.id, [clientVersionOf(request)?.version ?? null], now);
    if (old !== undefined) return old;
    const isolated = isolationOf(holds, context, now);
    // Who is named as a person is known only later, and must say so with the request.
    if (isolated !== null && (isolated.persons.size === 0 || request.headers.authorization === undefined))
      return closed(services, isolated.held, 'backend_isolated', isolated.held.target.notice, language, now);
    const mine = holds.apps.get(app.id);
    if (mine === undefined) return undefined;
    const routeStop = firstHeld(mine.routes.get(route.match), now);
    if (routeStop !== null) return closed(services, routeStop, 'route_stopped', undefined, language, now);
    const readOnly = safe.has(context.method) && context.socket !== true ? null : firstHeld(mine.readOnly, now);
    if (readOnly !== null) return closed(services, readOnly, 'app_read_only', readOnly.target.notice, language, now);
    if (route.guard === null || route.guard.act === null || mine.campaigns.size === 0) return undefined;
    // Where a route serves several campaigns, the guard asks once it knows which is meant.
    const campaigns = route.guard.campaigns.map(({ id }) => firstHeld(mine.campaigns.get(id), now));
    const [campaign = null] = campaigns;
    return campaign !== null && campaigns.every((held) => held !== null)
      ? refusal(services, campaign, 'guard_campaign_stopped', now)
      : undefined;
  };

  const onSession = (context: RequestContext): Refusal | undefined => {
    const { holds } = services.containment;
    const { app, route, session, arrived: now, request } = context;
    if (holds === null || app === null || route === null) return undefined;
    const isolated = isolationOf(holds, context, now);
    if (isolated !== null && (session === null || !isolated.persons.has(session.person.uid))) {
      const language = languageOf(request.headers['accept-language']);
      return closed(services, isolated.held, 'backend_isolated', isolated.held.target.notice, language, now);
    }
    if (session === null) return undefined;
    const version = clientVersionOf(request)?.version ?? null;
    const refused = sessionRefusal(holds, session, version, now) ?? versionRefusal(holds, app.id, [session.build], now);
    if (refused !== undefined || route.auth === 'none') return refused;
    for (const held of holds.stepUps) {
      if (!isHeld(held, now) || (session.secondFactorAt ?? 0) >= held.since || !members.covers(held.target, session)) continue;
      return { ...refusal(services, held, 'mfa_required', now), extra: { form: 'freshness', reasons: [] } };
    }
    return undefined;
  };

  return {
    onRoute,
    onSession,
    standing: () => services.containment.holds !== null,
    ownCall(session, request) {
      const { holds } = services.containment;
      if (holds === null) return undefined;
      const now = services.clock();
      const version = clientVersionOf(request)?.version ?? null;
      const language = languageOf(request.headers['accept-language']);
      return (
        sessionRefusal(holds, session, version, now) ??
        appRefusal(holds, session.app, language, now) ??
        versionRefusal(holds, session.app, [version, session.build], now)
      );
    },
    assertLogin(app, request, build) {
      const { holds } = services.containment;
      if (holds === null) return;
      const now = services.clock();
      const language = languageOf(request.headers['accept-language']);
      const version = clientVersionOf(request)?.version ?? null;
      const refused = appRefusal(holds, app, language, now) ?? versionRefusal(holds, app, [version, build], now);
      if (refused !== undefined) throw thrown(refused);
    },
    holdsSocket(context) {
      if (services.containment.holds === null) return false;
      const now = { ...context, arrived: services.clock() };
      return (
        containAddress(services, context.address, now.arrived) !== undefined ||
        onRoute(now) !== undefined ||
        onSession(now) !== undefined
      );
    },
  };
}

type Step = (context: RequestContext) => Refusal | undefined | Promise<Refusal | undefined>;

/** A step after which it is known who asks, and then what measures say to that. They go before what the step says, which monitor mode would only note. */
export function containing(step: Step, contain: Contain): Step {
  return (context) => {
    const said = step(context);
    if (!contain.standing()) return said;
    if (said instanceof Promise) return said.then((refusal) => contain.onSession(context) ?? refusal);
    return contain.onSession(context) ?? said;
  };
}

/** A refusal of the gateway's own endpoints as an error; its fields travel with it. */
export function thrown({ code, retryAfter, extra }: Refusal): MenshenError {
  const message = extra?.['message'];
  return new MenshenError(code, {
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(typeof message === 'string' ? { message } : {}),
  });
}

/** The isolation that keeps a request from its backend, by its address; null when none does. Apps with one backend are isolated together. */
function isolationOf({ isolations }: Holds, { app, runtime, address }: RequestContext, now: number) {
  if (app === null) return null;
  for (const isolation of isolations) {
    const { held, addresses } = isolation;
    if (!isHeld(held, now) || !sameBackend(runtime, held.target.app, app)) continue;
    if (addresses.size === 0 || !addresses.has(address)) return isolation;
  }
  return null;
}

const sameBackend = (runtime: Runtime, isolated: string, app: CompiledApp): boolean =>
  isolated === app.id || runtime.apps.get(isolated)?.origin === app.origin;

function refusal({ metrics }: ContainServices, held: Held, code: ErrorCode, now: number): Refusal {
  held.count.unwritten += 1;
  held.count.last = now;
  metrics.add('menshen_contained_total', `kind="${held.kind}"`);
  return { code, where: `measure ${held.id}`, hard: true };
}

/** Something that is closed for a while: people read why, in words that the company chose or in ours, and when to come again. */
function closed(
  services: ContainServices,
  held: Held,
  code: ErrorCode,
  notice: { readonly zh: string; readonly en: string } | undefined,
  language: Language,
  now: number,
): Refusal {
  const retryAfter = Math.max(1, Math.min(longestWait, Math.ceil((held.until - now) / 1_000)));
  return {
    ...refusal(services, held, code, now),
    retryAfter,
    ...(notice === undefined ? {} : { extra: { message: notice[language] } }),
  };
}
