import { hash } from 'node:crypto';
import type { AppConfig, Config, GatewayMode, ResourceConfig, RouteConfig, SocketConfig, VersionDemand } from '@menshen/contract';
import { createInspector, type Inspector, type SchemaCheck } from '@menshen/inspect';
import type { CompiledPolicies } from '@menshen/policy';
import { CompileError } from '../config/compile-error.ts';
import { type AppGuards, compileGuards, type RouteGuard } from '../guard/compile.ts';
import type { AddressPlaces } from '../identity/risk/address-places.ts';
import { type ConfiguredInspection, configuredInspection } from '../inspection/configured.ts';
import { compileDisclosure, type DisclosureRules } from '../protect/disclosure/rules.ts';
import type { RouteProtection } from '../protect/route-protection.ts';
import { compileRates, type RouteRates } from '../rates/model.ts';
import { compileRanges } from './address.ts';
import { type CompiledResource, compileResource } from './compile-resource.ts';
import { Lookups } from './lookup.ts';
import { compilePayment, type PaymentRule } from './payment-rule.ts';
import { Router } from './router.ts';
import { compileSocket } from './sockets/compile.ts';
import { Upstream } from './upstream/upstream.ts';

export interface CompiledRoute {
  readonly match: string;
  readonly method: string;
  /** Segments of the path below the app's base path; `:name` and a final `*` as written. */
  readonly segments: readonly string[];
  readonly parameters: readonly string[];
  readonly auth: 'none' | 'session' | 'mfa' | 'approval';
  /** Greatest age of the second factor in ms; only with `mfa`. */
  readonly secondFactorMs: number;
  readonly action: string | null;
  readonly resource: CompiledResource | null;
  readonly schema: SchemaCheck | null;
  /** Types of its fields, rich text and files. */
  readonly protection: RouteProtection;
  readonly disclosure: DisclosureRules;
  /** Whether bodies travel in envelopes. */
  readonly channel: 'off' | 'optional' | 'required';
  /** Of a route that takes sockets, and nothing else. */
  readonly socket: SocketConfig | null;
  readonly bodyTypes: ReadonlySet<string>;
  readonly bodyBytes: number;
  readonly streamBody: boolean;
  readonly bodyOptional: boolean;
  readonly inspector: Inspector;
  readonly rates: RouteRates;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly monitor: boolean;
  readonly guard: RouteGuard | null;
  /** How notifications of WeChat Pay are verified; null where none are taken. */
  readonly payment: PaymentRule | null;
  /** Which versions of the mini program may ask. */
  readonly versions: VersionDemand;
  /** Purposes that the person must have consented to. */
  readonly consent: readonly string[];
  /** What the configuration says of its inspection. */
  readonly inspection: ConfiguredInspection;
}

export interface CompiledApp {
  readonly id: string;
  readonly config: AppConfig;
  readonly router: Router<CompiledRoute>;
  readonly routes: readonly CompiledRoute[];
  readonly basePath: string;
  readonly upstream: Upstream;
  readonly upstreamKey: string;
  /** Origin of the backend. */
  readonly origin: string;
  /** Path on the backend for a path of ours. */
  readonly backendPath: (path: string) => string;
  readonly signing: SigningMode;
  readonly audience: ReadonlySet<string>;
  readonly guards: AppGuards;
  /** For requests that match no route. */
  readonly inspector: Inspector;
}

/** Everything that the data plane needs of the configuration, immutable: a change makes a new one and swaps it between two requests. */
export interface Runtime {
  readonly config: Config;
  readonly mode: GatewayMode;
  readonly apps: ReadonlyMap<string, CompiledApp>;
  readonly byHost: ReadonlyMap<string, CompiledApp>;
  /** Longest base path first. */
  readonly byPath: readonly CompiledApp[];
  readonly trusted: (address: string) => boolean;
  readonly denied: (address: string) => boolean;
  readonly policies: CompiledPolicies | null;
  readonly places: AddressPlaces;
}

export interface RuntimeParts {
  readonly clock: () => number;
  readonly policies: CompiledPolicies | null;
  /** Where an address is. */
  readonly places: AddressPlaces;
  /** Schemas and inspectors are compiled by the caller, which knows files; see `config/compile.ts`. */
  readonly compileRoute: (app: AppConfig, route: RouteConfig) => Pick<CompiledRoute, 'schema' | 'inspector' | 'protection'>;
  /** Upstreams of the runtime that this one follows: an unchanged backend keeps its connections and its circuit. */
  readonly previous: Runtime | null;
}

