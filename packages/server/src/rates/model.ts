import { hash } from 'node:crypto';
import type { AppConfig, BotRule, LimitConfig, LimitSubject, RiskRule, RouteConfig } from '@menshen/contract';
import { CompileError } from '../config/compile-error.ts';
import type { TableRate } from '../coordination/token-table.ts';

/** A limit of a route or an app, ready to be asked. */
export interface CompiledLimit {
  readonly per: LimitSubject;
  /** Which requests it is over; `null` for a whole app. */
  readonly route: string | null;
  /** The same on every node and after every reload that leaves the limit as it is. */
  readonly key: string;
  /** The same as a number. */
  readonly space: number;
  readonly rate: TableRate;
  /** Tokens that a request of this route takes. */
  readonly cost: number;
  readonly requests: number;
  readonly windowSeconds: number;
  readonly shared: boolean;
  readonly answer: LimitConfig['answer'];
  /** 0 where it is over every request. */
  readonly riskAtLeast: number;
  readonly botAtLeast: number;
  /** For the record and for people: `person 30/60 s`. */
  readonly name: string;
}

/** Everything that limits a route. */
export interface RouteRates {
  /** Asked before anybody is authenticated: plain limits by address, route and app. */
  readonly early: readonly CompiledLimit[];
  readonly late: readonly CompiledLimit[];
  /** Highest level first. */
  readonly risk: readonly RiskRule[];
  readonly bot: readonly BotRule[];
  /** Whether anything of it looks at risk or at signs of a bot. */
  readonly judged: boolean;
  /** Whether anything of it asks for a phone number. */
  readonly phone: boolean;
}

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
const highestFirst = <T extends { readonly atLeast: number }>(rules: readonly T[]): readonly T[] =>
  [...rules].sort((a, b) => b.atLeast - a.atLeast);

/** Joins a route's limits and rules with those of its app. Throws a {@link CompileError} for a request that could never pass. */
export function compileRates(app: AppConfig, route: RouteConfig): RouteRates {
  const own = listOf(route.limit).map((limit, at) => compileLimit(app, limit, at, 1, route.match));
  const cost = route.cost ?? 1;
  const shared = listOf(app.limit).map((limit, at) => compileLimit(app, limit, at, cost, null));
  for (const limit of shared) {
    if (cost <= limit.rate.capacity) continue;
    throw new CompileError(
      `apps.${app.id}`,
      `接口“${route.match}”的 cost 大于应用限额“${limit.name}”的容量，永远无法通过。`,
      `route "${route.match}" costs more than the limit "${limit.name}" of its app ever holds, so it could never pass`,
    );
  }
  const all = [...shared, ...own];
  const isEarly = (limit: CompiledLimit): boolean =>
    (limit.per === 'address' || limit.per === 'route' || limit.per === 'app') &&
    limit.answer === 'refuse' &&
    !limit.shared &&
    limit.riskAtLeast === 0 &&
    limit.botAtLeast === 0;
  const risk = highestFirst(listOf(route.risk ?? app.risk));
  const bot = highestFirst(listOf(route.bot ?? app.bot));
  return {
    early: all.filter(isEarly),
    late: all.filter((limit) => !isEarly(limit)),
    risk,
    bot,
    phone: asksPhone(app, route),
    judged: risk.length + bot.length > 0 || all.some(({ riskAtLeast, botAtLeast }) => riskAtLeast + botAtLeast > 0),
  };
}

interface Answering {
  readonly answer: string;
}

/** Throws a {@link CompileError} where a phone number is asked of whom WeChat cannot vouch for. */
function asksPhone(app: AppConfig, route: RouteConfig): boolean {
  const asks = (...rules: readonly (Answering | readonly Answering[] | undefined)[]): boolean =>
    rules.some((rule) => listOf<Answering>(rule).some(({ answer }) => answer === 'phone'));
  const ofRoute = asks(route.limit, route.risk, route.bot);
  if (!ofRoute && !asks(app.limit, app.risk, app.bot)) return false;
  const field = `apps.${app.id}`;
  if (app.wechat === undefined) {
    throw new CompileError(
      field,
      'answer: phone 需要 wechat：手机号由微信小程序核实，本应用没有配置小程序。',
      'answer: phone needs wechat: numbers are vouched for by the mini program, and this app has none',
    );
  }
  if (!app.audience.includes('customer')) {
    throw new CompileError(
      field,
      'answer: phone 用于顾客，而 audience 中没有 customer；员工请用 answer: mfa。',
      'answer: phone is for customers, and audience has no customer; for employees use answer: mfa',
    );
  }
  if (ofRoute && route.auth === 'none') {
    throw new CompileError(
      field,
      `接口“${route.match}”的 answer: phone 需要登录（auth: none 时不知道是谁，微信无法核对凭据属于本人）。`,
      `route "${route.match}" needs a session for answer: phone: with auth none WeChat cannot be asked whether the code is the caller's`,
    );
  }
  return true;
}

function compileLimit(app: AppConfig, limit: LimitConfig, at: number, cost: number, route: string | null): CompiledLimit {
  const { per, requests, windowSeconds } = limit;
  const capacity = limit.burst ?? requests;
  const { riskAtLeast = 0, botAtLeast = 0 } = limit;
  const identity = [app.id, route ?? '*', at, per, requests, windowSeconds, capacity, riskAtLeast, botAtLeast].join('\n');
  const digest = hash('sha256', identity, 'buffer');
  return {
    ...{ per, route, requests, windowSeconds, cost, riskAtLeast, botAtLeast },
    key: digest.toString('base64url', 0, 12),
    space: digest.readUInt32BE(0),
    rate: { capacity, msPerToken: (windowSeconds * 1_000) / requests },
    shared: limit.shared,
    answer: limit.answer,
    name: `${route === null ? 'app: ' : ''}${per} ${requests}/${windowSeconds} s`,
  };
}

/** Beside each limit lies a second one of the same size, for callers who did what was asked instead of a refusal. */
export function besides(limit: CompiledLimit): CompiledLimit {
  const known = seconds.get(limit);
  if (known !== undefined) return known;
  const second = { ...limit, key: `${limit.key}+`, space: (limit.space ^ 0x5bd1e995) >>> 0, answer: 'refuse' as const };
  seconds.set(limit, second);
  return second;
}

const seconds = new WeakMap<CompiledLimit, CompiledLimit>();
