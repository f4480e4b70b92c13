import { type Machine, placeOf, type Registration, type RouterState } from '../machine/machine.ts';
import { getMember } from '../machine/members.ts';
import { type CallSite, native, unknown, type Value } from '../machine/value.ts';
import { serviceContainer } from './containers.ts';
import { addRouteObject, pushHook, registerPlugin } from './fastify.ts';

const verbs = /^(get|post|put|delete|del|patch|all|head|options)$/;

function textsOf(m: Machine, site: CallSite): string[] {
  return site.args.map((node) => {
    const place = placeOf(m, node);
    return m.sources.text(place.file).slice(node.start, Math.min(node.end, node.start + 120));
  });
}

export function createRouter(m: Machine, framework: string, file: string, root: boolean, prefix = ''): Value {
  const state: RouterState = { id: m.routers.length, framework, file, prefix, registrations: [], mounted: false, root };
  if (m.routers.length < 4_000) m.routers.push(state);
  const self: Value = {
    flags: 0,
    shape: { props: new Map(), rest: undefined, list: false, places: new Map() },
    handle: { kind: 'router', data: state, get: (name) => member(m, state, self, name) },
  };
  return self;
}

export function routerOf(value: Value | undefined): RouterState | undefined {
  return value?.handle?.kind === 'router' ? (value.handle.data as RouterState) : undefined;
}

function member(m: Machine, state: RouterState, self: Value, name: string): Value | undefined {
  if (verbs.test(name)) {
    return native(name, (args, site) => {
      add(m, state, name === 'del' ? 'delete' : name, args, site);
      return self;
    });
  }
  switch (name) {
    case 'use':
    case 'register':
      return native(name, (args, site) => {
        if (state.framework === 'fastify') return registerPlugin(m, state, self, args, site);
        addUse(m, state, args, site);
        return self;
      });
    case 'route':
      return native(name, (args, site) => {
        if (state.framework === 'fastify' || args[0]?.shape?.props.has('handler')) {
          addRouteObject(m, state, args[0], site);
          return self;
        }
        return routeBuilder(m, state, args[0]);
      });
    case 'addHook':
      return native(name, (args, site) => {
        if (/^(onRequest|preHandler|preValidation|preParsing)$/.test(String(args[0]?.literal ?? '')) && args[1])
          push(state, {
            method: 'use',
            path: '',
            handlers: [args[1]],
            place: placeOf(m, site.node),
            texts: textsOf(m, site).slice(1),
          });
        return self;
      });
    case 'prefix':
      return native(name, (args) => {
        if (typeof args[0]?.literal === 'string') state.prefix = args[0].literal;
        return self;
      });
    case 'resources':
      return native(name, (args, site) => {
        addResources(m, state, args, site);
        return self;
      });
    case 'namespace':
      return native(name, (args, site) => {
        const inner = createRouter(
          m,
          state.framework,
          state.file,
          false,
          typeof args[0]?.literal === 'string' ? args[0].literal : '',
        );
        const innerState = routerOf(inner);
        if (innerState) {
          innerState.mounted = true;
          push(state, {
            method: 'use',
            path: '',
            handlers: args.slice(1),
            place: placeOf(m, site.node),
            texts: textsOf(m, site).slice(1),
            router: innerState,
          });
        }
        return inner;
      });
    case 'routes':
    case 'middleware':
    case 'callback':
      return native(name, () => self);
    case 'allowedMethods':
    case 'listen':
    case 'set':
    case 'engine':
    case 'disable':
    case 'enable':
    case 'on':
    case 'redirect':
    case 'param':
    case 'decorate':
    case 'ready':
      return native(name, () => unknown);
    default:
      return undefined;
  }
}

export function push(state: RouterState, registration: Registration): void {
  if (state.registrations.length < 2_000) state.registrations.push(registration);
}

/** `(path, ...handlers)`, `(name, path, ...handlers)`, lists of handlers, and the names that Egg allows instead of functions. */
function add(m: Machine, state: RouterState, method: string, args: readonly Value[], site: CallSite): void {
  const texts = textsOf(m, site);
  let first = 0;
  const second = args[1]?.literal;
  if (typeof args[0]?.literal === 'string' && typeof second === 'string' && args.length > 2 && second.startsWith('/')) first = 1;
  const path = pathText(args[first]);
  if (path === undefined || args.length < 2) return;
  const table = args.at(-1)?.shape;
  if (table?.rest?.handle?.kind === 'dispatch') {
    // `for (const [path, run] of Object.entries(handlers)) router.post(path, run)`: a route for each.
    for (const [key, handler] of table.props)
      add(
        m,
        state,
        method,
        [
          { flags: 0, literal: path === '' ? (key.startsWith('/') ? key : `/${key}`) : path },
          ...args.slice(first + 1, -1),
          handler,
        ],
        site,
      );
    return;
  }
  const handlers: Value[] = [];
  const names: string[] = [];
  args.slice(first + 1).forEach((arg, i) => {
    if (arg.shape?.list) {
      for (const inner of arg.shape.props.values()) {
        handlers.push(inner);
        names.push(texts[first + 1 + i] ?? '');
      }
    } else if (state.framework === 'fastify' && arg.shape && !arg.callable) {
      for (const key of ['onRequest', 'preValidation', 'preHandler']) pushHook(m, arg, key, handlers, names);
      const handler = arg.shape.props.get('handler');
      if (handler) {
        handlers.push(handler);
        names.push('handler');
      }
    } else {
      handlers.push(typeof arg.literal === 'string' ? named(m, arg.literal) : arg);
      names.push(texts[first + 1 + i] ?? '');
    }
  });
  push(state, { method, path, handlers, place: placeOf(m, site.node), texts: names });
}