/** Compiles a validated configuration. Throws a {@link CompileError} on what only shows in combination (two apps at one place, two routes alike). */
export function compileRuntime(config: Config, { previous, ...kept }: RuntimeParts): Runtime {
  const apps = new Map<string, CompiledApp>();
  const byHost = new Map<string, CompiledApp>();
  const byPath: CompiledApp[] = [];
  for (const appConfig of config.apps) {
    if (apps.has(appConfig.id)) throw new CompileError(`apps.${appConfig.id}`, '有两个应用使用此标识。', 'two apps have this id');
    const app = compileApp(appConfig, config, kept, previous?.apps.get(appConfig.id));
    apps.set(app.id, app);
    if (appConfig.hosts === undefined && appConfig.basePath === undefined) {
      throw new CompileError(`apps.${app.id}`, '需要 hosts 或 basePath。', 'needs hosts or basePath');
    }
    for (const host of appConfig.hosts ?? []) {
      const other = byHost.get(host);
      if (other !== undefined)
        throw new CompileError(
          `apps.${app.id}`,
          `主机名 ${host} 也属于 ${other.id}。`,
          `host ${host} also belongs to ${other.id}`,
        );
      byHost.set(host, app);
    }
    if (appConfig.hosts === undefined) byPath.push(app);
  }
  byPath.sort((a, b) => b.basePath.length - a.basePath.length);
  byPath.forEach((app, at) => {
    for (const other of byPath.slice(at + 1)) {
      if (app.basePath === other.basePath || app.basePath.startsWith(`${other.basePath === '/' ? '' : other.basePath}/`)) {
        throw new CompileError(
          `apps.${app.id}`,
          `basePath ${app.basePath} 与 ${other.id} 重叠。`,
          `basePath ${app.basePath} overlaps with ${other.id}`,
        );
      }
    }
  });
  return {
    config,
    mode: config.gateway.mode,
    apps,
    byHost,
    byPath,
    trusted: compileRanges(config.gateway.trustedProxies),
    denied: compileRanges(config.gateway.denyAddresses),
    policies: kept.policies,
    places: kept.places,
  };
}

/** Outside of what is compiled: a backend outlives the runtime that it was made for, and would keep all of that. */
const monotonic = (): number => performance.now();

/** `parts` lives on in what is compiled, and so must not hold the runtime before: that holds its own, and none would ever go. */
function compileApp(
  config: AppConfig,
  whole: Config,
  parts: Omit<RuntimeParts, 'previous'>,
  previous: CompiledApp | undefined,
): CompiledApp {
  const upstream = typeof config.upstream === 'string' ? { url: config.upstream } : config.upstream;
  const target = new URL(upstream.url);
  const connections = ('connections' in upstream ? upstream.connections : undefined) ?? 64;
  const tls = 'tls' in upstream ? upstream.tls : undefined;
  // Other certificates make another backend; the key itself need not stand in memory twice.
  const upstreamKey = `${target.origin} ${connections} ${tls === undefined ? '' : hash('sha256', JSON.stringify(tls))}`;
  const basePath = (config.basePath ?? '').replace(/\/+$/, '');
  const prefix = 'path' in upstream ? upstream.path?.replace(/\/+$/, '') : undefined;
  const timeoutMs = ('timeoutMs' in upstream ? upstream.timeoutMs : undefined) ?? 15_000;
  const backend =
    previous?.upstreamKey === upstreamKey
      ? previous.upstream
      : new Upstream({ url: target.origin, connections, tls, clock: parts.clock, monotonic });
  const lookups = new Lookups({ upstream: backend, clock: parts.clock });
  const guards = compileGuards(config, timeoutMs);
  const routes = config.routes.map((route) => ({
    ...compileRoute(config, route, whole, timeoutMs, basePath, lookups, parts),
    guard: guards.routes.get(route.match) ?? null,
  }));
  const router = new Router<CompiledRoute>();
  for (const route of routes) router.add(route);
  return {
    id: config.id,
    config,
    router,
    routes,
    basePath,
    upstream: backend,
    upstreamKey,
    origin: target.origin,
    backendPath: prefix === undefined ? (path) => path : (path) => `${prefix}${path.slice(basePath.length)}` || '/',
    audience: new Set(config.audience),
    guards,
    signing: config.requestSigning.mode,
    inspector: createInspector(),
  };
}

