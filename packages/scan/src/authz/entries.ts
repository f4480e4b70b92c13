import { runChain } from './chain.ts';
import { classMember, instanceOf, methodNames, rootOf } from './classes.ts';
import { cloudEvent } from './cloud.ts';
import { eggApp, eggRoot, serviceContainer } from './containers.ts';
import { frameworkOf } from './frameworks.ts';
import { callClosure, invoke } from './invoke.ts';
import type { Machine, Registration, RouterState } from './machine.ts';
import { loadModule } from './modules.ts';
import { isAdminName } from './names.ts';
import { nestEntries } from './nest.ts';
import { expressRequest, koaContext, responseValue } from './requests.ts';
import { eggRouter, routerOf } from './routers.ts';
import { baseName, folderOf } from './sources.ts';
import { thinkModule } from './think.ts';
import type { Entry, Trace } from './trace.ts';
import { type CallSite, type ClassRef, type Closure, native, type Place, unknown, type Value } from './value.ts';

/** One entry point that can be run. */
export interface Runnable {
  readonly entry: Entry;
  /** Marks places of the chain that stand before the handler, for messages. */
  run(m: Machine): void;
}

const serverText = /express|koa|egg|fastify|Router\(|router\.|think\.|@Controller|@nestjs/;

/** Everything that the outside can start, found by loading the modules that define it. */
export function findEntries(m: Machine, serverFiles: readonly string[]): Runnable[] {
  const found: Runnable[] = [];
  for (const file of serverFiles) {
    const text = m.sources.text(file);
    if (/exports\.main\b|export\s+(async\s+)?(function|const)\s+main\b|exports\.main_handler/.test(text))
      found.push(...cloudEntries(m, file, text));
    if (
      serverText.test(text) &&
      /\.(get|post|put|delete|patch|use|all|resources|route|register)\s*\(/.test(text) &&
      !/(^|\/)app\/(controller|service|model|middleware|extend)\//.test(file)
    )
      loadModule(m, file);
    if (/(^|\/)controllers?\/.+\.[jt]s$/.test(file) && /class\b/.test(text)) found.push(...thinkEntries(m, file));
    if (/@Controller\s*\(/.test(text)) found.push(...nestEntries(m, file));
    if (/['"`](GET|POST|PUT|DELETE|PATCH) \//.test(text)) addNamedRoutes(m, file);
  }
  registerEggRoutes(m);
  found.push(...routeEntries(m));
  return found;
}

export function newTrace(entry: Entry): Trace {
  return {
    entry,
    accesses: [],
    effects: [],
    replies: [],
    decisions: [],
    overrides: [],
    branches: [],
    called: new Set(),
    guards: [],
    authenticated: false,
    incomplete: false,
  };
}

/** Runs one entry point from a clean state. */
export function runEntry(m: Machine, runnable: Runnable): Trace {
  const trace = newTrace(runnable.entry);
  Object.assign(m, {
    trace,
    frames: [],
    guards: [],
    conditional: 0,
    loops: 0,
    tries: 0,
    transactions: 0,
    branch: undefined,
    order: 0,
    entrySteps: 0,
    request: {},
  });
  m.instances.clear();
  m.active.clear();
  m.results.length = 0;
  try {
    runnable.run(m);
  } catch (error) {
    // Real code nests deeper than any stack: what was seen until then still counts.
    if (!(error instanceof RangeError)) throw error;
    trace.incomplete = true;
  }
  m.trace = undefined;
  return trace;
}

function placeOfClosure(closure: Closure): Place {
  return { file: closure.module.file, start: closure.node.start, end: closure.node.end };
}

function siteOf(place: Place): CallSite {
  return { node: { type: 'EmptyStatement', start: place.start, end: place.end }, args: [], place };
}

function cloudEntries(m: Machine, file: string, text: string): Runnable[] {
  const exported = loadModule(m, file);
  const main =
    exported.shape?.props.get('main') ??
    exported.shape?.props.get('main_handler') ??
    exported.shape?.props.get('default')?.shape?.props.get('main');
  if (main?.callable?.kind !== 'closure') return [];
  const closure = main.callable;
  // A sub-module of a function with its own `main`, as the official template has them, is reached through the index.
  const folder = folderOf(file);
  if (
    baseName(file) === 'index' &&
    m.sources.files.some(
      (path) =>
        path !== file &&
        folderOf(path) === folderOf(folder) &&
        baseName(path) === 'index' &&
        m.sources.text(path).includes(`./${folder.slice(folder.lastIndexOf('/') + 1)}`),
    )
  )
    return [];
  const name = baseName(file) === 'index' ? folder.slice(folder.lastIndexOf('/') + 1) : baseName(file);
  const config = m.sources.has(`${folder}/config.json`) ? m.sources.text(`${folder}/config.json`) : '';
  const timer = /"triggers"/.test(config) && /"timer"/.test(config);
  const http = /event\.(httpMethod|queryStringParameters|headers)\b/.test(text);
  const entry: Entry = {
    kind: timer ? 'timer' : http ? 'http' : 'cloud',
    framework: 'cloud',
    name,
    method: '',
    path: '',
    file,
    place: placeOfClosure(closure),
    admin: isAdminName(name),
    route: undefined,
  };
  return [
    {
      entry,
      run: (machine) => {
        const callback = native('callback', (args, site) => {
          const value = args[1] ?? args[0];
          if (value && machine.trace)
            machine.trace.replies.push({
              value,
              place: site.place,
              frames: [...machine.frames],
              branch: machine.branch,
              order: ++machine.order,
            });
          return unknown;
        });
        callClosure(
          machine,
          closure,
          [cloudEvent(), { flags: 0, handle: { kind: 'cloud-context' } }, callback],
          siteOf(entry.place),
          undefined,
        );
      },
    },
  ];
}

function thinkEntries(m: Machine, file: string): Runnable[] {
  const exported = loadModule(m, file);
  const made = exported.shape?.props.get('default') ?? exported;
  if (made.callable?.kind !== 'class') return [];
  const cls = made.callable;
  if (!frameworkOf(m, rootOf(cls), cls).startsWith('think.Controller')) return [];
  const { module } = thinkModule(file);
  const controller = file
    .slice(file.search(/controllers?\//))
    .replace(/^controllers?\//, '')
    .replace(/\.[jt]s$/, '');
  const rest = rootIsRest(cls);
  const found: Runnable[] = [];
  for (const method of methodNames(cls)) {
    const action = method.endsWith('Action')
      ? method.slice(0, -6)
      : rest && /^(get|post|put|delete|patch)$/.test(method)
        ? method
        : undefined;
    if (action === undefined || action === '') continue;
    const member = cls.node.body.body.find(
      (node) => node.type === 'MethodDefinition' && node.key.type === 'Identifier' && node.key.name === method,
    );
    if (!member) continue;
    const path = `${module === '' || module === 'home' ? '' : `/${module}`}/${controller}/${action}`;
    const entry: Entry = {
      kind: 'http',
      framework: 'thinkjs',
      name: `${module === '' ? '' : `${module}/`}${controller}/${action}`,
      method: '',
      path,
      file,
      place: { file, start: member.start, end: member.end },
      admin: isAdminName(`${module}/${controller}`) || isAdminName(module),
      route: undefined,
    };
    found.push({
      entry,
      run: (machine) => {
        const instance = instanceOf(machine, cls);
        machine.request.ctx = koaContext(machine, { path, framework: 'thinkjs', controller, action });
        const logic = thinkLogic(machine, file, controller);
        if (logic) {
          const checks = instanceOf(machine, logic);
          for (const name of ['__before', method]) {
            const target = classMember(machine, logic, name, checks);
            if (target?.callable?.kind === 'closure') prelude(machine, target, [], entry.place, checks, true);
          }
        }
        for (const name of ['__before', method]) {
          const target = classMember(machine, cls, name, instance);
          if (target?.callable?.kind !== 'closure') continue;
          prelude(machine, target, [], entry.place, instance, name === '__before');
        }
      },
    });
  }
  return found;
}

/** ThinkJS runs the logic class of the same name before the controller: checks of parameters and of the caller. */
function thinkLogic(m: Machine, file: string, controller: string): ClassRef | undefined {
  const path = file.replace(/controllers?\/(?!.*controllers?\/).*$/, `logic/${controller}`);
  for (const ending of ['.js', '.ts']) {
    if (!m.sources.has(path + ending)) continue;
    const exported = loadModule(m, path + ending);
    const made = exported.shape?.props.get('default') ?? exported;
    return made.callable?.kind === 'class' ? made.callable : undefined;
  }
  return undefined;
}

function rootIsRest(cls: ClassRef): boolean {
  return (
    cls.node.superClass?.type === 'MemberExpression' &&
    cls.node.superClass.property.type === 'Identifier' &&
    /rest/i.test(cls.node.superClass.property.name)
  );
}

/** Runs a step of the request; what it demands by leaving early holds for the steps behind it. */
export function prelude(
  m: Machine,
  target: Value,
  args: readonly Value[],
  place: Place,
  self: Value | undefined,
  keep: boolean,
): Value {
  const mark = m.guards.length;
  const decisions = m.trace?.decisions.length ?? 0;
  const value = invoke(m, target, args, siteOf(place), self);
  m.guards.length = mark;
  if (keep && m.trace)
    for (const decision of m.trace.decisions.slice(decisions))
      if (decision.enforced && decision.frames.length === 1) m.guards.push(...decision.checks);
  return value;
}

/** Calls the routers of an Egg application: the index first, then the files that it does not reach. */
function registerEggRoutes(m: Machine): void {
  const root = eggRoot(m);
  if (root === undefined) return;
  const base = root === '' ? '' : `${root}/`;
  const routers = m.sources.files.filter(
    (file) => file.startsWith(`${base}app/router`) && /\/router(\.[jt]s|\/.+\.[jt]s)$/.test(file),
  );
  const isIndex = (file: string): boolean => file === `${base}app/router.js` || file === `${base}app/router.ts`;
  for (const file of [...routers.filter(isIndex), ...routers.filter((one) => !isIndex(one))]) {
    if (routerOf(eggRouter(m))?.registrations.some((one) => one.place.file === file)) continue;
    const exported = loadModule(m, file);
    const main = exported.shape?.props.get('default') ?? exported;
    if (main.callable?.kind !== 'closure') continue;
    m.entrySteps = 0;
    callClosure(m, main.callable, [eggApp(m)], siteOf(placeOfClosure(main.callable)), undefined);
  }
}

/** Middleware that Egg's configuration switches on for every route, in order. */
function eggMiddleware(m: Machine): { name: string; value: Value; options: Value | undefined }[] {
  const root = eggRoot(m);
  if (root === undefined) return [];
  const base = root === '' ? '' : `${root}/`;
  const found: { name: string; value: Value; options: Value | undefined }[] = [];
  for (const file of m.sources.files) {
    if (!file.startsWith(`${base}config/config.default`) && !file.startsWith(`${base}config/config.prod`)) continue;
    const exported = loadModule(m, file);
    let config = exported.shape?.props.get('default') ?? exported;
    if (config.callable?.kind === 'closure') {
      m.entrySteps = 0;
      config = callClosure(
        m,
        config.callable,
        [{ flags: 32, handle: { kind: 'app-info' } }],
        siteOf(placeOfClosure(config.callable)),
        undefined,
      );
    }
    for (const element of config.shape?.props.get('middleware')?.shape?.props.values() ?? []) {
      if (typeof element.literal !== 'string' || found.some((one) => one.name === element.literal)) continue;
      const name = element.literal;
      const container = serviceContainer(m, 'middleware', undefined);
      const factory = container?.handle?.get?.(name, container);
      if (!factory?.callable) continue;
      const options = config.shape?.props.get(name);
      m.entrySteps = 0;
      const value = invoke(m, factory, [options ?? unknown, eggApp(m)], siteOf({ file, start: 0, end: 0 }), undefined);
      found.push({ name, value, options });
    }
  }
  return found;
}

interface Flat {
  readonly method: string;
  readonly path: string;
  readonly handlers: readonly Value[];
  readonly texts: readonly string[];
  readonly place: Place;
  readonly framework: string;
  readonly own: number;
}

function join(prefix: string, path: string): string {
  const whole = `${prefix}/${path}`.replace(/\/{2,}/g, '/');
  return whole.length > 1 && whole.endsWith('/') ? whole.slice(0, -1) : whole;
}

function flatten(
  router: RouterState,
  prefix: string,
  before: readonly Value[],
  texts: readonly string[],
  depth: number,
  out: Flat[],
): void {
  if (depth > 8 || out.length > 3_000) return;
  const inherited = [...before];
  const inheritedTexts = [...texts];
  const scoped: { path: string; handlers: readonly Value[]; texts: readonly string[] }[] = [];
  for (const registration of router.registrations) {
    const path = join(join(prefix, router.prefix), registration.path);
    const applying = scoped.filter((one) => path.startsWith(one.path) || one.path.includes(':'));
    const head = [...inherited, ...applying.flatMap((one) => one.handlers)];
    const headTexts = [...inheritedTexts, ...applying.flatMap((one) => one.texts)];
    if (registration.router) {
      flatten(
        registration.router,
        path,
        [...head, ...registration.handlers],
        [...headTexts, ...registration.texts],
        depth + 1,
        out,
      );
    } else if (registration.method === 'use') {
      if (registration.path === '' || registration.path === '/' || registration.path === '*') {
        inherited.push(...registration.handlers);
        inheritedTexts.push(...registration.texts);
      } else scoped.push({ path, handlers: registration.handlers, texts: registration.texts });
    } else {
      out.push({
        method: registration.method,
        path,
        handlers: [...head, ...registration.handlers],
        texts: [...headTexts, ...registration.texts],
        place: registration.place,
        framework: router.framework,
        own: registration.handlers.length,
      });
    }
  }
}

function routeEntries(m: Machine): Runnable[] {
  const flat: Flat[] = [];
  const roots = m.routers.filter((router) => !router.mounted && router.root);
  for (const router of roots) flatten(router, '', [], [], 0, flat);
  // Routers that the application loads by listing a folder: its global middleware stands before them.
  const orphans = m.routers.filter((router) => !router.mounted && !router.root && router.registrations.length > 0);
  const app = roots.find((router) => router.registrations.some((one) => one.method === 'use'));
  const global =
    app &&
    orphans.length > 0 &&
    (loadsByListing(m, app.file) ||
      orphans.some((router) => router.registrations.every((one) => one.texts[0] === `${one.method.toUpperCase()} ${one.path}`)))
      ? app.registrations.filter((one) => one.method === 'use' && one.path === '' && !one.router)
      : [];
  for (const router of orphans)
    flatten(
      router,
      '',
      global.flatMap((one) => one.handlers),
      global.flatMap((one) => one.texts),
      0,
      flat,
    );
  const middleware = flat.some((route) => route.framework === 'egg') ? eggMiddleware(m) : [];
  return flat.flatMap((route) => runnableRoute(route, middleware));
}

/** Modules that export `{ 'POST /order/cancel': handler }`, which a loader registers. */
function addNamedRoutes(m: Machine, file: string): void {
  const exported = loadModule(m, file);
  const main = exported.shape?.props.get('default') ?? exported;
  const registrations: Registration[] = [];
  for (const [name, handler] of main.shape?.props ?? []) {
    const match = /^(GET|POST|PUT|DELETE|PATCH) (\/\S*)$/.exec(name);
    if (match?.[1] === undefined || match[2] === undefined || handler.callable?.kind !== 'closure') continue;
    const place = main.shape?.places?.get(name) ?? placeOfClosure(handler.callable);
    registrations.push({ method: match[1].toLowerCase(), path: match[2], handlers: [handler], texts: [name], place });
  }
  if (registrations.length > 0)
    m.routers.push({ id: m.routers.length, framework: 'koa', file, prefix: '', registrations, mounted: false, root: false });
}

function loadsByListing(m: Machine, file: string): boolean {
  return /readdir|require-directory|requireDirectory|glob\b/.test(m.sources.text(file));
}

function runnableRoute(
  route: Flat,
  middleware: readonly { name: string; value: Value; options: Value | undefined }[],
): Runnable[] {
  const handler = route.handlers.at(-1);
  if (!handler) return [];
  const place = handler.callable?.kind === 'closure' ? placeOfClosure(handler.callable) : route.place;
  const name = `${route.method === 'all' ? 'ANY' : route.method.toUpperCase()} ${route.path}`;
  const entry: Entry = {
    kind: 'http',
    framework: route.framework,
    name,
    method: route.method,
    path: route.path,
    file: place.file,
    place,
    admin: isAdminName(route.path) || isAdminName(place.file),
    route: route.place,
  };
  return [
    {
      entry,
      run: (machine) => {
        const egg = route.framework === 'egg';
        if (egg || route.framework === 'koa') {
          const ctx = koaContext(machine, { path: route.path, method: route.method.toUpperCase(), framework: route.framework });
          machine.request.ctx = ctx;
          const applied = egg ? middleware.filter((one) => applies(one.options, route.path)) : [];
          const handlers = [...applied.map((one) => one.value), ...route.handlers];
          const rebound = handlers.map((value) => withFreshContext(value, ctx));
          runChain(machine, rebound, () => [ctx], siteOf(route.place), [...applied.map((one) => one.name), ...route.texts]);
        } else {
          const req = expressRequest(machine);
          const res = responseValue(machine);
          machine.request.req = req;
          machine.request.res = res;
          runChain(machine, route.handlers, () => [req, res], siteOf(route.place), route.texts);
        }
      },
    },
  ];
}

/** `match` and `ignore` of Egg's middleware options. */
function applies(options: Value | undefined, path: string): boolean {
  const test = (value: Value | undefined): boolean | undefined => {
    if (!value) return undefined;
    const items = value.shape?.list ? [...value.shape.props.values()] : [value];
    const texts = items.map((item) => item.literal).filter((text) => typeof text === 'string');
    return texts.length === 0 ? undefined : texts.some((text) => path.startsWith(text));
  };
  if (options?.shape?.props.get('enable')?.literal === false) return false;
  const match = test(options?.shape?.props.get('match'));
  if (match !== undefined) return match;
  return !(test(options?.shape?.props.get('ignore')) ?? false);
}

/** A controller's method was found before the request began: it belongs to the context of this request. */
function withFreshContext(value: Value, ctx: Value): Value {
  if (value.callable?.kind !== 'closure' || value.callable.self?.handle?.kind !== 'instance') return value;
  const cls = value.callable.self.handle.data as ClassRef;
  const instance = {
    ...value.callable.self,
    shape: { props: new Map(value.callable.self.shape?.props), rest: undefined, list: false },
  };
  instance.shape.props.set('ctx', ctx);
  void cls;
  return { ...value, callable: { ...value.callable, self: instance } };
}
