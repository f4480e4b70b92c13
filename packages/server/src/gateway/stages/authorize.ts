import { type CedarValue, type Entity, type EntitySource, entityKey } from '@menshen/policy';
import { type DirectorySnapshot, userType } from '../../directory/snapshot.ts';
import { residualRisk } from '../../identity/risk/model.ts';
import type { RequestContext } from '../context.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { CompiledResource } from '../runtime.ts';
import type { GatewayServices } from '../services.ts';

const actionType = 'Menshen::Action';
const appType = 'Menshen::App';
const guestType = 'Menshen::Guest';

/** Asks the policies: deny by default, and any error on the way is a refusal. */
export function createAuthorize(services: GatewayServices): (context: RequestContext) => Refusal | undefined {
  return (context) => {
    const { app, route, session, runtime } = context;
    if (app === null || route === null) return refuse('route_undeclared');
    if (route.action === null) return undefined;
    if (runtime.policies === null) return refuse('not_permitted', 'no policies');
    const directory = services.directory();
    const principal =
      session === null
        ? guest(null)
        : (directory.get(userType, session.person.uid) ??
          (session.person.kind === 'customer' ? guest(session.person.uid) : undefined));
    if (principal === undefined) return refuse('account_disabled', 'directory');
    const resource = route.resource === null ? appEntity(app.id) : resolveResource(route.resource, context, directory);
    if (resource === undefined) return refuse('not_permitted', 'resource missing');
    const decision = runtime.policies.decideStrict(
      {
        principal: { type: principal.type, id: principal.id },
        action: { type: actionType, id: route.action },
        resource: { type: resource.type, id: resource.id },
        context: policyContext(context),
      },
      overlay(directory, principal, resource),
    );
    context.policies = decision.determining;
    if (decision.allow) return undefined;
    const why =
      decision.errors.length > 0
        ? 'policy error'
        : decision.determining.length > 0
          ? `policy ${decision.determining.join(', ')}`
          : 'no policy permits';
    return refuse('not_permitted', why.slice(0, 300));
  };
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

function resolveResource(resource: CompiledResource, context: RequestContext, directory: DirectorySnapshot): Entity | undefined {
  const id = resource.id(context);
  if (typeof id !== 'string' && typeof id !== 'number') return undefined;
  if (resource.from === 'directory') return directory.get(resource.type, String(id));
  const attrs: Record<string, CedarValue> = {};
  for (const [name, source] of resource.attributes) {
    const value = source(context);
    if (value === undefined) return undefined;
    attrs[name] = value;
  }
  return { type: resource.type, id: String(id), attrs, ancestors: new Set() };
}

function policyContext(context: RequestContext): Record<string, CedarValue> {
  const { session } = context;
  return {
    app: context.app?.id ?? '',
    channel: session?.channel ?? 'none',
    assurance: session?.assurance ?? 0,
    address: context.address,
    method: context.method,
    time: Math.floor(context.arrived / 1000),
    risk: session === null ? 0 : residualRisk(session),
  };
}

/** The directory, with the two entities of this request before it. */
function overlay(directory: DirectorySnapshot, principal: Entity, resource: Entity): EntitySource {
  const keys = [entityKey(principal.type, principal.id), entityKey(resource.type, resource.id)];
  return {
    get(type, id) {
      const key = entityKey(type, id);
      if (key === keys[0]) return principal;
      return key === keys[1] ? resource : directory.get(type, id);
    },
  };
}
