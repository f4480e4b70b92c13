import { instanceOf } from '../machine/classes.ts';
import { callClosure } from '../machine/invoke.ts';
import type { Machine } from '../machine/machine.ts';
import { loadModule } from '../machine/modules.ts';
import { type CallSite, configValue, externalValue, guard, type Handle, native, unknown, type Value } from '../machine/value.ts';
import { baseName } from '../sources.ts';
import { knex, rds } from '../store/knex.ts';
import { ormModel } from '../store/orm.ts';
import { defineModel, mongooseValue, sequelizeNames, transactionOf } from './model-libraries.ts';
import { eggRouter } from './routers.ts';
import { jwt, redis } from './token-libraries.ts';

/** A call without a result that matters, such as validation. */
export function awaitsNothing(name: string): Value {
  return native(name, (args, site) => {
    if (name === 'assert' && args[0]) return { flags: 0, checks: args[0].checks ?? [{ left: args[0], place: site.place }] };
    return args[1] ?? unknown;
  });
}

function squash(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** The folder that holds `app/` of an Egg project, for a file inside it. */
export function eggRoot(m: Machine): string | undefined {
  const cached = m.globals.get('#egg-root')?.literal;
  if (typeof cached === 'string') return cached === '-' ? undefined : cached;
  const router = m.sources.files.find(
    (file) => /(^|\/)app\/(router|controller\/.+)\.[jt]s$/.test(file) && !file.includes('node_modules'),
  );
  const root = router ? router.slice(0, router.search(/(^|\/)app\//)) : undefined;
  m.globals.set('#egg-root', { flags: 0, literal: root ?? '-' });
  return root;
}

function under(root: string, path: string): string {
  return root === '' ? path : `${root}/${path}`;
}

/** `ctx.service`, `ctx.model`, `app.controller`, `app`, helpers and extensions of an Egg application. */
export function serviceContainer(m: Machine, name: string, ctx: Value | undefined): Value | undefined {
  const root = eggRoot(m);
  if (name === 'app') return eggApp(m);
  if (name === 'curl') return native(name, () => externalValue);
  if (root === undefined) return undefined;
  if (name === 'service' || name === 'controller' || name === 'middleware')
    return folder(m, under(root, `app/${name}`), name, ctx);
  if (name === 'model') return folder(m, under(root, 'app/model'), 'model', ctx);
  if (name === 'helper') return extension(m, root, 'helper', ctx);
  if (name.startsWith('ctx.')) return extensionMember(m, root, 'context', name.slice(4), ctx);
  return undefined;
}

function extension(m: Machine, root: string, kind: string, ctx: Value | undefined): Value {
  return { flags: 0, handle: { kind: 'helper', get: (name) => extensionMember(m, root, kind, name, ctx) } };
}

/** Members that `app/extend/*.js` adds, with `this` set to what they extend. */
function extensionMember(m: Machine, root: string, kind: string, name: string, self: Value | undefined): Value | undefined {
  for (const ending of ['js', 'ts']) {
    const file = under(root, `app/extend/${kind}.${ending}`);
    if (!m.sources.has(file)) continue;
    const exported = loadModule(m, file);
    const member = exported.shape?.props.get(name) ?? exported.shape?.props.get('default')?.shape?.props.get(name);
    if (member?.callable?.kind === 'closure') return { ...member, callable: { ...member.callable, ...(self ? { self } : {}) } };
    return member;
  }
  return undefined;
}

/** A folder whose files are loaded by name: `ctx.service.user.customer.address`. */
function folder(m: Machine, path: string, kind: string, ctx: Value | undefined): Value {
  return {
    flags: 0,
    handle: {
      kind: 'container',
      get: (name) => {
        const key = `${kind}:${path}/${name}`;
        const known = m.instances.get(key);
        if (known) return known;
        const value = findInFolder(m, path, name, kind, ctx);
        if (value) m.instances.set(key, value);
        return value;
      },
    },
  };
}

function findInFolder(m: Machine, path: string, name: string, kind: string, ctx: Value | undefined): Value | undefined {
  const wanted = squash(name);
  let deeper: string | undefined;
  let found: Value | undefined;
  for (const file of m.sources.files) {
    if (!file.startsWith(`${path}/`)) continue;
    const rest = file.slice(path.length + 1);
    const slash = rest.indexOf('/');
    if (slash < 0) {
      if (/\.d\.ts$/.test(rest) || squash(baseName(rest)) !== wanted) continue;
      found ??= loaded(m, file, kind, ctx);
    } else if (squash(rest.slice(0, slash)) === wanted) deeper = `${path}/${rest.slice(0, slash)}`;
    if (found && deeper) break;
  }
  // `system.js` beside `system/user.js`: what the file does not have is in the folder.
  if (deeper) return found ? besides(found, folder(m, deeper, kind, ctx)) : folder(m, deeper, kind, ctx);
  if (found) return found;
  if (kind === 'model') return ormModel(m, { table: name, statics: new Map(), columns: [] });
  return undefined;
}

function besides(first: Value, second: Value): Value {
  const { handle } = first;
  const get: Handle['get'] = (name, self) =>
    first.shape?.props.get(name) ?? second.handle?.get?.(name, second) ?? handle?.get?.(name, self);
  return { ...first, handle: { ...(handle ?? { kind: 'container' }), get } };
}

function loaded(m: Machine, file: string, kind: string, ctx: Value | undefined): Value {
  const exported = loadModule(m, file);
  const main = exported.shape?.props.get('default') ?? exported;
  const made = produce(m, main, file);
  if (kind === 'middleware') return main;
  if (made.callable?.kind === 'class') return withContext(instanceOf(m, made.callable), ctx);
  if (kind === 'model') {
    if (made.handle?.kind === 'model') return made;
    return ormModel(m, { table: baseName(file), statics: made.shape ? made.shape.props : new Map(), columns: [] });
  }
  return made;
}

function withContext(instance: Value, ctx: Value | undefined): Value {
  if (ctx) instance.shape?.props.set('ctx', ctx);
  return instance;
}

/** `module.exports = app => class ...` and `app => Model`: called with the application. */
function produce(m: Machine, main: Value, file: string): Value {
  if (main.callable?.kind !== 'closure' || main.callable.node.params.length > 2) return main;
  const node = main.callable.node;
  const site: CallSite = { node, args: [], place: { file, start: node.start, end: node.end } };
  const key = `produced:${file}`;
  const known = m.globals.get(key);
  if (known) return known;
  const saved = { trace: m.trace, frames: m.frames, guards: m.guards, conditional: m.conditional };
  Object.assign(m, { trace: undefined, frames: [], guards: [], conditional: 0 });
  const value = callClosure(m, main.callable, [eggApp(m)], site, undefined);
  Object.assign(m, saved);
  m.globals.set(key, value);
  return value;
}

/** `app` of Egg: containers, data sources, plugins. */
export function eggApp(m: Machine): Value {
  const known = m.globals.get('#egg-app');
  if (known) return known;
  const self: Value = {
    flags: 0,
    shape: { props: new Map(), rest: undefined, list: false, places: new Map() },
    handle: {
      kind: 'app',
      get: (name) => {
        switch (name) {
          case 'controller':
          case 'service':
          case 'middleware':
            return serviceContainer(m, name, m.request.ctx);
          case 'model':
            return modelContainer(m);
          case 'router':
            return eggRouter(m);
          case 'get':
          case 'post':
          case 'put':
          case 'delete':
          case 'patch':
          case 'del':
          case 'all':
          case 'resources':
            return eggRouter(m).handle?.get?.(name, self);
          case 'middlewares':
            return serviceContainer(m, 'middleware', undefined);
          case 'mysql':
          case 'rds':
            return rds(m);
          case 'knex':
            return knex(m);
          case 'redis':
            return redis(m);
          case 'sessionStore':
            return redis(m);
          case 'jwt':
            return jwt(m);
          case 'config':
          case 'env':
            return { ...configValue };
          case 'role':
            return {
              flags: 0,
              handle: {
                kind: 'role',
                get: (inner) => (inner === 'can' ? native(inner, () => guard('role.can')) : native(inner, () => unknown)),
              },
            };
          case 'passport':
            return {
              flags: 0,
              handle: {
                kind: 'passport',
                get: (inner) => native(inner, () => guard('passport')),
              },
            };
          case 'Controller':
          case 'Service':
          case 'BaseController':
            return { flags: 0, handle: { kind: 'framework-class', data: 'egg' } };
          case 'Sequelize':
            return sequelizeNames();
          case 'mongoose':
            return mongooseValue(m);
          default: {
            const root = eggRoot(m);
            return root === undefined ? undefined : extensionMember(m, root, 'application', name, self);
          }
        }
      },
    },
  };
  m.globals.set('#egg-app', self);
  return self;
}

function modelContainer(m: Machine): Value {
  const inner = serviceContainer(m, 'model', undefined);
  return {
    flags: 0,
    handle: {
      kind: 'model-container',
      get: (name, target) => {
        if (name === 'define') return defineModel(m);
        if (name === 'query')
          return native(name, (args, site) =>
            ormModel(m, { table: '', statics: new Map(), columns: [] }).handle?.get?.('query', target)?.callable?.kind ===
            'native'
              ? callQuery(m, args, site)
              : unknown,
          );
        if (name === 'transaction') return transactionOf(m);
        return inner?.handle?.get?.(name, target);
      },
    },
  };
}

function callQuery(m: Machine, args: readonly Value[], site: CallSite): Value {
  const query = ormModel(m, { table: '', statics: new Map(), columns: [] }).handle?.get?.('query', unknown);
  return query?.callable?.kind === 'native' ? query.callable.call(args, site) : unknown;
}
