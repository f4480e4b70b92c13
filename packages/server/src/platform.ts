import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AppConfig, Config } from '@menshen/contract';
import { createAdministrators } from './administrators/service.ts';
import { createAdministratorSettings } from './administrators/settings.ts';
import { createHandlers } from './api/handlers/index.ts';
import { type Api, startApi } from './api/server.ts';
import { EventStream } from './api/stream.ts';
import { detectionEvent, entityManagementEvent } from './audit/events.ts';
import { type AuditQueries, openAuditQueries } from './audit/queries.ts';
import { logId } from './audit/registry/log-id.ts';
import { type LogRegistry, noteIntervalMs } from './audit/registry/service.ts';
import { type Audit, createAudit } from './audit/service.ts';
import { verifierKeyOf, writeVerifierKey } from './audit/verifier-key.ts';
import { compileRouteParts } from './config/compile.ts';
import { CompileError } from './config/compile-error.ts';
import { ConfigError } from './config/config-error.ts';
import { followConfig } from './config/follow.ts';
import type { ConfigProblem } from './config/load.ts';
import { loadPolicyFolder } from './config/policies.ts';
import { restartProblems } from './config/restart.ts';
import { openCoordination } from './coordination/coordination.ts';
import { createRevocationFeed } from './coordination/revocation-feed.ts';
import { configuredSources, directoryRules } from './directory/configured.ts';
import { registerScim } from './directory/scim/routes.ts';
import { createScimService } from './directory/scim/service.ts';
import { createScimStore } from './directory/scim/store.ts';
import { createDirectoryService, type DirectoryService } from './directory/service.ts';
import { createCallbackService } from './directory/wecom/callback.ts';
import { createContactHints } from './directory/wecom/hints.ts';
import { createIdentitySigner } from './gateway/backend-identity.ts';
import { Metrics } from './gateway/metrics.ts';
import { compileRuntime, type Runtime } from './gateway/runtime.ts';
import { type Gateway, startGateway } from './gateway/server.ts';
import type { GatewayServices } from './gateway/services.ts';
import { tlsProblems } from './gateway/tls.ts';
import { createClientKeys } from './identity/binding/client-keys.ts';
import { createReplayGuard } from './identity/binding/replay-guard.ts';
import { createBindingStore } from './identity/binding/store.ts';
import { createTransferTickets } from './identity/binding/transfer-tickets.ts';
import { createChallengeStore } from './identity/factors/challenge-store.ts';
import { createFactorService } from './identity/factors/create-service.ts';
import { createSmsProvider } from './identity/factors/providers/create-provider.ts';
import { randomCode } from './identity/factors/random-code.ts';
import { createFactorStore } from './identity/factors/store.ts';
import { createLinkStore } from './identity/links-store.ts';
import { createProviders } from './identity/providers.ts';
import { type AddressPlaces, readAddressPlaces } from './identity/risk/address-places.ts';
import { createRiskService } from './identity/risk/service.ts';
import { createRiskStore } from './identity/risk/store.ts';
import { createIdentityService, type IdentityService } from './identity/service.ts';
import { SessionSnapshot } from './identity/snapshot.ts';
import { createIdentityStore } from './identity/store.ts';
import { joinStore } from './join-store.ts';
import { createKeys, loadMasterKey } from './keys/master.ts';
import { createDecisionMemory } from './policy/decision-memory.ts';
import { createPolicyService } from './policy/service.ts';
import { openStore } from './store/store.ts';
import { createSwitchService, type SwitchService } from './switches/service.ts';
import { createSwitchStore } from './switches/store.ts';
import { startWriter } from './writer/client.ts';

const maintainMs = 30_000;
const switchRefreshMs = 2_000;
/** A node that was away longer starts anew, and with it from the end of the sequence. */
const revocationKeepMs = 7 * 24 * 3_600_000;
const callbackSettleMs = 500;
const closeGraceMs = 10_000;

export { ConfigError } from './config/config-error.ts';

export interface PlatformOptions {
  readonly config: Config;
  /** Folder that relative paths of the configuration start at. */
  readonly folder: string;
  /** The file that is watched for changes; null when the configuration is made by a program. */
  readonly file: string | null;
  /** Files that the configuration refers to by `file:`; they are watched with it. */
  readonly files?: readonly string[];
  /** Hears of every attempt to take over a changed file: null when it runs, or what is wrong with it. */
  readonly onConfiguration?: (problems: readonly ConfigProblem[] | null) => void;
  readonly version: string;
  readonly demo: boolean;
  readonly consoleFolder: string | null;
  readonly clock?: () => number;
}

