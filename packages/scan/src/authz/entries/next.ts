import { routeContext, webRequest } from '../libraries/next.ts';
import { expressRequest, responseValue } from '../libraries/requests.ts';
import { callClosure } from '../machine/invoke.ts';
import type { Machine } from '../machine/machine.ts';
import { loadModule } from '../machine/modules.ts';
import type { Entry } from '../machine/trace.ts';
import { isAdminName } from '../names.ts';
import { placeOfClosure, type Runnable, siteOf } from './runnable.ts';

const routeFile = /(?:^|\/)app\/((?:.*\/)?)route\.(?:[cm]?js|ts)$/;
const apiFile = /(?:^|\/)pages\/(api\/.+)\.(?:[cm]?js|ts)$/;

export function isNextRoute(file: string): boolean {
  return routeFile.test(file) || apiFile.test(file);
}

/** A handler that receives a web request; those below `pages/api` get the `req` and `res` of Node. */
export const isAppRoute = (file: string): boolean => routeFile.test(file);

/** `app/api/order/[id]/route.ts` answers `/api/order/:id`; groups in brackets are no part of the address. */
function addressOf(path: string): string {
  const parts = path
    .split('/')
    .filter((part) => part !== '' && part !== 'index' && !/^\(.*\)$/.test(part) && !part.startsWith('@'))
    .map((part) => part.replace(/^\[+(?:\.\.\.)?([^\]]+)\]+$/, ':$1'));
  return `/${parts.join('/')}`;
}

/** Route handlers of Next.js: one exported function for each method, or one default export for `pages/api`. */
export function nextEntries(m: Machine, file: string): Runnable[] {
  const app = routeFile.exec(file);
  const path = addressOf(app ? (app[1] ?? '') : (apiFile.exec(file)?.[1] ?? ''));
  const exported = loadModule(m, file);
  const guarded = guardedByMiddleware(m, file, path);
  const found: Runnable[] = [];
  for (const method of app ? ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] : ['default']) {
    const handler = exported.shape?.props.get(method);
    if (handler?.callable?.kind !== 'closure') continue;
    const closure = handler.callable;
    const place = placeOfClosure(closure);
    const entry: Entry = {
      kind: 'http',
      framework: 'next',
      name: `${app ? method : 'ANY'} ${path}`,
      method: app ? method.toLowerCase() : 'all',
      path,
      file: place.file,
      place,
      admin: isAdminName(path),
      route: { file: place.file, start: place.start, end: Math.min(place.end, place.start + 60) },
    };
    found.push({
      entry,
      run: (machine) => {
        if (machine.trace) machine.trace.authenticated = guarded;
        const req = app ? webRequest(machine) : expressRequest(machine);
        machine.request.req = req;
        const second = app ? routeContext() : responseValue(machine);
        callClosure(machine, closure, [req, second], siteOf(place), closure.self);
      },
    });
  }
  return found;
}

/** `middleware.ts` (now `proxy.ts`) beside `app` or `pages` stands before the routes that its matcher names, if it asks who calls. */
function guardedByMiddleware(m: Machine, file: string, path: string): boolean {
  const root = file.slice(0, file.search(/(?:^|\/)(?:app|pages)\//));
  for (const name of ['middleware.ts', 'middleware.js', 'proxy.ts', 'proxy.js']) {
    const at = root === '' ? name : `${root}/${name}`;
    if (!m.sources.has(at)) continue;
    const text = m.sources.text(at);
    if (
      !/getToken\(|jwtVerify\(|withAuth\(|auth\(|clerkMiddleware\(|verify\w*(?:Token|Session|Jwt)\w*\(|getSession\(/i.test(text)
    )
      return false;
    const matcher = /matcher\s*:\s*(\[[^\]]*\]|['"`][^'"`]*['"`])/.exec(text)?.[1];
    if (matcher === undefined) return true;
    // A negative pattern (`/((?!api|_next).*)`) leaves the interface out.
    if (/\(\?!api/.test(matcher)) return false;
    const named = [...matcher.matchAll(/['"`](\/[^'"`:*(]*)/g)].map((one) => (one[1] ?? '').replace(/\/$/, ''));
    return named.some((prefix) => path === prefix || path.startsWith(prefix === '' ? '/' : `${prefix}/`));
  }
  return false;
}
