import {
  type AuthorizationRequest,
  type CedarValue,
  type CompiledPolicies,
  createLocalClock,
  type Entity,
  EntityRef,
  type EntitySource,
  type LocalTime,
  requestContext,
} from '@menshen/policy';
import { type EventObject, PERSON_TYPES } from '../../audit/event-object.ts';
import { type DirectorySnapshot, userType } from '../../directory/snapshot.ts';
import { residualRisk } from '../../identity/risk/model.ts';
import type { CompiledResource } from '../compile-resource.ts';
import type { RequestContext } from '../context.ts';
import { failed, type Refusal, refuse } from '../refusal.ts';
import { type BackendObject, readObject } from '../resource-source.ts';
import type { GatewayServices } from '../services.ts';

const actionType = 'Menshen::Action';
const revealHeader = 'x-menshen-reveal';
const maxRevealHeader = 500;
const appType = 'Menshen::App';
const guestType = 'Menshen::Guest';
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface Authorizer {
  /** Before the request is forwarded. What is decided on its answer is let through here, to be held by {@link Authorizer.onAnswer}. */
  onRequest(context: RequestContext): Refusal | undefined | Promise<Refusal | undefined>;
  /** Before anything of the answer is disclosed. */
  onAnswer(context: RequestContext): Refusal | undefined;
}

/** Asks the policies: deny by default, and any error on the way is a refusal. */
export function createAuthorizer(services: GatewayServices): Authorizer {
  const clocks = new Map<string, (time: number) => LocalTime>();
  const localTime = (zone: string, time: number): LocalTime => {
    let clock = clocks.get(zone);
    if (clock === undefined) {
      clock = createLocalClock(zone);
      clocks.set(zone, clock);
    }
    return clock(time);
  };

  const decide = (context: RequestContext, found: BackendObject | null): Refusal | undefined => {
    const { app, route, session, runtime } = context;
    if (app === null || route === null || route.action === null) return refuse('route_undeclared');
    if (runtime.policies === null) return refuse('not_permitted', 'no policies');
    const directory = services.directory();
    const principal =
      session === null
        ? guest(null)
        : (directory.get(userType, session.person.uid) ??
          (session.person.kind === 'customer' ? guest(session.person.uid) : undefined));
    if (principal === undefined) return refuse('account_disabled', 'directory');
    const resource = route.resource === null ? appEntity(app.id) : resolveResource(route.resource, context, directory, found);
    if (resource === undefined) return refuse('not_permitted', 'resource missing');
    const question = {
      principal: { type: principal.type, id: principal.id },
      action: { type: actionType, id: route.action },
      resource: { type: resource.type, id: resource.id },
      context: circumstances(context, localTime(app.config.stepUp.timeZone, context.arrived)),
    };
    const entities = overlay(directory, principal, resource);
    const decision = runtime.policies.decideStrict(question, entities);
    services.decisions.note(question, principal, resource, context.id);
    context.policies = decision.determining;
    if (decision.allow) {
      context.masked = runtime.policies.maskedFields(decision);
      return route.disclosure.masks.length === 0 ? undefined : reveal(context, runtime.policies, question, entities);
    }
    const why =
      decision.errors.length > 0
        ? 'policy error'
        : decision.determining.length > 0
          ? `policy ${decision.determining.join(', ')}`
          : 'no policy permits';
    return refuse('not_permitted', why.slice(0, 300));
  };

  const onLookup = async (context: RequestContext, { lookup, id }: CompiledResource): Promise<Refusal | undefined> => {
    const value = id(context);
    if (lookup === null || (typeof value !== 'string' && typeof value !== 'number'))
      return refuse('not_permitted', 'resource missing');
    const path = lookup.pathOf(String(value));
    if (path === null) return refuse('not_permitted', 'resource missing');
    const found = await lookup.objects.find(path, context.id, lookup.limits);
    if (found.kind === 'failed') return failed(found.code, 'lookup', found.code === 'backend_circuit_open' ? 5 : undefined);
    // What a change is decided on must not be older than the change before it.
    if (!safe.has(context.method)) lookup.objects.forget(path);
    return found.kind === 'missing' ? refuse('not_permitted', 'resource missing') : decide(context, found.object);
  };

  return {
    onRequest(context) {
      const { route } = context;
      if (route === null) return refuse('route_undeclared');
      if (route.resource !== null) context.object = objectOf(route.resource, context, services.directory());
      if (route.action === null || route.resource?.from === 'answer') return undefined;
      return route.resource?.from === 'lookup' ? onLookup(context, route.resource) : decide(context, null);
    },
    onAnswer(context) {
      const { route, answer } = context;
      if (route?.action === null || route?.resource?.from !== 'answer') return undefined;
      // An answer that says that there is nothing, or that something went wrong, names no object; it is small talk of the backend.
      if (answer === null || answer.pump !== null) return refuse('not_permitted', 'answer too large to decide on');
      if (answer.status === 404 || answer.status === 410) return undefined;
      const found = answer.status === 200 ? readObject(Buffer.concat(answer.chunks, answer.length)) : null;
      return found === null ? refuse('not_permitted', 'answer is no object') : decide(context, found);
    },
  };
}

