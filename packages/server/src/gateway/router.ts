import { CompileError } from '../config/compile-error.ts';

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
  | { readonly kind: 'none' };

const none: RouteMatch<never> = { kind: 'none' };
const maxSegments = 64;

/**
 * Routes of one app as a tree of path segments: a literal wins over a parameter, a parameter over `*`. The walk is bounded by the number of
 * segments, and goes back at most once per level.
 */
export class Router<Route extends Routed> {
  readonly #root = emptyNode<Route>();
  /** Routes without parameters by method and path: what the walk would find first. */
  readonly #literal = new Map<string, Map<string, RouteMatch<Route>>>();

  /** Adds a route. Throws when another route has the same method and the same pattern but for parameter names. */
  add(route: Route): void {
    let node = this.#root;
    for (const segment of route.segments) {
      if (segment === '*') {
        if (node.rest.has(route.method)) throw alike(route.match);
        node.rest.set(route.method, route);
        return;
      }
      if (segment.startsWith(':')) {
        node.parameter ??= emptyNode();
        node = node.parameter;
        continue;
      }
      let next = node.literals.get(segment);
      if (next === undefined) {
        next = emptyNode();
        node.literals.set(segment, next);
      }
      node = next;
    }
    if (node.methods.has(route.method)) throw alike(route.match);
    node.methods.set(route.method, route);
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
    if (route !== null) return { kind: 'route', route, values };
    return allowed.size > 0 ? { kind: 'method', allowed: [...allowed].sort() } : none;
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

function pick<Route>(routes: ReadonlyMap<string, Route>, method: string): Route | null {
  return routes.get(method) ?? (method === 'HEAD' ? (routes.get('GET') ?? null) : null);
}

function alike(match: string): CompileError {
  return new CompileError('routes', `有两个接口都匹配 ${match}。`, `two routes match ${match}`);
}
