import type { Machine } from '../machine/machine.ts';
import { identityMember, noteRequest } from '../machine/machine.ts';
import { recordReply } from '../machine/record.ts';
import {
  type CallSite,
  clientValue,
  compact,
  type Handle,
  identityValue,
  literal,
  native,
  object,
  origin,
  type Place,
  unknown,
  type Value,
} from '../machine/value.ts';
import { isIdentityMember } from '../names.ts';
import { awaitsNothing, serviceContainer } from './containers.ts';

/** A named value of the request: the caller chooses it. */
export function clientParameter(name: string | undefined, place: Place | undefined, extra = 0): Value {
  return compact({
    flags: origin.client | extra,
    keys: name === undefined ? undefined : new Set([name]),
    field: name,
    from: place,
  });
}

function bag(kind: string, extra = 0): Value {
  return {
    flags: 0,
    shape: { props: new Map(), rest: { flags: origin.client | extra }, list: false, places: new Map() },
    handle: { kind },
  };
}

/** Headers that the platform or our gateway sets and a client cannot. */
const trustedHeaders = /^x-(wx-(openid|unionid|from-openid)|menshen-identity)$/i;

function header(name: Value | undefined, site: CallSite): Value {
  const text = typeof name?.literal === 'string' ? name.literal : undefined;
  if (text !== undefined && trustedHeaders.test(text)) return { ...identityValue, field: text };
  return clientParameter(text, site.place, origin.cookie);
}

function headers(): Value {
  return {
    flags: 0,
    shape: { props: new Map(), rest: { flags: origin.client | origin.cookie }, list: false },
    handle: { kind: 'headers', get: (name) => (trustedHeaders.test(name) ? { ...identityValue, field: name } : undefined) },
  };
}

/** `signed: false`, or a framework that does not sign unless told to. */
function cookie(args: readonly Value[], site: CallSite, signedByDefault: boolean): Value {
  const name = typeof args[0]?.literal === 'string' ? args[0].literal : undefined;
  const signed = args[1]?.shape?.props.get('signed')?.literal;
  const encrypted = args[1]?.shape?.props.get('encrypt')?.literal;
  if (encrypted === true || signed === true || (signedByDefault && signed !== false))
    return { ...identityValue, field: name ?? 'cookie' };
  return clientParameter(name, site.place, origin.cookie);
}

function sessionBag(): Value {
  return {
    flags: 0,
    shape: { props: new Map(), rest: identityValue, list: false, places: new Map() },
    handle: { kind: 'session' },
  };
}

function withShape(handle: Handle): Value {
  return { flags: 0, shape: { props: new Map(), rest: undefined, list: false, places: new Map() }, handle };
}

/** Keeps a part of the request so that what is assigned to it is seen later. */
function once(self: Value, name: string, make: () => Value): Value {
  const known = self.shape?.props.get(name);
  if (known) return known;
  const value = make();
  self.shape?.props.set(name, value);
  return value;
}

function reply(m: Machine, name: string): Value {
  return native(name, (args, site) => {
    if (args[0]) recordReply(m, args[0], site.node);
    return responseValue(m);
  });
}

export function responseValue(m: Machine): Value {
  const self: Value = withShape({
    kind: 'response',
    get: (name) => {
      if (/^(json|send|end|render|jsonp|write|success|ok)$/.test(name)) return reply(m, name);
      if (/^(status|type|set|header|code|cookie|setHeader|links|append|attachment)$/.test(name)) return native(name, () => self);
      return undefined;
    },
  });
  return self;
}

/** `req` of Express, Fastify and Nest. */
export function expressRequest(m: Machine): Value {
  const self: Value = withShape({
    kind: 'request',
    get: (name) => {
      noteRequest(m);
      switch (name) {
        case 'body':
        case 'query':
        case 'params':
          return once(self, name, () => bag('body'));
        case 'headers':
          return once(self, name, headers);
        case 'cookies':
          return once(self, name, () => bag('cookies', origin.cookie));
        case 'signedCookies':
          return identityValue;
        case 'session':
          return once(self, name, sessionBag);
        case 'file':
        case 'files':
          return clientParameter(name, undefined);
        case 'get':
        case 'header':
          return native(name, (args, site) => header(args[0], site));
        case 'param':
          return native(name, (args, site) => clientParameter(String(args[0]?.literal ?? ''), site.place));
        case 'raw':
        case 'req':
          return self;
        case 'isAuthenticated':
          return native(name, (_args, site) => ({ flags: 0, checks: [{ left: identityValue, place: site.place, name }] }));
        case 'originalUrl':
          return constantPath(m.trace?.entry.path);
        case 'ip':
        case 'hostname':
        case 'path':
        case 'url':
        case 'method':
        case 'baseUrl':
        case 'app':
        case 'log':
          return unknown;
        default:
          return identityMember(m, name);
      }
    },
  });
  return self;
}

/** The address that was asked for, where the route says all of it: lists of public paths are compared with it. */
const constantPath = (path: string | undefined): Value =>
  path === undefined || path === '' || /[:*()]/.test(path) ? unknown : literal(path);

