import { resolve } from 'node:path';
import { fillNameKeys } from './administrators/accounts/store.ts';
import { createAdministrators } from './administrators/service.ts';
import { createAdministratorSettings } from './administrators/settings.ts';
import { platformAttention } from './api/handlers/attention.ts';
import type { HandlerParts } from './api/handlers/parts.ts';
import { EventStream } from './api/stream.ts';
import { openAuditQueries } from './audit/queries.ts';
import { ConfigError } from './config/config-error.ts';
import { followConfig } from './config/follow.ts';
import { locateProblems } from './config/load.ts';
import { startProblem } from './config/start-problem.ts';
import { createRuleTitles } from './detect/live/rule-titles.ts';
import { createScimStore } from './directory/scim/store.ts';
import { createGuardMaintenance } from './guard/maintain.ts';
import { createGuardOverview } from './guard/overview.ts';
import { createGuardService } from './guard/service.ts';
import { liveSigner } from './keys/proofs/live-signer.ts';
import { createFolderDigests, type FollowedFolder } from './nodes/folder-digests.ts';
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
import { openConsole } from './platform/console.ts';
import { openContainment, startContainment } from './platform/containment.ts';
import type { Current } from './platform/current.ts';
import { auditState, coordinationUp, nodeState, stateOf, watchState, witnessState } from './platform/dependencies.ts';
import { rulesFolder, startDetections } from './platform/detections.ts';
import { openFoundation } from './platform/foundation.ts';
import { openGateway } from './platform/gateway.ts';
import { addGauges, alarmUnknownOutcomes } from './platform/gauges.ts';
import { startIncidents } from './platform/incidents.ts';
import { startInspection } from './platform/inspection.ts';
import { startMaintenance } from './platform/maintenance.ts';
import type { Platform, PlatformOptions } from './platform/model.ts';
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
import { startSwitches } from './platform/switches.ts';
import { startTraining } from './platform/training.ts';
import { createWechatLogs } from './platform/wechat-logs.ts';
import { createDecisionMemory } from './policy/decision-memory.ts';
import { createQuestionStore } from './policy/question-store.ts';
import { createPolicyService } from './policy/service.ts';
import { createProtectService } from './protect/service.ts';
import { sweepLeftovers } from './recover/scratch.ts';
import { createReleaseService } from './release/service.ts';
import { createReleaseStore } from './release/store.ts';
import { subjectOf } from './respond/containment/reopening/model.ts';
import { firstHeldFor } from './respond/containment/snapshot.ts';
import { trainingEvidence } from './train/evidence.ts';

/** A folder of the company's own; null where the configuration names none. */
const followedFolder = ({ runtime, folder }: Current, section: FollowedFolder): string | null => {
  const named = runtime.config[section];
  return named === undefined ? null : resolve(folder, named);
};

/** A node that was away longer starts anew, and with it from the end of the sequence. */
const revocationKeepMs = 7 * 24 * 3_600_000;

/** Starts everything of one node in order, and hands back how to stop it in reverse. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const clock = options.clock ?? Date.now;
  const { config } = options;
  const closers = createClosers();
  try {
    const current: Current = { runtime: buildRuntime(config, options.folder, clock, null), folder: options.folder };
    const folders = createFolderDigests((section) => followedFolder(current, section));
    const foundation = await openFoundation(config, clock, closers, () => ({
      config: current.runtime.config,
      files: current.runtime.files,
      folders: folders.now(),
      version: options.version,
    }));
    const { random, keys, metrics, audit, tlogFolder, vkey, store, logs, coordination, revocations } = foundation;
    const ending = new AbortController();
    const outbound = createOutbound({
      ended: ending.signal,
      config: () => current.runtime.config,
      fetch: (url, init) => fetch(url, init),
      ...{ audit, metrics, clock },
    });
    void sweepLeftovers(config.data).catch(() => metrics.add('menshen_maintenance_failures_total'));
    const shipping = startShippingOf(foundation, config, closers, options);
    const secretRooms = await openAppSecrets(foundation, closers);
    const contained = await openContainment(foundation, closers);
    const containment = contained.live.snapshot;
    const releaseStore = createReleaseStore(store);
    const versions = await startAppVersions(foundation, current, releaseStore);
    const people = await startPeople(foundation, current, closers, outbound, containment, secretRooms.inUse);
    const { providers, certificates, sessions, directory, risk, identity, factors, bindingStore } = people;
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
    const { switches, refresh: refreshSwitches } = await startSwitches(foundation, current);
    const inspection = await startInspection(foundation, current);
    const protect = await createProtectService({
      ...{ foundation, current, identity, providers },
      data: config.data,
      node: foundation.node,
    });
    closers.add(() => protect.settled());
    const guard = createGuardService({
      ...{ store, keys, audit, revocations, metrics, clock, random },
      held: (app, campaign, person) =>
        firstHeldFor(containment.holds?.apps.get(app)?.campaigns.get(campaign), subjectOf(person, ''), clock()) !== null,
    });
    const { rates, lists, watchLoad } = await startRates(foundation, current, config, closers, people);
    const sealing = await startSealing(foundation, current, closers);
    const scimStore = createScimStore(store, keys);
    await scimStore.sealClear();
    const ruleTitles = createRuleTitles(rulesFolder(current));
    const ruleTitle = ruleTitles.titleOf;
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
        ...{ people, administrators },
        ring: sealing.ring,
        signer: liveSigner(sealing.proofs, 'privacy'),
        inventory: protect.inventory,
        lists,
        outbound,
      },
      queries: () => queries,
    });
    revocations.start();
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
      rulesChanged: () => {
        ruleTitles.forget();
        void folders.changed('detections');
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

    // Once no request waits for an answer any more, calls to others that do not answer would only keep the rest from closing.
    closers.add(() => ending.abort());
    const gateway = await openGateway(foundation, current, config, closers, {
      ...{ people, administrators, switches, containment, versions, decisions, inspection, rates, protect, guard },
      ...{ privacy, incidents, training },
    });
    watchLoad(() => gateway.inFlight());

    const reloading = createReloading({
      ...{ current, gateway, audit, metrics, clock },
      ...(options.onConfiguration === undefined ? {} : { heard: options.onConfiguration }),
    });
    const { reload, report } = reloading;
    if (options.file !== null)
      closers.add(followConfig({ file: options.file, config, files: options.files ?? [], reload, report }));

    startAuditRetention(foundation, config, () => current.runtime.config.retention.audit, closers);
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
      reload: reloading.again,
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
      filesChanged: () => void folders.changed('playbooks'),
    });
    for (const section of ['detections', 'playbooks'] as const) void folders.changed(section);
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
      nodes: foundation.nodes,
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
    const api = await openConsole(foundation, current, config, closers, {
      parts: handlerParts,
      ...{ sealing, stream },
      scim: scimStore,
      witnessed: witnesses?.file ?? null,
      folder: options.consoleFolder,
    });
    consolePort = api.port;

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
          () => rates.phones.maintain(),
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
      ...{ compliance, trends, releases, versions },
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
    const problem = startProblem(error, config, options.folder);
    const problems = problem === null ? (error instanceof ConfigError ? error.problems : null) : [problem];
    if (problems === null) throw error;
    throw new ConfigError(options.file === null ? problems : locateProblems(problems, options.file), { cause: error });
  }
}
