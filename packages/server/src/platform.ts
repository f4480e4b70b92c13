import { resolve } from 'node:path';
import type { Config } from '@menshen/contract';
import { fillNameKeys } from './administrators/accounts/store.ts';
import { createAdministrators } from './administrators/service.ts';
import { createAdministratorSettings } from './administrators/settings.ts';
import { platformAttention } from './api/handlers/attention.ts';
import { createHandlers } from './api/handlers/index.ts';
import type { HandlerParts } from './api/handlers/parts.ts';
import { type Api, startApi } from './api/server.ts';
import { EventStream } from './api/stream.ts';
import { type AuditQueries, openAuditQueries } from './audit/queries.ts';
import type { LogRegistry } from './audit/registry/service.ts';
import type { Audit } from './audit/service.ts';
import type { ComplianceService } from './compliance/service.ts';
import { followConfig } from './config/follow.ts';
import type { ConfigProblem } from './config/load.ts';
import { createRuleTitles } from './detect/live/rule-titles.ts';
import { registerScim } from './directory/scim/routes.ts';
import { createScimService } from './directory/scim/service.ts';
import { createScimStore } from './directory/scim/store.ts';
import type { DirectoryService } from './directory/service.ts';
import { createCallbackService } from './directory/wecom/callback.ts';
import { createContactHints } from './directory/wecom/hints.ts';
import { createIdentitySigner } from './gateway/backend-identity.ts';
import { createPaymentLedger } from './gateway/payment-ledger.ts';
import { type Gateway, startGateway } from './gateway/server.ts';
import type { GatewayServices } from './gateway/services.ts';
import { createGuardMaintenance } from './guard/maintain.ts';
import { createGuardOverview } from './guard/overview.ts';
import { createGuardService, type GuardService } from './guard/service.ts';
import { createTransferTickets } from './identity/binding/transfer-tickets.ts';
import type { IdentityService } from './identity/service.ts';
import { createThreatDetector } from './inspection/detector.ts';
import { createInspectionService, type InspectionService } from './inspection/service.ts';
import { createInspectionStore } from './inspection/store.ts';
import { liveSigner } from './keys/proofs/live-signer.ts';
import { createAttentionNotices } from './notify/attention-notices.ts';
import { openAppSecrets, startAppSecrets } from './platform/app-secrets.ts';
import { startAppVersions } from './platform/app-versions.ts';
import { startExports } from './platform/audit-exports.ts';
import { startAuditRetention } from './platform/audit-retention.ts';
import { startAuditWatch } from './platform/audit-watch.ts';
import { startWitnesses } from './platform/audit-witnesses.ts';
import { buildRuntime } from './platform/build-runtime.ts';
import { createClosers } from './platform/closers.ts';
import { startCompliance } from './platform/compliance.ts';
import { openContainment, startContainment } from './platform/containment.ts';
import type { Current } from './platform/current.ts';
import { auditState, coordinationUp, nodeState, stateOf, watchState, witnessState } from './platform/dependencies.ts';
import { rulesFolder, startDetections } from './platform/detections.ts';
import { openFoundation } from './platform/foundation.ts';
import { addGauges, alarmUnknownOutcomes } from './platform/gauges.ts';
import { startIncidents } from './platform/incidents.ts';
import { startMaintenance } from './platform/maintenance.ts';
import { startNotify } from './platform/notify.ts';
import { createOutbound } from './platform/outbound.ts';
import { startPeople } from './platform/people.ts';
import { type Playbooks, startPlaybooks } from './platform/playbooks.ts';
import { startPrivacy } from './platform/privacy.ts';
import { startRates } from './platform/rates.ts';
import { startRecovery, startShippingOf } from './platform/recovery.ts';
import { createReloading } from './platform/reload.ts';
import { startRisk } from './platform/risk.ts';
import { startScans } from './platform/scans.ts';
import { startSealing } from './platform/sealing.ts';
import { splitListen } from './platform/split-listen.ts';
import { startTraining } from './platform/training.ts';
import { createWechatLogs } from './platform/wechat-logs.ts';
import { createDecisionMemory } from './policy/decision-memory.ts';
import { createQuestionStore } from './policy/question-store.ts';
import { createPolicyService } from './policy/service.ts';
import type { PrivacyService } from './privacy/service.ts';
import { createProtectService } from './protect/service.ts';
import type { ListService } from './rates/lists/service.ts';
import type { RatesService } from './rates/service.ts';
import { createReleaseService } from './release/service.ts';
import { createReleaseStore } from './release/store.ts';
import type { AppSecretService } from './respond/app-secrets/service.ts';
import { subjectOf } from './respond/containment/reopening/model.ts';
import type { ReopeningService } from './respond/containment/reopening/service.ts';
import type { ContainmentService } from './respond/containment/service.ts';
import { firstHeldFor } from './respond/containment/snapshot.ts';
import { createClientIncidents } from './respond/incidents/client.ts';
import type { Incidents } from './respond/incidents/incidents.ts';
import type { RiskService } from './risk/service.ts';
import { createSwitchService, type SwitchService } from './switches/service.ts';
import { createSwitchStore } from './switches/store.ts';
import { trainingEvidence } from './train/evidence.ts';
import type { TrainService } from './train/service.ts';
import type { TrendService } from './trend/service.ts';