function compileRoute(
  app: AppConfig,
  route: RouteConfig,
  whole: Config,
  timeoutMs: number,
  basePath: string,
  lookups: Lookups,
  parts: Omit<RuntimeParts, 'previous'>,
): Omit<CompiledRoute, 'guard'> {
  const [method = '', path = ''] = route.match.split(' ');
  const { body } = route;
  const auth = typeof route.auth === 'string' ? route.auth : 'mfa';
  if (auth !== 'none' && route.action === undefined) {
    throw new CompileError(
      `apps.${app.id}`,
      `接口 "${route.match}" 需要 action：没有策略允许的一律拒绝。`,
      `route "${route.match}" needs an action, because what no policy permits is refused`,
    );
  }
  if (route.seal !== 'off' && app.requestSigning.mode === 'off') {
    throw new CompileError(
      `apps.${app.id}`,
      `接口 "${route.match}" 的加密通道需要 requestSigning：没有签名就没有密钥。`,
      `route "${route.match}" needs requestSigning for its encrypted channel: without signatures there are no keys`,
    );
  }
  if (route.seal !== 'off' && body?.stream === true) {
    throw new CompileError(
      `apps.${app.id}`,
      `接口 "${route.match}" 流式转发请求体，不能使用加密通道。`,
      `route "${route.match}" streams its body and cannot have an encrypted channel`,
    );
  }
  if (route.retries !== undefined && !['GET', 'HEAD', 'OPTIONS'].includes(method)) {
    throw new CompileError(
      `apps.${app.id}`,
      `接口 "${route.match}" 会更改数据，不能重试。`,
      `route "${route.match}" changes something and must not be retried`,
    );
  }
  const segments = `${basePath}${path}`
    .split('/')
    .slice(1)
    .filter((segment, at, all) => segment !== '' || at < all.length - 1 || all.length === 1);
  return {
    match: route.match,
    method,
    segments: segments.length === 1 && segments[0] === '' ? [] : segments,
    parameters: segments.filter((segment) => segment.startsWith(':')).map((segment) => segment.slice(1)),
    auth,
    secondFactorMs: (typeof route.auth === 'string' ? 300 : route.auth.mfa.maxAgeSeconds) * 1_000,
    action: route.action ?? null,
    resource:
      route.resource === undefined
        ? null
        : resourceOf(app, route, route.resource, { lookups, timeoutMs: route.timeoutMs ?? timeoutMs }),
    bodyTypes: new Set(body?.types ?? ['json']),
    bodyBytes: Math.min(body?.maxBytes ?? whole.gateway.limits.bodyBytes, 1_073_741_824),
    streamBody: body?.stream ?? false,
    bodyOptional: body?.optional ?? false,
    rates: compileRates(app, route),
    timeoutMs: route.timeoutMs ?? timeoutMs,
    retries: route.retries ?? (method === 'GET' || method === 'HEAD' ? 1 : 0),
    monitor: route.mode === 'monitor',
    inspection: configuredInspection(whole.gateway.inspect, app.inspect, route.inspect),
    channel: route.seal,
    socket: compileSocket(app, route),
    payment: compilePayment(app, route),
    consent: route.consent ?? [],
    versions: compileVersions(app, route),
    disclosure: compileDisclosure([whole.gateway.disclosure, app.disclosure, route.disclosure], route.mask ?? []),
    ...parts.compileRoute(app, route),
  };
}

/** What a route demands of versions. Without keys for releases nothing can be registered, and nobody would come in. */
function compileVersions(app: AppConfig, route: RouteConfig): VersionDemand {
  const demand = route.versions ?? app.versions.accept;
  if (demand === 'any' || app.release !== undefined) return demand;
  throw new CompileError(
    `apps.${app.id}`,
    `versions 设为 ${demand} 时需要 release：没有登记发布的公钥，任何版本都不会被接受。`,
    `versions ${demand} needs release: without keys no release is registered, and no version accepted`,
  );
}

function resourceOf(
  app: AppConfig,
  route: RouteConfig,
  resource: ResourceConfig,
  parts: Parameters<typeof compileResource>[2],
): CompiledResource {
  try {
    return compileResource(resource, route, parts);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const text = `route "${route.match}" ${error.message}`;
    throw new CompileError(`apps.${app.id}`, `接口“${route.match}”的资源设置有误：${error.message}`, text);
  }
}

export type SigningMode = 'off' | 'optional' | 'required';