export interface Platform {
  readonly gateway: Gateway;
  readonly api: Api;
  readonly audit: Audit;
  readonly directory: DirectoryService;
  readonly identity: IdentityService;
  readonly queries: AuditQueries;
  readonly logs: LogRegistry;
  readonly switches: SwitchService;
  /** Path and fragment of the one-time set-up page; null when an administrator exists. */
  readonly setupPath: string | null;
  /** Puts another configuration to work without dropping a request. Throws ConfigError, and then nothing has changed. */
  reload(config: Config, folder: string): Promise<void>;
  close(): Promise<void>;
}

/** The list of places that the configuration names. Throws {@link ConfigError}. */
function loadPlaces(config: Config, folder: string): AddressPlaces {
  if (config.addressPlaces === undefined) return () => null;
  try {
    return readAddressPlaces(readFileSync(resolve(folder, config.addressPlaces), 'utf8'));
  } catch (error) {
    const text = error instanceof RangeError ? error.message : 'the file cannot be read';
    throw new ConfigError([{ line: null, column: null, field: 'addressPlaces', zh: `地址库无法读取：${text}`, en: text }]);
  }
}

/** Compiles what a configuration says, policies included. Throws {@link ConfigError}. */
export function buildRuntime(config: Config, folder: string, clock: () => number, previous: Runtime | null): Runtime {
  const unusable = config.gateway.tls === undefined ? [] : tlsProblems(config.gateway.tls);
  if (unusable.length > 0) throw new ConfigError(unusable);
  const loaded = config.policies === undefined ? null : loadPolicyFolder(resolve(folder, config.policies), config.apps);
  if (loaded !== null && !loaded.ok) throw new ConfigError(loaded.problems);
  try {
    return compileRuntime(config, {
      clock,
      policies: loaded === null ? null : loaded.policies,
      places: loadPlaces(config, folder),
      previous,
      compileRoute: compileRouteParts(config, folder),
    });
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const text = error instanceof Error ? error.message : 'the configuration cannot be compiled';
    const { field, zh, en } =
      error instanceof CompileError ? error : { field: text.split(':')[0] ?? '', zh: `无法编译：${text}`, en: text };
    throw new ConfigError([{ line: null, column: null, field, zh, en }]);
  }
}