/** A node that was away longer starts anew, and with it from the end of the sequence. */
const revocationKeepMs = 7 * 24 * 3_600_000;
/** Callbacks come in bursts; a leaver is to be out within a second of theirs. */
const callbackSettleMs = 200;
const closeGraceMs = 10_000;

export { ConfigError } from './config/config-error.ts';
export { buildRuntime } from './platform/build-runtime.ts';
export { splitListen } from './platform/split-listen.ts';

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
  /** Whether detections follow the audit log, on a thread of their own; true when absent. */
  readonly detection?: boolean;
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
  readonly containment: ContainmentService;
  readonly appSecrets: AppSecretService;
  readonly reopenings: ReopeningService;
  readonly inspection: InspectionService;
  readonly guard: GuardService;
  readonly privacy: PrivacyService;
  readonly risks: RiskService;
  readonly compliance: ComplianceService;
  readonly trends: TrendService;
  readonly incidents: Incidents;
  readonly rates: RatesService;
  readonly lists: ListService;
  readonly train: TrainService;
  /** Address of the page for employees; null where none is served. */
  readonly learnUrl: () => string | null;
  /** Port on which returned mail is taken; null where it is not. */
  readonly returnedMailPort: () => number | null;
  /** Path and fragment of the one-time set-up page; null when an administrator exists. */
  readonly setupPath: string | null;
  /** What of the policies in force loads but can hardly be meant. */
  policyWarnings(): readonly ConfigProblem[];
  /** Puts another configuration to work without dropping a request. Throws ConfigError, and then nothing has changed. */
  reload(config: Config, folder: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts everything of one node in order, and hands back how to stop it in reverse. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const clock = options.clock ?? Date.now;
  const { config } = options;
  const closers = createClosers();
  try {
    const current: Current = { runtime: buildRuntime(config, options.folder, clock, null), folder: options.folder };
    const foundation = await openFoundation(config, clock, closers);
    const { random, keys, metrics, audit, tlogFolder, vkey, store, logs, shared, coordination, revocations } = foundation;
    const outbound = createOutbound({
      config: () => current.runtime.config,
      fetch: (url, init) => fetch(url, init),
      ...{ audit, metrics, clock },
    });
    const shipping = startShippingOf(foundation, config, closers, options);
    const secretRooms = await openAppSecrets(foundation, closers);
    const contained = await openContainment(foundation, closers);
    const containment = contained.live.snapshot;
    const releaseStore = createReleaseStore(store);
    const versions = await startAppVersions(foundation, current, releaseStore);
    const people = await startPeople(foundation, current, closers, outbound, containment, secretRooms.inUse);
    const { app, providers, certificates, sessions, directory, risk, identity, factors, bindingStore, replayGuard, clientKeys } =
      people;
    const decisions = createDecisionMemory({
      ...{ keys, clock },
      store: createQuestionStore(store),
      directory: () => directory.snapshot(),
    });
    closers.add(() => decisions.flush(true));

    let consolePort = splitListen(config.console.listen).port;
    await fillNameKeys(store);
    const administrators = createAdministrators({
      ...{ store, keys, audit, coordination, metrics, clock, random },
      settings: createAdministratorSettings(() => current.runtime.config, {
        fetch: outbound,
        ...{ clock, random },
        sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
        port: () => consolePort,
        messenger: (one) => providers.messenger(one),
        signIn: (wecom) => providers.signIn(wecom),
      }),
    });
    const switches = await createSwitchService({
      store: createSwitchStore(store),
      audit,
      configured: () => current.runtime.mode,
      announce: () => revocations.publish({ kind: 'mode', subject: 'gateway', detail: null }),
      clock,
    });
    const refreshSwitches = (): void => void switches.refresh().catch(() => metrics.add('menshen_maintenance_failures_total'));
    revocations.subscribe((entry, own) => {
      if (entry.kind === 'mode' && !own) refreshSwitches();
    });
    const inspection = await createInspectionService({
      store: createInspectionStore(store),
      audit,
      runtime: () => current.runtime,
      announce: () => revocations.publish({ kind: 'inspection', subject: 'rules', detail: null }),
      ...{ clock, random },
    });
    const refreshInspection = (): void =>
      void inspection.refresh().catch(() => metrics.add('menshen_maintenance_failures_total'));
    revocations.subscribe((entry, own) => {
      if (entry.kind === 'inspection' && !own) refreshInspection();
    });
    const protect = await createProtectService({
      ...{ foundation, current, identity, providers },
      data: config.data,
      node: foundation.node,
    });
    closers.add(() => protect.settled());
    const detector = createThreatDetector();
    closers.add(() => detector.close());
    const guard = createGuardService({
      ...{ store, keys, audit, revocations, metrics, clock, random },
      held: (app, campaign, person) =>
        firstHeldFor(containment.holds?.apps.get(app)?.campaigns.get(campaign), subjectOf(person, ''), clock()) !== null,
    });
    const { rates, lists, watchLoad } = await startRates(foundation, current, config, closers);
    const sealing = await startSealing(foundation, current, closers);
    const scimStore = createScimStore(store, keys);
    await scimStore.sealClear();
    const ruleTitle = createRuleTitles(rulesFolder(current));
    const queries = openAuditQueries({
      directory: tlogFolder,
      vkey,
      origin: foundation.origin,
      persons: foundation.persons,
      audit,
      clock,
      ruleTitle,
    });
    closers.add(() => queries.close());
    const privacy = await startPrivacy(foundation, current, {
      ...{
        people,
        ring: sealing.ring,
        signer: liveSigner(sealing.proofs, 'privacy'),
        inventory: protect.inventory,
        lists,
        outbound,
      },
      queries: () => queries,
    });
    revocations.start();
    const signer = createIdentitySigner(keys.derive('backend identity signing key'), 'menshen');
    const stream = new EventStream();
    closers.add(() => stream.close());
    const notify = startNotify(foundation, current, closers, { people, outbound, stream });

    const incidents = startIncidents(foundation, current, {
      ...{ ring: sealing.ring, notify, stream, queries },
      detect: () => detections.service,
      proofs: () => ({ scans: scans.service, releases, recovery: recovery.service, containment: measures }),
    });
    let playbooks: Playbooks | null = null;
    const detections = await startDetections(foundation, current, closers, {
      ...{ directory, notify, stream, data: config.data },
      raised: async (alert) => {
        const opened = await incidents.intake.heard(alert);
        await playbooks?.playbooks.hear(alert);
        return opened;
      },
      watch: options.detection ?? true,
    });
    revocations.subscribe((entry, own) => {
      if (entry.kind === 'detection' && !own) void detections.service.refresh().catch(() => undefined);
    });

    const scans = startScans(foundation, current, closers, {
      ...{ notify, stream, version: options.version },
      found: (fact) => incidents.intake.found(fact),
    });

    const training = await startTraining(foundation, current, config, closers, {
      people,
      detect: detections.service,
      findings: scans.evidence,
      ...{ incidents, stream, signer: liveSigner(sealing.proofs, 'certificates') },
      version: options.version,
    });

    const services: GatewayServices = {
      runtime: () => current.runtime,
      mode: () => switches.mode(),
      ...{ sessions, containment, versions },
      loadSession: shared ? identity.loadSession : null,
      hearsRevocations: () => !shared || !revocations.health().stale,
      replayGuard,
      risk,
      decisions,
      ...{ inspection, detector, rates },
      protection: protect.gateway,
      guard,
      privacy: privacy.client,
      incidents: createClientIncidents({ incidents: incidents.service, coordination, clock, random }),
      guardDb: store.db,
      payments: createPaymentLedger({ transactions: guard.transactions, keys }),
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
    closers.add(() => hints.stop());
    const callbacks = createCallbackService({
      app,
      coordination,
      audit,
      clock,
      random,
      contactsChanged: hints.take,
      mediaChecked: protect.media.heard,
      authorizationEnded: privacy.heard,
      cardPressed: (id, fields) => administrators.cards.pressed(id, fields),
    });
    const gateway = await startGateway(
      { ...splitListen(config.gateway.listen), tls: config.gateway.tls ?? null },
      {
        services,
        identity,
        factors,
        clientKeys,
        callbacks,
        learnTicket: training.ticket,
        ready: () => audit.state() === 'ok' && logs.state() === 'ok',
      },
    );
    watchLoad(() => gateway.inFlight());
    closers.add(() => gateway.close(closeGraceMs));

    const reloading = createReloading({
      ...{ current, gateway, audit, metrics, clock },
      ...(options.onConfiguration === undefined ? {} : { heard: options.onConfiguration }),
    });
    const { reload, report } = reloading;
    if (options.file !== null)
      closers.add(followConfig({ file: options.file, config, files: options.files ?? [], reload, report }));

    startAuditRetention(foundation, config, closers);
    const watch = startAuditWatch(foundation, closers);
    const witnesses = startWitnesses(foundation, config, closers, outbound);
    const exports = startExports(foundation, config, closers, { folder: options.folder, version: options.version });
    const dependencies = async () => [
      { name: 'store', ...(await stateOf(() => store.ping())) },
      { name: 'coordination', ...(await stateOf(async () => coordinationUp(await coordination.health()))) },
      { name: 'audit', ...auditState(audit, logs) },
      ...witnessState(witnesses),
      watchState(watch),
      ...nodeState(foundation.nodes),
      { name: 'revocations', state: revocations.health().stale ? ('degraded' as const) : ('ok' as const), detail: null },
    ];
    const policies = createPolicyService({
      runtime: () => current.runtime,
      folder: () =>
        current.runtime.config.policies === undefined ? null : resolve(current.folder, current.runtime.config.policies),
      directory: () => directory.snapshot(),
      memory: decisions,
      reload: () => reload(current.runtime.config, current.folder),
    });
    const secrets = startAppSecrets(foundation, secretRooms, {
      ...{ apps: () => current.runtime.config.apps, tokenBy: providers.tokenBy, stream },
    });
    const measures = startContainment(foundation, current, closers, contained, {
      ...{ people, administrators, queries, notify, stream },
      ring: sealing.ring,
      alerts: detections.service,
      versions: (app, since) => versions.census.seen(app, since),
      ...{ incidents: incidents.service, secrets },
    });
    const releases = createReleaseService({
      store: releaseStore,
      versionsChanged: versions.changed,
      rules: (id) => current.runtime.apps.get(id)?.config.release ?? null,
      registered: ({ app: id, version }) =>
        void scans.runner.released(id, version).catch(() => metrics.add('menshen_maintenance_failures_total')),
      drifted: (fact) => incidents.intake.drifted(fact),
      ...{ audit, notify, clock, random },
    });
    playbooks = startPlaybooks(foundation, current, closers, {
      ...{ containment: measures, incidents, notify, releases, scans, directory, queries, administrators, stream },
      ...{ training: training.train.assignments, detect: detections.service },
      recovery: () => recovery.service,
      ruleTitle,
    });
    const risks = startRisk(foundation, current, {
      ...{
        administrators,
        directory,
        inspection,
        notify,
        privacy,
        protect,
        queries,
        releases,
        sealing,
        switches,
        witnesses,
        stream,
      },
      ...{ detect: detections.service, watching: detections.watching, guardOverview: createGuardOverview(store) },
      ...{ scans: scans.evidence, data: config.data },
      recovery: () => recovery.standing(),
      findingText: async (id) => (await scans.service.finding(id)).message.en,
      trainedAt: async () => (await trainingEvidence(training.train, directory.snapshot(), clock())).lastPassed,
    });
    const { compliance, reports, trends } = startCompliance(foundation, current, {
      ...{ risks, directory, exports, stream, queries },
      ...{ incidents, train: training.train, ring: sealing.ring, signer: liveSigner(sealing.proofs, 'reports') },
    });
    const recovery = startRecovery(foundation, current, closers, {
      config,
      version: options.version,
      shipping: shipping.current,
    });
    const handlerParts: HandlerParts = {
      ...{ containment: measures, secrets, versions, playbooks },
      policies,
      protect,
      privacy,
      inspection,
      ...{ rates, lists, certificates },
      keyAges: sealing.ages,
      proofKeys: sealing.proofs,
      administrators,
      suggestedMode: () => (current.runtime.config.console.operators === 'single' ? 'single_operator' : 'separated'),
      directory,
      identity,
      factors,
      switches,
      guard,
      guardOverview: createGuardOverview(store),
      queries,
      logs,
      ...{ audit, exports, witnesses },
      runtime: () => current.runtime,
      dependencies,
      configuration: () => ({ file: options.file, ...reloading.state() }),
      version: options.version,
      demo: options.demo,
      startedAt: clock(),
      clock,
      notify,
      detect: detections.service,
      incidents,
      watching: detections.watching,
      sigma: detections.sigma,
      train: training.train,
      learnUrl: training.learnUrl,
      scans,
      recovery,
      releases,
      risks,
      compliance,
      reports,
      trends,
    };
    const handlers = createHandlers(handlerParts);
    const scim = createScimService({
      store: scimStore,
      changes: directory.changes,
      audit,
      clock,
      random,
      settings: () => current.runtime.config.directory.scim,
    });
    const consoleListen = splitListen(config.console.listen);
    const api = await startApi({
      ...consoleListen,
      version: options.version,
      secure: config.console.publicUrl?.startsWith('https:') ?? false,
      bound: [...handlers, ...sealing.handlers],
      administrators,
      ...{ audit, coordination, clock },
      allowAddresses: () => current.runtime.config.console.allowAddresses,
      trustedProxies: config.console.trustedProxies,
      metrics,
      stream,
      random,
      consoleFolder: options.consoleFolder,
      more: (app) =>
        registerScim(app, {
          service: scim,
          enabled: () => current.runtime.config.directory.scim.enabled,
          authorize: (authorization, address, scope) => administrators.tokens.authorize(authorization, address, scope),
          publicUrl: () => current.runtime.config.console.publicUrl ?? null,
        }),
      tlog: {
        folder: tlogFolder,
        publicTiles: config.audit.publicTiles,
        witnessed: witnesses?.file ?? null,
      },
      ready: async () => {
        const all = await dependencies();
        return { ready: all.every((dependency) => dependency.state !== 'down'), dependencies: all };
      },
    });
    consolePort = api.port;
    guard.onNews((news) => stream.send('guard', news));
    closers.add(() => api.close());
    closers.add(
      queries.follow(
        () => stream.listeners > 0,
        (rows) => {
          for (const row of rows) stream.send('traffic', row);
        },
        (size) => stream.send('audit', { size }),
      ),
    );

    const maintainGuard = createGuardMaintenance({ ...{ store, guard, keys, audit, clock }, runtime: () => current.runtime });
    closers.add(
      startMaintenance({
        ...{ foundation, config, refreshSwitches },
        syncDirectory: () => directory.sync('schedule'),
        sweep: [
          () => identity.maintain(),
          async () => await foundation.persons?.maintain(),
          () => factors.maintain(),
          () => risk.maintain(),
          () => decisions.maintain(),
          () => sealing.maintain(),
          maintainGuard,
          () => bindingStore.removeExpired(clock()),
          () => administrators.maintain(),
          () => administrators.cards.maintain(),
          () => directory.maintain(),
          () => inspection.maintain(),
          () => protect.maintain(),
          () => privacy.maintain(),
          () => lists.maintain(),
          () => measures.maintain(),
          () => secrets.maintain(),
          () => versions.refresh(),
          () => playbooks?.maintain(),
          () => notify.maintain(),
          () => training.train.maintain(),
          () => scans.service.maintain(),
          () => scans.runner.tick(),
          () => recovery.service.tick(),
          () => detections.service.maintain(),
          () => risks.maintain(),
          () => compliance.maintain(),
          () => reports.maintain(),
          () => trends.maintain(),
          () => incidents.maintain(),
          createAttentionNotices(notify, () => platformAttention(handlerParts), clock),
          createWechatLogs(foundation, current, people, config),
          () => revocations.removeBefore(clock() - revocationKeepMs),
        ],
      }),
    );
    closers.add(() => identity.maintain());
    closers.add(() => inspection.maintain());
    closers.add(() => protect.flush());
    closers.add(() => logs.note());
    addGauges(foundation, sessions, gateway, switches);
    alarmUnknownOutcomes(foundation);
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
      ...{ containment: measures, appSecrets: secrets },
      reopenings: measures.reopenings,
      inspection,
      guard,
      privacy,
      risks,
      ...{ compliance, trends },
      incidents,
      ...{ rates, lists },
      ...{ train: training.train, learnUrl: training.learnUrl, returnedMailPort: training.returnedMailPort },
      setupPath: token === null ? null : `/setup#token=${token}`,
      policyWarnings: () => current.runtime.policyWarnings,
      reload,
      close: () => closers.run(),
    };
  } catch (error) {
    await closers.run().catch(() => undefined);
    throw error;
  }
}
