import { holdsData, identifiersIn, jsonOf } from './answers.ts';
import {
  type Credential,
  type ProbeAccounts,
  type ProbeAnswer,
  type ProbeFinding,
  ProbeRefused,
  type ProbeRoute,
  type ProbeSend,
  routeName,
} from './model.ts';
import { errorSignOf } from './signs.ts';

/** Who sends a request; `nobody` without any credential. */
export type Who = 'a' | 'b' | 'admin' | 'nobody';

export interface ProbeParts {
  readonly send: ProbeSend;
  readonly origin: string;
  readonly routes: readonly ProbeRoute[];
  readonly accounts: ProbeAccounts;
  /** Values of parameters by account: `{ a: { orderId: '1' } }`. */
  readonly values: { readonly a: Readonly<Record<string, string>>; readonly b: Readonly<Record<string, string>> };
  readonly allowWrites: boolean;
  /** Requests of the check for rate limits. */
  readonly burst: number;
  /** Letters and digits that nobody else uses. */
  readonly random: () => string;
}

export interface ProbeContext extends ProbeParts {
  has(who: Who): boolean;
  /** Asks a path as somebody. A request that fails is an answer of status 0. */
  ask(who: Who, path: string, more?: { method?: string; headers?: Credential; body?: string }): Promise<ProbeAnswer>;
  /** As {@link ask} for a route, remembered. Null where a value for its path is not known. */
  baseline(who: Who, route: ProbeRoute, values?: Readonly<Record<string, string>>): Promise<ProbeAnswer | null>;
  /** The route's path with values; null where one of the path is missing. */
  pathOf(route: ProbeRoute, values?: Readonly<Record<string, string>>): string | null;
  /** Identifiers of account A that account B has not shown, for a parameter of a route. */
  ownedByA(route: ProbeRoute, parameter: string): Promise<readonly string[]>;
  /** Answers that held a stack trace or an error of a database: first of each route. */
  readonly signs: ReadonlyMap<string, { readonly sign: string; readonly line: string }>;
}

/** The target did not answer several times in a row. */
export class ProbeUnreachable extends Error {
  override readonly name = 'ProbeUnreachable';
}

const mostFailures = 5;
const failed: ProbeAnswer = { status: 0, headers: {}, body: '' };

/** What was sent and what came back, for people: no credential and no body. */
export function exchangeLine(who: Who, method: string, path: string, { status, headers, body }: ProbeAnswer): string {
  const type = headers['content-type']?.split(';')[0] ?? '-';
  return `[${who}] ${method} ${path.slice(0, 300)} → ${status} ${type} ${body.length} B`;
}

export function createContext(parts: ProbeParts): ProbeContext {
  const { accounts, values } = parts;
  const answers = new Map<string, ProbeAnswer>();
  const owned = new Map<string, readonly string[]>();
  const signs = new Map<string, { sign: string; line: string }>();
  let failures = 0;

  /** The interface that a path is of; of none, the target as a whole. */
  const templateOf = (method: string, path: string): string => {
    const segments = (path.split('?')[0] ?? '').split('/');
    const route = parts.routes.find((one) => {
      const named = one.path.split('/');
      return (
        one.method === method &&
        named.length === segments.length &&
        named.every((part, at) => part.includes('{') || part === segments[at])
      );
    });
    return route === undefined ? parts.origin : routeName(route);
  };
  const credentialOf = (who: Who): Credential => (who === 'nobody' ? {} : (accounts[who] ?? {}));

  const ask: ProbeContext['ask'] = async (who, path, { method = 'GET', headers = {}, body } = {}) => {
    const typed = body === undefined ? {} : { 'content-type': 'application/json' };
    try {
      const answer = await parts.send({
        ...{ method, path, body: body ?? null },
        headers: { accept: 'application/json, text/html;q=0.8', ...typed, ...credentialOf(who), ...headers },
      });
      failures = 0;
      const sign = errorSignOf(answer.body);
      const key = templateOf(method, path);
      if (sign !== null && !signs.has(key)) signs.set(key, { sign, line: exchangeLine(who, method, path, answer) });
      return answer;
    } catch (error) {
      if (error instanceof ProbeRefused) throw error;
      failures += 1;
      if (failures >= mostFailures) throw new ProbeUnreachable('the target does not answer', { cause: error });
      return failed;
    }
  };

  const pathOf: ProbeContext['pathOf'] = (route, given = {}) => {
    let missing = false;
    const known = (name: string): string | null => {
      const described = route.parameters.find((one) => one.name === name)?.example ?? null;
      return given[name] ?? values.a[name] ?? described;
    };
    const path = route.path.replace(/\{([^{}]+)\}/g, (_all, name: string) => {
      const value = known(name);
      if (value === null) missing = true;
      return encodeURIComponent(value ?? '');
    });
    if (missing) return null;
    const query = route.parameters
      .filter((one) => one.in === 'query')
      .flatMap(({ name, required }): [string, string][] => {
        const value = known(name);
        return value === null || (!required && given[name] === undefined) ? [] : [[name, value]];
      });
    return query.length === 0 ? path : `${path}?${new URLSearchParams(query)}`;
  };

  const baseline: ProbeContext['baseline'] = async (who, route, given) => {
    const path = pathOf(route, given);
    if (path === null) return null;
    const key = `${who} ${route.method} ${path}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = await ask(who, path, { method: route.method });
    answers.set(key, answer);
    return answer;
  };

  /** Identifiers that an account is shown by lists above an object, and by interfaces without parameters. */
  const shownTo = async (who: 'a' | 'b', route: ProbeRoute, name: string): Promise<Set<string>> => {
    const above = route.path.slice(0, route.path.indexOf(`{${name}}`)).replace(/\/$/, '');
    const lists = parts.routes.filter(
      ({ method, path }) =>
        method === 'GET' &&
        !path.includes('{') &&
        (path === above || above.startsWith(`${path}/`) || /(^|\/)(me|profile|self|mine|user\/info)$/.test(path)),
    );
    const found = new Set<string>();
    for (const list of lists.slice(0, 6)) {
      const answer = await baseline(who, list);
      if (answer === null || !holdsData(answer)) continue;
      for (const [field, ids] of identifiersIn(jsonOf(answer))) {
        // A list above says ids; elsewhere the field must be named as the parameter is.
        const fits = list.path === above ? /^_?id$/.test(field) || sameName(field, name) : sameName(field, name);
        if (fits) for (const id of ids) found.add(id);
      }
    }
    return found;
  };

  return {
    ...parts,
    signs,
    has: (who) => who === 'nobody' || accounts[who] !== null,
    ask,
    pathOf,
    baseline,
    async ownedByA(route, name) {
      const key = `${routeName(route)} ${name}`;
      const known = owned.get(key);
      if (known !== undefined) return known;
      const given = values.a[name];
      const [a, b] = [await shownTo('a', route, name), await shownTo('b', route, name)];
      const ids = [...(given === undefined ? [] : [given]), ...[...a].filter((id) => !b.has(id) && id !== values.b[name])];
      owned.set(key, ids.slice(0, 3));
      return ids.slice(0, 3);
    },
  };
}

const sameName = (field: string, parameter: string): boolean =>
  field.replaceAll(/[_-]/g, '').toLowerCase() === parameter.replaceAll(/[_-]/g, '').toLowerCase();

export type Check = (context: ProbeContext) => Promise<ProbeFinding[]>;