/** Starts everything of one node in order, and hands back how to stop it in reverse. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const clock = options.clock ?? Date.now;
  const random = (size: number): Uint8Array => randomBytes(size);
  const { config } = options;
  const closers: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    // What cannot end in order (a store that is away) must not keep the log and the rest from it.
    const failures: unknown[] = [];
    for (const close of closers.reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    mkdirSync(config.data, { recursive: true, mode: 0o700 });
    let runtime = buildRuntime(config, options.folder, clock, null);
    const keys = createKeys(loadMasterKey(config.keys.master, join(config.data, 'keys', 'master.key')), random);
    const databaseFile = config.store.startsWith('file:') ? join(config.data, config.store.slice('file:'.length)) : null;
    const tlogFolder = join(config.data, 'tlog');
    const auditSeed = keys.derive('audit log signing key');
    const writer = await startWriter({
      ...(databaseFile === null ? {} : { databaseFile }),
      audit: {
        directory: tlogFolder,
        origin: config.audit.origin,
        signingSeed: auditSeed,
        checkpointIntervalMs: config.audit.checkpointIntervalMs,
      },
    });
    closers.push(() => writer.close());
    const vkey = verifierKeyOf(config.audit.origin, auditSeed);
    writeVerifierKey(tlogFolder, vkey);
    const metrics = new Metrics();
    describeMetrics(metrics);
    const audit = createAudit({ writer, clock });
    const store = await openStore({ url: databaseFile === null ? config.store : `file:${databaseFile}`, writer, clock });
    closers.push(() => store.close());
    await store.migrate();
    const logs = await joinStore({
      store,
      keys,
      audit,
      origin: config.audit.origin,
      logId: logId(tlogFolder, random),
      vkey,
      clock,
      random,
    });
    const shared = store.kind === 'postgres';
    const coordination = await openCoordination({ url: config.coordination, clock });
    closers.push(() => coordination.close());
    const revocations = await createRevocationFeed({
      store,
      coordination,
      clock,
      onError: () => metrics.add('menshen_revocation_errors_total'),
    });
    closers.push(() => revocations.stop());

    const sessions = new SessionSnapshot();
    const providers = createProviders({
      fetch: (url, init) => fetch(url, init),
      clock,
      random,
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
    });
    const app = (id: string): AppConfig | undefined => runtime.apps.get(id)?.config;
    let identity: IdentityService | null = null;
    const directory = await createDirectoryService({
      store,
      keys,
      audit,
      coordination,
      revocations,
      clock,
      random,
      configured: () => configuredSources(runtime.config, providers, clock),
      rules: () => directoryRules(runtime.config),
      endSessionsOf: async (uid, reason, by) => (identity === null ? 0 : await identity.endSessionsOf(uid, reason, by)),
      onError: () => metrics.add('menshen_directory_refresh_failures_total'),
    });
    directory.subscribe(({ people }) => {
      for (const person of people) if (person.status !== 'active') identity?.dropPerson(person.uid);
    });
    const risk = createRiskService({
      store: createRiskStore(store),
      ...{ sessions, audit, metrics, clock },
      places: () => runtime.places,
    });
    identity = await createIdentityService({
      risk,
      store: createIdentityStore(store, keys),
      links: createLinkStore(store),
      ownApps: () => new Set(runtime.config.apps.flatMap((one) => one.wechat?.appid ?? [])),
      sessions,
      providers,
      directory,
      audit,
      revocations,
      metrics,
      app,
      shared,
      clock,
      random,
    });
    identity.stepUp.onRaised((session) => {
      risk.trust(session).catch(() => metrics.add('menshen_maintenance_failures_total'));
    });
    const decisions = createDecisionMemory(clock);
    const bindingStore = createBindingStore(store);
    const replayGuard = await createReplayGuard({ coordination, store: bindingStore, clock });
    closers.push(() => replayGuard.close());
    const clientKeys = memoized(
      () => runtime.config.gateway.clientKeys,
      (settings) => createClientKeys(keys, settings),
    );
    const factors = createFactorService({
      store: createFactorStore(store, keys),
      challenges: createChallengeStore(store, keys),
      ...{ identity, directory, providers, audit, coordination, keys, metrics, app, clock, random },
      apps: () => runtime.config.apps,
      sms: () => {
        const { sms } = runtime.config;
        return sms === undefined ? null : createSmsProvider(sms, { fetch: (url, init) => fetch(url, init), clock, random });
      },
      randomCode,
      failed: (uid) => {
        risk.failed(uid).catch(() => metrics.add('menshen_maintenance_failures_total'));
      },
    });
    closers.push(() => factors.settled());

    let consolePort = splitListen(config.console.listen).port;
    const administrators = createAdministrators({
      ...{ store, keys, audit, coordination, metrics, clock, random },
      settings: createAdministratorSettings(() => runtime.config, {
        fetch: (url, init) => fetch(url, init),
        ...{ clock, random },
        sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
        port: () => consolePort,
      }),
    });
    const switches = await createSwitchService({
      store: createSwitchStore(store),
      audit,
      configured: () => runtime.mode,
      announce: () => revocations.publish({ kind: 'mode', subject: 'gateway', detail: null }),
      clock,
    });
    const refreshSwitches = (): void => void switches.refresh().catch(() => metrics.add('menshen_maintenance_failures_total'));
    revocations.subscribe((entry, own) => {
      if (entry.kind === 'mode' && !own) refreshSwitches();
    });
    revocations.start();
    const signer = createIdentitySigner(keys.derive('backend identity signing key'), 'menshen');
    const stream = new EventStream();
    closers.push(() => stream.close());

    const services: GatewayServices = {
      runtime: () => runtime,
      mode: () => switches.mode(),
      sessions,
      loadSession: shared ? identity.loadSession : null,
      hearsRevocations: () => !shared || !revocations.health().stale,
      replayGuard,
      risk,
      decisions,
      transferTickets: createTransferTickets({ store: bindingStore, clock, random }),
      consumeApproval: factors.consumeApproval,
      directory: () => directory.snapshot(),
      signer,
      audit,
      coordination,
      metrics,
      clock,
      monotonic: () => performance.now(),
      random,
    };
    const hints = createContactHints({
      settleMs: callbackSettleMs,
      readAll: () => directory.sync('wecom callback', 'wecom'),
      readOne: (userid) => directory.hint('wecom', userid, 'wecom callback'),
      onError: () => metrics.add('menshen_directory_sync_failures_total'),
    });
    closers.push(() => hints.stop());
    const callbacks = createCallbackService({ app, coordination, audit, clock, random, contactsChanged: hints.take });
    const gateway = await startGateway(
      { ...splitListen(config.gateway.listen), tls: config.gateway.tls ?? null },
      {
        services,
        identity,
        factors,
        clientKeys,
        callbacks,
        ready: () => audit.state() === 'ok' && logs.state() === 'ok',
      },
    );
    closers.push(() => gateway.close(closeGraceMs));

    let configError: string | null = null;
    let loadedAt = clock();
    let folderInForce = options.folder;
    const reload = async (next: Config, folder: string): Promise<void> => {
      const frozen = restartProblems(runtime.config, next);
      if (frozen.length > 0) throw new ConfigError(frozen);
      const compiled = buildRuntime(next, folder, clock, runtime);
      await audit.record(
        entityManagementEvent({
          time: clock(),
          activity: 'update',
          entity: 'configuration',
          by: 'file',
          detail: { apps: next.apps.length },
        }),
      );
      const before = runtime;
      runtime = compiled;
      folderInForce = folder;
      gateway.reconfigure(next.gateway);
      loadedAt = clock();
      configError = null;
      for (const old of before.apps.values()) {
        // Requests under way keep the connections that they have.
        if (runtime.apps.get(old.id)?.upstream !== old.upstream) void old.upstream.close().catch(() => undefined);
      }
    };
    const report = async (problems: readonly ConfigProblem[] | null): Promise<void> => {
      if (problems === null) return options.onConfiguration?.(null);
      // What runs goes on; the console and the log say why the change was not taken.
      configError = new ConfigError(problems).message.slice(0, 2_000);
      const detail = { reason: configError.slice(0, 500) };
      const title = 'a changed configuration was refused';
      await audit
        .record(detectionEvent({ time: clock(), rule: 'configuration_refused', severity: 'medium', title, detail }))
        .catch(() => metrics.add('menshen_audit_failures_total'));
      options.onConfiguration?.(problems);
    };
    if (options.file !== null)
      closers.push(followConfig({ file: options.file, config, files: options.files ?? [], reload, report }));

    const queries = openAuditQueries({ directory: tlogFolder, vkey, origin: config.audit.origin, audit, clock });
    closers.push(() => queries.close());
    const dependencies = async () => [
      { name: 'store', ...(await stateOf(() => store.ping())) },
      { name: 'coordination', ...(await stateOf(async () => coordinationUp(await coordination.health()))) },
      { name: 'audit', ...auditState(audit, logs) },
      { name: 'revocations', state: revocations.health().stale ? ('degraded' as const) : ('ok' as const), detail: null },
    ];
    const policies = createPolicyService({
      runtime: () => runtime,
      folder: () => (runtime.config.policies === undefined ? null : resolve(folderInForce, runtime.config.policies)),
      directory: () => directory.snapshot(),
      memory: decisions,
      reload: () => reload(runtime.config, folderInForce),
    });
    const handlers = createHandlers({
      policies,
      administrators,
      suggestedMode: () => (runtime.config.console.operators === 'single' ? 'single_operator' : 'separated'),
      directory,
      identity,
      factors,
      switches,
      queries,
      logs,
      audit,
      runtime: () => runtime,
      dependencies,
      configuration: () => ({ file: options.file, loadedAt, error: configError }),
      version: options.version,
      demo: options.demo,
      startedAt: clock(),
      clock,
    });
    const scim = createScimService({
      store: createScimStore(store, keys),
      changes: directory.changes,
      audit,
      clock,
      random,
      settings: () => runtime.config.directory.scim,
    });
    const consoleListen = splitListen(config.console.listen);
    const api = await startApi({
      ...consoleListen,
      version: options.version,
      secure: config.console.publicUrl?.startsWith('https:') ?? false,
      bound: handlers,
      administrators,
      ...{ audit, coordination, clock },
      allowAddresses: () => runtime.config.console.allowAddresses,
      trustedProxies: config.console.trustedProxies,
      metrics,
      stream,
      random,
      consoleFolder: options.consoleFolder,
      more: (app) =>
        registerScim(app, {
          service: scim,
          enabled: () => runtime.config.directory.scim.enabled,
          authorize: (authorization, address, scope) => administrators.tokens.authorize(authorization, address, scope),
          publicUrl: () => runtime.config.console.publicUrl ?? null,
        }),
      tlog: { folder: tlogFolder, publicTiles: config.audit.publicTiles },
      ready: async () => {
        const all = await dependencies();
        return { ready: all.every((dependency) => dependency.state !== 'down'), dependencies: all };
      },
    });
    consolePort = api.port;
    closers.push(() => api.close());
    closers.push(
      queries.follow(
        (rows) => {
          for (const row of rows) stream.send('traffic', row);
        },
        (size) => stream.send('audit', { size }),
      ),
    );

    const timers = [
      setInterval(
        () =>
          void Promise.all([
            identity.maintain(),
            factors.maintain(),
            risk.maintain(),
            bindingStore.removeExpired(clock()),
            administrators.maintain(),
            directory.maintain(),
            revocations.removeBefore(clock() - revocationKeepMs),
          ]).catch(() => metrics.add('menshen_maintenance_failures_total')),
        maintainMs,
      ),
      setInterval(
        () => void directory.sync('schedule').catch(() => metrics.add('menshen_directory_sync_failures_total')),
        config.directory.syncIntervalSeconds * 1_000,
      ),
      setInterval(refreshSwitches, switchRefreshMs),
      setInterval(() => void logs.note().catch(() => metrics.add('menshen_maintenance_failures_total')), noteIntervalMs),
    ];
    for (const timer of timers) timer.unref();
    closers.push(() => {
      for (const timer of timers) clearInterval(timer);
    });
    closers.push(() => identity.maintain());
    closers.push(() => logs.note());
    metrics.gauge('menshen_sessions', 'Live sessions on this node.', () => sessions.size);
    metrics.gauge('menshen_requests_in_flight', 'Requests under way.', () => gateway.inFlight());
    metrics.gauge('menshen_audit_writable', 'Whether the audit log can be written.', () => Number(audit.state() === 'ok'));
    metrics.gauge('menshen_gateway_enforcing', 'Whether the gateway enforces its decisions.', () =>
      Number(switches.mode() === 'enforce'),
    );

    audit.onOutcomeUnknown((count) => {
      void audit
        .record(
          detectionEvent({
            time: clock(),
            rule: 'outcome_unknown',
            severity: 'high',
            title: 'requests whose outcome is unknown after a crash',
            detail: { count },
          }),
        )
        .catch(() => undefined);
    });
    const token = await administrators.accounts.createSetupToken();
    return {
      gateway,
      api,
      audit,
      directory,
      identity,
      queries,
      logs,
      switches,
      setupPath: token === null ? null : `/setup#token=${token}`,
      reload,
      close: stop,
    };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

/** Computes a value anew only when what it is made from is another object. */
function memoized<S, T>(source: () => S, make: (from: S) => T): () => T {
  let last: { readonly from: S; readonly value: T } | null = null;
  return () => {
    const from = source();
    if (last === null || last.from !== from) last = { from, value: make(from) };
    return last.value;
  };
}