/**
 * Masked fields that the request asks to see: each needs an action that the policies permit and a second factor that is fresh enough. A request
 * that asks for more than it may have is refused, so that nobody takes stars for a value.
 */
function reveal(
  context: RequestContext,
  policies: CompiledPolicies,
  question: AuthorizationRequest,
  entities: EntitySource,
): Refusal | undefined {
  const { route, session, request } = context;
  const header = request.headers[revealHeader];
  if (typeof header !== 'string' || route === null || header.length > maxRevealHeader) return undefined;
  const asked = new Set(header.split(',').map((name) => name.trim()));
  const revealed: string[] = [];
  for (const { field, reveal: rule } of route.disclosure.masks) {
    if (!asked.has(field) || rule === undefined) continue;
    const action = { type: actionType, id: rule.action };
    if (!policies.decideStrict({ ...question, action }, entities).allow) return refuse('not_permitted', `reveal ${field}`);
    const at = session?.secondFactorAt ?? null;
    if (at === null || context.arrived - at > rule.maxAgeSeconds * 1_000) {
      const extra = { form: 'freshness', maxAgeSeconds: rule.maxAgeSeconds, reasons: [] };
      return { ...refuse('mfa_required', `reveal ${field}`), extra };
    }
    revealed.push(field);
  }
  if (revealed.length === 0) return undefined;
  context.revealed = revealed;
  context.traces.push({ stage: 'authorize', verdict: 'pass', code: 'field_revealed', where: revealed.join(' '), micros: 0 });
  return undefined;
}

function guest(uid: string | null): Entity {
  return {
    type: guestType,
    id: uid ?? 'anonymous',
    attrs: { kind: uid === null ? 'anonymous' : 'customer' },
    ancestors: new Set(),
  };
}

function appEntity(id: string): Entity {
  return { type: appType, id, attrs: {}, ancestors: new Set() };
}

function resolveResource(
  resource: CompiledResource,
  context: RequestContext,
  directory: DirectorySnapshot,
  found: BackendObject | null,
): Entity | undefined {
  const id = resource.id(context);
  if (typeof id !== 'string' && typeof id !== 'number') return undefined;
  if (resource.from === 'directory') return directory.get(resource.type, String(id));
  const attrs: Record<string, CedarValue> = {};
  for (const [name, source] of resource.attributes) {
    const value = source(context, found);
    if (value === undefined) return undefined;
    attrs[name] = value;
  }
  return { type: resource.type, id: String(id), attrs, ancestors: ancestorsOf(resource.parents, attrs, directory) };
}

/**
 * What the record says that a request was about. A person whom nobody knows is not named: whoever tries one uid after the other would have the log keep a
 * pseudonym for each.
 */
function objectOf(resource: CompiledResource, context: RequestContext, directory: DirectorySnapshot): EventObject | null {
  const given = resource.id(context);
  if ((typeof given !== 'string' && typeof given !== 'number') || given === '') return null;
  const id = String(given);
  const known =
    id === context.session?.person.uid || !PERSON_TYPES.has(resource.type) || directory.get(userType, id) !== undefined;
  return known ? { type: resource.type, id } : null;
}

const nobody: ReadonlySet<string> = new Set();

/** The entities that the named attributes are, and all that those are in. */
function ancestorsOf(
  parents: readonly string[],
  attrs: Readonly<Record<string, CedarValue>>,
  directory: DirectorySnapshot,
): ReadonlySet<string> {
  if (parents.length === 0) return nobody;
  const keys = new Set<string>();
  for (const name of parents) {
    const parent = attrs[name];
    if (!(parent instanceof EntityRef)) continue;
    keys.add(parent.key);
    for (const key of directory.get(parent.type, parent.id)?.ancestors ?? []) keys.add(key);
  }
  return keys;
}

function circumstances(context: RequestContext, local: LocalTime) {
  const { session } = context;
  const at = session?.secondFactorAt ?? null;
  return requestContext({
    app: context.app?.id ?? '',
    channel: session?.channel ?? 'none',
    assurance: session?.assurance ?? 0,
    mfaAgeSeconds: at === null ? null : (context.arrived - at) / 1_000,
    address: context.address,
    method: context.method,
    arrived: context.arrived,
    local,
    risk: session === null ? 0 : residualRisk(session),
    riskReasons: session?.risk.reasons ?? [],
    deviceKnown: session !== null && !session.risk.reasons.includes('new_device'),
  });
}

/** The directory, with the two entities of this request before it. */
function overlay(directory: DirectorySnapshot, principal: Entity, resource: Entity) {
  return {
    get(type: string, id: string): Entity | undefined {
      if (type === principal.type && id === principal.id) return principal;
      return type === resource.type && id === resource.id ? resource : directory.get(type, id);
    },
  };
}