/** `ctx` of Koa, Egg and ThinkJS. `signedCookies`: Egg signs unless told not to. */
export function koaContext(
  m: Machine,
  facts: { path?: string; method?: string; framework: string; controller?: string; action?: string },
): Value {
  const egg = facts.framework === 'egg';
  const self: Value = withShape({
    kind: 'ctx',
    get: (name) => {
      noteRequest(m);
      switch (name) {
        case 'request':
          return once(self, name, () => koaRequest(m, self));
        case 'req':
          return once(self, name, () => expressRequest(m));
        case 'response':
        case 'res':
          return once(self, name, () => responseValue(m));
        case 'query':
        case 'queries':
        case 'params':
          return once(self, name, () => bag('body'));
        case 'headers':
        case 'header':
          return once(self, name, headers);
        case 'cookies':
          return {
            flags: 0,
            handle: {
              kind: 'cookies',
              get: (inner) => (inner === 'get' ? native(inner, (args, site) => cookie(args, site, egg)) : undefined),
            },
          };
        case 'cookie':
          return native(name, (args, site) => (args.length > 1 ? unknown : cookie(args, site, false)));
        case 'session':
          // A bag in Koa and Egg, a function in ThinkJS.
          return once(self, name, () => ({
            ...sessionBag(),
            callable: native(name, () => identityValue).callable as NonNullable<Value['callable']>,
          }));
        case 'state':
          return once(self, name, () =>
            withShape({
              kind: 'state',
              get: (inner) => (isIdentityMember(inner) || inner.startsWith('$') ? { ...identityValue, field: inner } : undefined),
            }),
          );
        case 'get':
          return facts.framework === 'thinkjs'
            ? native(name, (args, site) => parameter(args, site))
            : native(name, (args, site) => header(args[0], site));
        case 'post':
        case 'param':
        case 'file':
          return native(name, (args, site) => parameter(args, site));
        case 'path':
        case 'url':
        case 'originalUrl':
          return constantPath(facts.path);
        case 'controller':
          return facts.controller === undefined ? unknown : literal(facts.controller);
        case 'action':
          return facts.action === undefined ? unknown : literal(facts.action);
        case 'method':
          return facts.method ? literal(facts.method) : unknown;
        case 'ip':
        case 'host':
        case 'logger':
        case 'status':
          return unknown;
        case 'getAttr':
          return native(name, (args) =>
            typeof args[0]?.literal === 'string' && isIdentityMember(args[0].literal)
              ? { ...identityValue, field: args[0].literal }
              : unknown,
          );
        case 'isPost':
        case 'isGet':
          return unknown;
        case 'throw':
        case 'assert':
        case 'validate':
        case 'verifyParams':
          return awaitsNothing(name);
        case 'json':
        case 'success':
        case 'render':
        case 'redirect':
          return reply(m, name);
        case 'isAuthenticated':
          return native(name, (_args, site) => ({ flags: 0, checks: [{ left: identityValue, place: site.place, name }] }));
        case 'app':
        case 'service':
        case 'model':
        case 'helper':
        case 'curl':
          return egg || name !== 'helper' ? serviceContainer(m, name, self) : undefined;
        default:
          break;
      }
      const extended = egg ? serviceContainer(m, `ctx.${name}`, self) : undefined;
      if (extended) return extended;
      return identityMember(m, name);
    },
  });
  return self;
}

function koaRequest(m: Machine, ctx: Value): Value {
  const self: Value = withShape({
    kind: 'request',
    get: (name) => {
      switch (name) {
        case 'body':
          return once(self, name, () => bag('body'));
        case 'query':
          return ctx.handle?.get?.('query', ctx);
        case 'files':
          return clientParameter(name, undefined);
        case 'header':
        case 'headers':
          return ctx.handle?.get?.('headers', ctx);
        case 'get':
          return native(name, (args, site) => header(args[0], site));
        default:
          return isIdentityMember(name) ? { ...identityValue, field: name } : undefined;
      }
    },
  });
  void m;
  return self;
}

/** `this.get('id')`, `this.post('id')`: one parameter by name, or all of them. */
export function parameter(args: readonly Value[], site: CallSite): Value {
  const name = args[0]?.literal;
  if (typeof name === 'string') {
    if (args.length > 1) return unknown;
    return name.includes(',')
      ? object(name.split(',').map((part) => [part.trim(), clientParameter(part.trim(), site.place)] as const))
      : clientParameter(name, site.place);
  }
  if (args[0] && !args[0].shape) return clientParameter(undefined, site.place);
  if (args[0]?.shape?.list) {
    const names = [...args[0].shape.props.values()].map((value) => value.literal).filter((value) => typeof value === 'string');
    return object(names.map((part) => [part, clientParameter(part, site.place)] as const));
  }
  return { flags: 0, shape: { props: new Map(), rest: { ...clientValue, from: site.place }, list: false, places: new Map() } };
}
