import { hash } from 'node:crypto';
import { type AppConfig, appSchema, type ConfigInput, configSchema } from '@menshen/contract';
import { createMemoryCoordination } from '../coordination/memory.ts';
import type { Coordination } from '../coordination/model.ts';
import type { RequestContext } from '../gateway/context.ts';
import { Metrics } from '../gateway/metrics.ts';
import type { CompiledApp, CompiledRoute, Runtime } from '../gateway/runtime.ts';
import type { GatewayServices } from '../gateway/services.ts';
import type { Session } from '../identity/model.ts';
import { noRisk } from '../identity/risk/model.ts';
import { ListSnapshot } from './lists/snapshot.ts';
import { compileRates } from './model.ts';
import type { PhoneRooms } from './phone/service.ts';
import { createMemoryPhoneStore } from './phone/testing.ts';
import { createRates, type RatesService } from './service.ts';

export interface RatesDesk {
  readonly rates: RatesService;
  readonly services: GatewayServices;
  readonly runtime: Runtime;
  readonly lists: ListSnapshot;
  readonly metrics: Metrics;
  /** Events that the rates have recorded. */
  readonly alarms: readonly string[];
  now(): number;
  wait(milliseconds: number): void;
  /** A request that the route stage has passed. */
  request(change?: Partial<RequestContext> & { headers?: Record<string, string> }): RequestContext;
  session(change?: Partial<Session>): Session;
}

type AppInput = Partial<NonNullable<ConfigInput['apps']>[number]>;

/** Rates without a gateway: one app with one route, as the configuration says. */
export function startRatesDesk(
  route: Record<string, unknown>,
  options: {
    app?: AppInput;
    gateway?: ConfigInput['gateway'];
    coordinate?: (memory: Coordination) => Coordination;
    phone?: Partial<PhoneRooms>;
  } = {},
): RatesDesk {
  let now = 1_767_225_600_000;
  const clock = (): number => now;
  const app: AppConfig = appSchema.parse({
    id: 'portal',
    basePath: '/portal',
    audience: ['employee'],
    upstream: 'http://127.0.0.1:1',
    ...options.app,
    routes: [{ match: 'POST /notes', auth: 'none', ...route }],
  });
  const [routeConfig] = app.routes;
  if (routeConfig === undefined) throw new Error('no route');
  const config = configSchema.parse({ gateway: options.gateway ?? {} });
  const compiled = { match: routeConfig.match, rates: compileRates(app, routeConfig), secondFactorMs: 300_000 } as CompiledRoute;
  const compiledApp = { id: app.id, config: app, routes: [compiled] } as unknown as CompiledApp;
  const runtime = {
    config,
    apps: new Map([[app.id, compiledApp]]),
    trusted: () => false,
    denied: (address: string) => config.gateway.denyAddresses.includes(address),
  } as unknown as Runtime;
  const alarms: string[] = [];
  const metrics = new Metrics();
  const memory = createMemoryCoordination({ clock });
  const lists = new ListSnapshot();
  let drawn = 0;
  const rates = createRates({
    lists,
    runtime: () => runtime,
    coordination: options.coordinate?.(memory) ?? memory,
    revocations: { publish: async () => 1 },
    phone: {
      store: createMemoryPhoneStore(),
      openidOf: async (uid) => `openid of ${uid}`,
      client: () => null,
      ...options.phone,
    },
    audit: {
      record: async (event: string) => alarms.push(event),
      act: (_by: string, _act: unknown, perform: () => Promise<unknown>) => perform(),
    } as never,
    metrics,
    keys: { derive: (purpose) => hash('sha256', purpose, 'buffer') },
    buckets: 1_024,
    nodes: () => 1,
    load: () => 0,
    clock,
    random(size) {
      drawn += 1;
      return hash('sha256', String(drawn), 'buffer').subarray(0, size);
    },
  });
  return {
    rates,
    runtime,
    lists,
    metrics,
    alarms,
    services: { rates, clock, containment: { holds: null } } as unknown as GatewayServices,
    now: clock,
    wait(milliseconds) {
      now += milliseconds;
    },
    request({ headers = {}, ...change } = {}) {
      return {
        id: 'request',
        request: { headers },
        runtime,
        mode: 'enforce',
        arrived: now,
        address: '192.0.2.1',
        method: 'POST',
        path: '/portal/notes',
        query: '',
        app: compiledApp,
        route: compiled,
        session: null,
        exempt: 0,
        rateHeaders: null,
        rateLeft: 1,
        told: null,
        traces: [],
        ...change,
      } as unknown as RequestContext;
    },
    session: (change = {}) =>
      ({
        sid: 'session-a',
        person: { uid: 'zhang', name: '张三', kind: 'employee' },
        device: 'iPhone 17',
        channel: 'wechat',
        risk: noRisk,
        assurance: 1,
        secondFactorAt: null,
        ...change,
      }) as Session,
  };
}

/** Finds the counter, as a client does. */
export function solvePuzzle(puzzle: string, bits: number): string {
  for (let counter = 0; ; counter += 1) {
    const solution = `${puzzle}.${counter}`;
    if (hash('sha256', solution, 'buffer').readUInt32BE(0) >>> (32 - bits) === 0) return solution;
  }
}
