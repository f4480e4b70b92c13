import { CompileError } from '../config/compile-error.ts';
import { foldedSegment, mayBeOther, otherSpellings } from './other-spellings.ts';

/** What a route tells the router of itself. */
export interface Routed {
  /** As declared, for what is said of it. */
  readonly match: string;
  readonly method: string;
  /** Segments of the path; `:name` and a final `*` as written. */
  readonly segments: readonly string[];
}

interface Node<Route> {
  readonly literals: Map<string, Node<Route>>;
  parameter: Node<Route> | null;
  /** Routes that end here, by method. */
  readonly methods: Map<string, Route>;
  /** Routes whose pattern ends in `*` here. */
  readonly rest: Map<string, Route>;
}

const emptyNode = <Route>(): Node<Route> => ({ literals: new Map(), parameter: null, methods: new Map(), rest: new Map() });

export type RouteMatch<Route> =
  | { readonly kind: 'route'; readonly route: Route; readonly values: readonly string[] }
  | { readonly kind: 'method'; readonly allowed: readonly string[] }
  | { readonly kind: 'none'; readonly where?: 'spelling' };

const none: RouteMatch<never> = { kind: 'none' };
const otherwiseSpelt: RouteMatch<never> = { kind: 'none', where: 'spelling' };
const maxSegments = 64;

/**
 * Routes of one app as a tree of path segments: a literal wins over a parameter, a parameter over `*`. The walk is bounded by the number of
 * segments, and goes back at most once per level. A path that a wider route would take, and that a backend may read as one of a narrower route, such as
 * `/api/SALARY/` beside `/api/salary`, has none: the wider route would decide about what the narrower one guards.
 */
export class Router<Route extends Routed> {
  readonly #root = emptyNode<Route>();
  /** The same with folded literals. */
  readonly #folded = emptyNode<Route>();
  readonly #routes: Route[] = [];
  /** Whether a route stands beside a narrower one, once that was asked. */
  readonly #wider = new Map<Route, boolean>();
  /** Routes without parameters by method and path: what the walk would find first. */
  readonly #literal = new Map<string, Map<string, RouteMatch<Route>>>();

  /** Adds a route. Throws when another route has the same method and the same pattern but for parameter names. */
  add(route: Route): void {
    if (!insert(this.#root, route, (literal) => literal)) throw alike(route.match);
    insert(this.#folded, route, foldedSegment);
    this.#routes.push(route);
    this.#wider.clear();
    if (route.segments.at(-1) === '*') return;
    if (route.segments.some((segment) => segment.startsWith(':'))) return;
    const path = `/${route.segments.join('/')}`;
    let methods = this.#literal.get(path);
    if (methods === undefined) {
      methods = new Map();
      this.#literal.set(path, methods);
    }
    methods.set(route.method, { kind: 'route', route, values: [] });
  }

  /** Finds the route of a canonical path (it starts with a slash). A HEAD request is served by the GET route where no HEAD route is declared. */
  find(method: string, path: string): RouteMatch<Route> {
    const literal = this.#literal.get(path)?.get(method);
    if (literal !== undefined) return literal;
    const segments = path === '/' ? [] : path.slice(1).split('/');
    if (segments.length > maxSegments) return none;
    const allowed = new Set<string>();
    const values: string[] = [];
    const route = this.#walk(this.#root, segments, 0, method, values, allowed);
    if (route !== null && this.#isWider(route) && this.#isOtherwise(route, method, path)) return otherwiseSpelt;
    if (route !== null) return { kind: 'route', route, values };
    return allowed.size > 0 ? { kind: 'method', allowed: [...allowed].sort() } : none;
  }

  #isWider(route: Route): boolean {
    let wider = this.#wider.get(route);
    if (wider === undefined) {
      wider = this.#routes.some((other) => other !== route && mayBeOther(route, other));
      this.#wider.set(route, wider);
    }
    return wider;
  }

  #isOtherwise(route: Route, method: string, path: string): boolean {
    try {
      return otherSpellings(path).some((segments) => {
        const other = this.#walk(this.#folded, segments, 0, method, [], new Set());
        return other !== null && other !== route;
      });
    } catch {
      // No canonical path: it is refused elsewhere.
      return false;
    }
  }

  #walk(
    node: Node<Route>,
    segments: readonly string[],
    at: number,
    method: string,
    values: string[],
    allowed: Set<string>,
  ): Route | null {
    const segment = segments[at];
    if (segment === undefined) {
      const route = pick(node.methods, method);
      if (route !== null) return route;
      for (const name of node.methods.keys()) allowed.add(name);
    } else {
      const literal = node.literals.get(segment);
      if (literal !== undefined) {
        const found = this.#walk(literal, segments, at + 1, method, values, allowed);
        if (found !== null) return found;
      }
      if (node.parameter !== null && segment !== '') {
        values.push(segment);
        const found = this.#walk(node.parameter, segments, at + 1, method, values, allowed);
        if (found !== null) return found;
        values.pop();
      }
    }
    if (segment === undefined) return null;
    const rest = pick(node.rest, method);
    if (rest !== null) return rest;
    for (const name of node.rest.keys()) allowed.add(name);
    return null;
  }
}

/** Puts a route into a tree; false where another stands there. */
function insert<Route extends Routed>(root: Node<Route>, route: Route, literalOf: (segment: string) => string): boolean {
  let node = root;
  for (const segment of route.segments) {
    if (segment === '*') {
      if (node.rest.has(route.method)) return false;
      node.rest.set(route.method, route);
      return true;
    }
    if (segment.startsWith(':')) {
      node.parameter ??= emptyNode();
      node = node.parameter;
      continue;
    }
    const literal = literalOf(segment);
    let next = node.literals.get(literal);
    if (next === undefined) {
      next = emptyNode();
      node.literals.set(literal, next);
    }
    node = next;
  }
  if (node.methods.has(route.method)) return false;
  node.methods.set(route.method, route);
  return true;
}

function pick<Route>(routes: ReadonlyMap<string, Route>, method: string): Route | null {
  return routes.get(method) ?? (method === 'HEAD' ? (routes.get('GET') ?? null) : null);
}

function alike(match: string): CompileError {
  return new CompileError('routes', `有两个接口都匹配 ${match}。`, `two routes match ${match}`);
}
