import type { RequestContext } from '../context.ts';
import { namesReservedInConnection } from '../headers.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { CompiledApp, Runtime } from '../runtime.ts';

/** Finds app and route of a request whose path and headers have exactly one reading. What is not declared is refused. */
export function route(context: RequestContext): Refusal | undefined {
  const { request, runtime } = context;
  if (namesReservedInConnection(request.headers.connection)) return refuse('header_malformed', 'header connection');
  const app = findApp(runtime, request.headers.host, context.path);
  if (app === undefined) return refuse('app_unknown');
  context.app = app;
  let match = app.router.find(context.method, context.path);
  const inspector = match.kind === 'route' ? match.route.inspector : app.inspector;
  const head = inspector.inspectHead({
    method: context.method,
    rawPath: context.path,
    rawQuery: context.query,
    headers: request.rawHeaders,
    memo: request.memo,
  });
  if ('code' in head) return refuse(head.code, head.where);
  if (head.path !== context.path) {
    // Another spelling of the same path: the canonical one decides, and is what the backend gets.
    context.path = head.path;
    match = app.router.find(context.method, head.path);
  }
  context.query = head.rawQuery;
  context.parsedQuery = head.query;
  if (match.kind === 'none') return refuse('route_undeclared', match.where);
  if (match.kind === 'method') {
    context.response.setHeader('allow', match.allowed.join(', '));
    return refuse('method_not_allowed');
  }
  const { route: found, values } = match;
  // What a route of sockets demands is not what a plain request brings, and the other way round.
  if ((found.socket !== null) !== (context.socket === true)) return refuse('route_undeclared', 'socket');
  context.route = found;
  if (found.monitor && context.mode === 'enforce') context.mode = 'monitor';
  if (values.length > 0) {
    const params: Record<string, string> = Object.create(null);
    found.parameters.forEach((name, at) => {
      params[name] = decodeURIComponent(values[at] ?? '');
    });
    context.params = params;
  }
  return undefined;
}

/** The app of a host, else of the longest base path that the path starts with. */
export function findApp(runtime: Runtime, hostHeader: string | undefined, path: string): CompiledApp | undefined {
  if (hostHeader !== undefined && runtime.byHost.size > 0) {
    const colon = hostHeader.lastIndexOf(':');
    const host = (colon > 0 && !hostHeader.endsWith(']') ? hostHeader.slice(0, colon) : hostHeader).toLowerCase();
    const app = runtime.byHost.get(host);
    if (app !== undefined)
      return app.basePath === '' || path === app.basePath || path.startsWith(`${app.basePath}/`) ? app : undefined;
  }
  for (const app of runtime.byPath) {
    if (app.basePath === '' || path === app.basePath || path.startsWith(`${app.basePath}/`)) return app;
  }
  return undefined;
}
