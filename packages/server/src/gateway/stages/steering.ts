import type { JsonSchema } from '@menshen/inspect';
import type { RequestContext } from '../context.ts';
import { foldedName } from '../own-value.ts';
import { type Refusal, refuse } from '../refusal.ts';

/**
 * Query parameters by which frameworks let a request choose another method, path or handler than its first line names: `_method` (Rails, Laravel, ThinkPHP,
 * Symfony, Spring), `_url` (Phalcon), `_controller` (Symfony).
 */
const always: ReadonlySet<string> = new Set(['_method', '_url', '_controller']);
/** In a body it is the method alone. */
const inBodies: ReadonlySet<string> = new Set(['_method']);
/** `/admin/user/delete`, `admin/user`, `index/\think\app/invokefunction`. */
const likeRoute = /^[/\\]|^[A-Za-z_][\w.-]{0,99}[/\\]\\?[A-Za-z_]/;
const longestName = 100;

type Steers = (folded: string, value: unknown) => boolean;

const [letterR, letterS, openBracket] = [0x72, 0x73, 0x5b] as const;

/** Whether a name may fold to one of those above, by its first characters: hardly any does, and each request is asked. */
function mayFold(name: string): boolean {
  const first = name.charCodeAt(0);
  const isWordy = (first >= 0x30 && first < 0x5f) || (first > 0x5f && first < 0x7f);
  if (!isWordy) return true;
  const letter = first | 0x20;
  if (letter !== letterS && letter !== letterR) return false;
  const second = name.charCodeAt(1);
  return Number.isNaN(second) || second === openBracket || second > 0x7e;
}

function found(container: unknown, declared: JsonSchema | null, steers: Steers): string | null {
  if (typeof container !== 'object' || container === null || Array.isArray(container)) return null;
  const properties = typeof declared === 'object' ? declared?.['properties'] : undefined;
  for (const name of Object.keys(container)) {
    if (name.length > longestName || !mayFold(name)) continue;
    const folded = foldedName(name);
    if (!steers(folded, (container as Record<string, unknown>)[name])) continue;
    // Who declares it knows that the backend reads it.
    if (typeof properties !== 'object' || properties === null || !Object.hasOwn(properties, name)) return folded;
  }
  return null;
}

const isRoute = (value: unknown): boolean =>
  typeof value === 'string' ? likeRoute.test(value) : Array.isArray(value) && value.some(isRoute);

/** ThinkPHP reads `s` before the path; Yii reads `r` in place of one, behind a script's name. Both are common words too, and steer only with a route as value. */
const inQueryOf =
  (path: string): Steers =>
  (folded, value) =>
    always.has(folded) || ((folded === 's' || (folded === 'r' && path.endsWith('.php'))) && isRoute(value));
const inBody: Steers = (folded) => inBodies.has(folded);

/**
 * Whether a request would have its backend do something else than what was decided upon: a permitted `GET /me?s=/admin/user/delete` is, for ThinkPHP, the
 * path behind the `s`. Names are compared as PHP folds them. `withBody` once the body has been read.
 */
export function refuseSteering(context: RequestContext, withBody: boolean): Refusal | undefined {
  const { route, path, parsedQuery, parsedBody } = context;
  const declared = route?.protection.declaredSchemas;
  const query = found(parsedQuery, declared?.query ?? null, inQueryOf(path));
  if (query !== null) return refuse('query_ambiguous', `steering ${query}`);
  const body = withBody ? found(parsedBody, declared?.body ?? null, inBody) : null;
  return body === null ? undefined : refuse('body_ambiguous', `steering ${body}`);
}
