import { expressRequest, koaContext, responseValue } from '../libraries/requests.ts';
import { runChain } from '../machine/chain.ts';
import type { Machine, Registration, RouterState } from '../machine/machine.ts';
import { loadModule } from '../machine/modules.ts';
import type { Entry } from '../machine/trace.ts';
import type { ClassRef, Place, Value } from '../machine/value.ts';
import { isAdminName } from '../names.ts';
import { applies, eggMiddleware } from './egg.ts';
import { placeOfClosure, type Runnable, siteOf } from './runnable.ts';

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

export function routeEntries(m: Machine): Runnable[] {
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
export function addNamedRoutes(m: Machine, file: string): void {
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
