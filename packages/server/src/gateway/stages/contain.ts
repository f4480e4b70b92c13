import { type ErrorCode, type Language, languageOf, MenshenError } from '@menshen/contract';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';
import type { Session } from '../../identity/model.ts';
import { subjectOf } from '../../respond/containment/reopening/model.ts';
import { createMembers } from '../../respond/containment/scope.ts';
import {
  type AppHolds,
  type ContainmentSnapshot,
  firstClosed,
  firstHeld,
  firstHeldFor,
  type Held,
  type HeldReopening,
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
/** What such stages refuse looks like an attack; a missing session or second factor does not. */
const suspicious: ReadonlySet<string> = new Set(['verify', 'open', 'limit', 'inspect', 'authorize', 'guard', 'disclose']);
const serverError = 500;
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
  /** Counts how a request ended that a reopened measure let through. */
  ended(context: RequestContext, refusal: Refusal | null): void;
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

  /** `subject`: whom a share may let through; null while nobody can say who it is. */
  const appRefusal = (
    holds: Holds,
    app: string,
    subject: string | null,
    language: Language,
    now: number,
  ): Refusal | undefined => {
    const stopped = holds.apps.get(app)?.stopped;
    const stop = subject === null ? firstClosed(stopped, now) : firstHeldFor(stopped, subject, now);
    return stop === null ? undefined : closed(services, stop, 'app_stopped', stop.target.notice, language, now);
  };

  /** What is closed for everybody, or, with a subject, for this one. A share can only be drawn once it is known who asks. */
  const closedFor = (context: RequestContext, holds: Holds, subject: string | null): Refusal | undefined => {
    const { app, route, arrived: now, request } = context;
    if (app === null || route === null) return undefined;
    const language = languageOf(request.headers['accept-language']);
    const first: typeof firstClosed = (held, at) => (subject === null ? firstClosed(held, at) : firstHeldFor(held, subject, at));
    const stopped = appRefusal(holds, app.id, subject, language, now);
    const mine = holds.apps.get(app.id);
    if (stopped !== undefined || mine === undefined) return stopped;
    const routeStop = first(mine.routes.get(route.match), now);
    if (routeStop !== null) return closed(services, routeStop, 'route_stopped', undefined, language, now);
    const readOnly = changes(context) ? first(mine.readOnly, now) : null;
    if (readOnly !== null) return closed(services, readOnly, 'app_read_only', readOnly.target.notice, language, now);
    if (route.guard === null || route.guard.act === null || mine.campaigns.size === 0) return undefined;
    // Where a route serves several campaigns, the guard asks once it knows which is meant.
    const campaigns = route.guard.campaigns.map(({ id }) => first(mine.campaigns.get(id), now));
    const [campaign = null] = campaigns;
    return campaign !== null && campaigns.every((held) => held !== null)
      ? refusal(services, campaign, 'guard_campaign_stopped', now)
      : undefined;
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
    const stopped = appRefusal(holds, app.id, null, language, now);
    if (stopped !== undefined) return stopped;
    const blocked = heldAddress(holds, context.address, app.id, now);
    if (blocked !== null) return refusal(services, blocked, 'address_refused', now);
    const old = versionRefusal(holds, app.id, [clientVersionOf(request)?.version ?? null], now);
    if (old !== undefined) return old;
    const isolated = isolationOf(holds, context, now);
    // Who is named as a person is known only later, and must say so with the request.
    if (isolated !== null && (isolated.persons.size === 0 || request.headers.authorization === undefined))
      return closed(services, isolated.held, 'backend_isolated', isolated.held.target.notice, language, now);
    return closedFor(context, holds, null);
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
    const reopened = reopenedOf(holds.apps.get(app.id), context, now);
    if (reopened.length > 0) {
      const held = closedFor(context, holds, subjectOf(session?.person.uid ?? null, context.address));
      if (held !== undefined) return held;
      context.reopened = reopened;
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
        appRefusal(holds, session.app, subjectOf(session.person.uid, ''), language, now) ??
        versionRefusal(holds, session.app, [version, session.build], now)
      );
    },
    assertLogin(app, request, build) {
      const { holds } = services.containment;
      if (holds === null) return;
      const now = services.clock();
      const language = languageOf(request.headers['accept-language']);
      const version = clientVersionOf(request)?.version ?? null;
      // Whoever logs in is not known yet: of an app that is being reopened their requests are then held or let through.
      const refused = appRefusal(holds, app, null, language, now) ?? versionRefusal(holds, app, [version, build], now);
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
    ended(context, refused) {
      for (const { seen } of context.reopened ?? []) {
        seen.requests += 1;
        if (refused?.failure === true || (refused === null && (context.answer?.status ?? 0) >= serverError)) seen.errors += 1;
        else if (context.traces.some(({ stage, verdict }) => verdict !== 'pass' && suspicious.has(stage))) seen.refused += 1;
      }
    },
  };
}

/** Requests that change something, and sockets, of which nobody knows. */
const changes = ({ method, socket }: RequestContext): boolean => !safe.has(method) || socket === true;

/** Measures on what a request asks for that are being taken back in steps. */
function reopenedOf(mine: AppHolds | undefined, context: RequestContext, now: number): HeldReopening[] {
  if (mine === undefined) return [];
  const { route } = context;
  const all: readonly (readonly Held[] | undefined)[] = [
    mine.stopped,
    changes(context) ? mine.readOnly : undefined,
    route === null ? undefined : mine.routes.get(route.match),
    ...(route === null || route.guard === null ? [] : route.guard.campaigns.map(({ id }) => mine.campaigns.get(id))),
  ];
  return all.flatMap((held) => (held ?? []).flatMap((one) => (one.reopened !== null && isHeld(one, now) ? [one.reopened] : [])));
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