function describeMetrics(metrics: Metrics): void {
  metrics.describe('menshen_requests_total', 'counter', 'Requests through the pipeline by app and outcome.');
  metrics.describe('menshen_refusals_total', 'counter', 'Refusals by reason code.');
  metrics.describe('menshen_logins_total', 'counter', 'Sign-ins of mini program users by outcome.');
  metrics.describe('menshen_admin_logins_total', 'counter', 'Sign-ins to the console by outcome.');
  metrics.describe(
    'menshen_admin_refusals_total',
    'counter',
    'Calls of the control plane refused for power, scope, approval or origin.',
  );
  metrics.describe('menshen_approvals_total', 'counter', 'Steps of approvals; forced is break-glass.');
  metrics.describe('menshen_api_token_refusals_total', 'counter', 'API tokens that were not valid.');
  metrics.describe('menshen_second_factors_total', 'counter', 'Second factors shown by outcome.');
  metrics.describe('menshen_sms_total', 'counter', 'Text messages by provider and outcome.');
  metrics.describe('menshen_factor_notices_total', 'counter', 'Notices of changes to second factors by outcome.');
  metrics.describe('menshen_audit_failures_total', 'counter', 'Records that could not be made durable.');
  metrics.describe('menshen_internal_errors_total', 'counter', 'Requests that met a fault of ours.');
}

export function splitListen(listen: string): { host: string; port: number } {
  const colon = listen.lastIndexOf(':');
  return { host: listen.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(listen.slice(colon + 1)) };
}

async function stateOf(check: () => Promise<unknown>): Promise<{ state: 'ok' | 'down'; detail: string | null }> {
  try {
    await check();
    return { state: 'ok', detail: null };
  } catch (error) {
    return { state: 'down', detail: error instanceof Error && 'code' in error ? String(error.code) : 'unavailable' };
  }
}

function auditState(audit: Audit, logs: LogRegistry): { state: 'ok' | 'down'; detail: string | null } {
  if (audit.state() !== 'ok') return { state: 'down', detail: 'the log cannot be written' };
  return logs.state() === 'ok'
    ? { state: 'ok', detail: null }
    : { state: 'down', detail: 'another process writes a copy of this log' };
}

function coordinationUp(health: { readonly state: 'up' | 'down' }): void {
  if (health.state === 'down') throw Object.assign(new Error('down'), { code: 'coordination_unavailable' });
}