function named(m: Machine, text: string): Value {
  let value: Value | undefined = serviceContainer(m, 'controller', m.request.ctx);
  for (const part of text.replace(/^controller\./, '').split('.')) {
    if (!value) return unknown;
    value = getMember(m, value, part, { type: 'EmptyStatement', start: 0, end: 0 });
  }
  return value ?? unknown;
}

export function pathText(value: Value | undefined): string | undefined {
  if (typeof value?.literal === 'string') return value.literal.replaceAll('\u0000', '');
  if (value?.shape?.list) return pathText(value.shape.props.get('0'));
  return value && (value.flags !== 0 || value.shape) ? '' : value ? '' : undefined;
}

function addUse(m: Machine, state: RouterState, args: readonly Value[], site: CallSite): void {
  const texts = textsOf(m, site);
  const hasPath =
    typeof args[0]?.literal === 'string' || (args[0]?.shape?.list && typeof args[0].shape.props.get('0')?.literal === 'string');
  const path = hasPath ? (pathText(args[0]) ?? '') : '';
  const rest = args.slice(hasPath ? 1 : 0).flatMap((arg) => (arg.shape?.list ? [...arg.shape.props.values()] : [arg]));
  const middlewares: Value[] = [];
  const names: string[] = [];
  rest.forEach((arg, i) => {
    const inner = routerOf(arg) ?? routerOf(arg.shape?.props.get('default'));
    if (inner) {
      inner.mounted = true;
      push(state, {
        method: 'use',
        path,
        handlers: [...middlewares],
        place: placeOf(m, site.node),
        texts: [...names],
        router: inner,
      });
    } else {
      middlewares.push(arg);
      names.push(texts[i + (hasPath ? 1 : 0)] ?? '');
    }
  });
  if (!rest.some((arg) => routerOf(arg)) && middlewares.length > 0)
    push(state, { method: 'use', path, handlers: middlewares, place: placeOf(m, site.node), texts: names });
}

function routeBuilder(m: Machine, state: RouterState, path: Value | undefined): Value {
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'route',
      get: (name) =>
        verbs.test(name)
          ? native(name, (args, site) => {
              const texts = textsOf(m, site);
              push(state, {
                method: name,
                path: pathText(path) ?? '',
                handlers: args.flatMap((arg) => (arg.shape?.list ? [...arg.shape.props.values()] : [arg])),
                place: placeOf(m, site.node),
                texts,
              });
              return self;
            })
          : undefined,
    },
  };
  return self;
}

const restful: readonly (readonly [string, string, string])[] = [
  ['index', 'get', ''],
  ['new', 'get', '/new'],
  ['show', 'get', '/:id'],
  ['edit', 'get', '/:id/edit'],
  ['create', 'post', ''],
  ['update', 'put', '/:id'],
  ['destroy', 'delete', '/:id'],
];

function addResources(m: Machine, state: RouterState, args: readonly Value[], site: CallSite): void {
  const strings = args.filter((arg) => typeof arg.literal === 'string');
  const path = (strings.find((arg) => String(arg.literal).startsWith('/')) ?? strings[0])?.literal;
  let controller = args.at(-1);
  if (typeof controller?.literal === 'string') controller = named(m, controller.literal);
  if (!controller || typeof path !== 'string') return;
  const middle = args.slice(0, -1).filter((arg) => typeof arg.literal !== 'string');
  for (const [action, method, suffix] of restful) {
    const handler = getMember(m, controller, action, site.node);
    if (!handler.callable) continue;
    push(state, {
      method,
      path: `${path}${suffix}`,
      handlers: [...middle, handler],
      place: placeOf(m, site.node),
      texts: [...middle.map(() => textsOf(m, site).slice(1, -1).join(' ')), action],
    });
  }
}

/** `express()` with its statics. */
export function expressFactory(m: Machine, from: string): Value {
  const make = native('express', () => createRouter(m, 'express', from, true));
  return {
    ...make,
    handle: {
      kind: 'package',
      data: 'express',
      get: (name) => {
        if (name === 'Router' || name === 'default')
          return name === 'Router' ? native(name, () => createRouter(m, 'express', from, false)) : expressFactory(m, from);
        if (/^(json|urlencoded|static|raw|text)$/.test(name)) return native(name, () => unknown);
        return undefined;
      },
    },
  };
}

export function koaClass(m: Machine, from: string): Value {
  return {
    ...native('Koa', () => createRouter(m, 'koa', from, true)),
    handle: { kind: 'package', data: 'koa', get: (name) => (name === 'default' ? koaClass(m, from) : undefined) },
  };
}

export function routerClass(m: Machine, from: string, framework: string): Value {
  const make = native('Router', (args) => {
    const prefix = args[0]?.shape?.props.get('prefix')?.literal;
    return createRouter(m, framework, from, false, typeof prefix === 'string' ? prefix : '');
  });
  return {
    ...make,
    handle: {
      kind: 'package',
      data: 'router',
      get: (name) => (name === 'default' || name === 'Router' ? routerClass(m, from, framework) : undefined),
    },
  };
}

/** `app.router` of Egg. */
export function eggRouter(m: Machine): Value {
  const known = m.globals.get('#egg-router');
  if (known) return known;
  const value = createRouter(m, 'egg', 'app/router', true);
  m.globals.set('#egg-router', value);
  return value;
}
