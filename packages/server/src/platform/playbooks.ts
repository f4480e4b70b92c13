import { resolve } from 'node:path';
import type { Administrators } from '../administrators/service.ts';
import type { EventStream } from '../api/stream.ts';
import type { AuditQueries } from '../audit/queries.ts';
import type { RuleTitle } from '../audit/words.ts';
import { watchFiles } from '../config/watch.ts';
import type { DetectService } from '../detect/service.ts';
import type { DirectoryService } from '../directory/service.ts';
import type { NotifyService } from '../notify/service.ts';
import type { ReleaseService } from '../release/service.ts';
import type { ContainmentService } from '../respond/containment/service.ts';
import type { Incidents } from '../respond/incidents/incidents.ts';
import { createActions } from '../respond/playbooks/actions/actions.ts';
import type { RecoveryPort } from '../respond/playbooks/actions/recovery.ts';
import { createApprovalPort } from '../respond/playbooks/approvals.ts';
import type { Company } from '../respond/playbooks/cause.ts';
import { playbookFailure } from '../respond/playbooks/failure-notice.ts';
import { type PlaybookLibrary, readLibrary } from '../respond/playbooks/library.ts';
import type { PlaybookHandlerParts } from '../respond/playbooks/routes.ts';
import { createRunner } from '../respond/playbooks/runner.ts';
import { createPlaybookService } from '../respond/playbooks/service.ts';
import { createPlaybookStore } from '../respond/playbooks/store.ts';
import type { AssignmentService } from '../train/assignments/service.ts';
import type { Closers } from './closers.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';
import { startRounds } from './rounds.ts';
import type { Scans } from './scans.ts';

const workMs = 1_000;
const tickMs = 10_000;

export interface PlaybookServices {
  readonly containment: ContainmentService;
  readonly incidents: Incidents;
  readonly notify: NotifyService;
  readonly releases: ReleaseService;
  readonly scans: Pick<Scans, 'service' | 'runner'>;
  readonly training: Pick<AssignmentService, 'list' | 'create'>;
  readonly detect: Pick<DetectService, 'alert' | 'list'>;
  readonly directory: Pick<DirectoryService, 'snapshot'>;
  readonly queries: AuditQueries;
  readonly administrators: Pick<Administrators, 'approvals'>;
  readonly stream: Pick<EventStream, 'send'>;
  readonly ruleTitle: RuleTitle;
  /** Hears that a file has changed, or that the configuration names another folder. */
  readonly filesChanged: () => void;
  /** Asked when a step runs: recovery starts after playbooks. */
  readonly recovery?: () => RecoveryPort;
}

export type Playbooks = PlaybookHandlerParts & { maintain(): Promise<void> };

/** Starts playbooks on this node: their files are followed, runs that are due are taken up, and what is due by the clock begins. */
export function startPlaybooks(
  foundation: Foundation,
  current: Current,
  closers: Closers,
  services: PlaybookServices,
): Playbooks {
  const { audit, metrics, clock, random } = foundation;
  const { containment, incidents, notify, detect, stream } = services;
  const store = createPlaybookStore(foundation.store);
  const failed = (): void => metrics.add('menshen_playbook_failures_total');

  const folderOf = (): string | null => {
    const { playbooks } = current.runtime.config;
    return playbooks === undefined ? null : resolve(current.folder, playbooks);
  };
  let folder = folderOf();
  let library: PlaybookLibrary = readLibrary(folder);
  const reread = (): void => {
    library = readLibrary(folder, library);
    services.filesChanged();
    stream.send('playbook', {});
  };
  const watcher = watchFiles(reread);
  watcher.watch([], folder === null ? [] : [folder]);
  closers.add(() => watcher.stop());
  /** The configuration may name another folder now. */
  const follow = (): void => {
    const now = folderOf();
    if (now === folder) return;
    folder = now;
    watcher.watch([], folder === null ? [] : [folder]);
    reread();
  };

  const actions = createActions({
    ...{ containment, incidents, notify, clock, releases: services.releases, scans: services.scans, training: services.training },
    queries: () => services.queries,
    recovery: () => services.recovery?.() ?? null,
    startOf: async (run) => (await store.find(run))?.started ?? clock(),
  });
  const company: Company = {
    person(uid) {
      const directory = services.directory.snapshot();
      const person = directory.person(uid);
      if (person === undefined) return null;
      const { kind, status, departments, leads } = person;
      return { kind, status, departments, roles: directory.rolesOf(uid), leads: leads.length > 0 };
    },
    appOfCampaign(campaign) {
      const apps = current.runtime.config.apps.filter(({ campaigns }) => campaigns.some(({ id }) => id === campaign));
      return apps.length === 1 ? (apps[0]?.id ?? null) : null;
    },
  };
  const changed = (): void => stream.send('playbook', {});
  const playbooks = createPlaybookService({
    ...{ store, actions, company, audit, metrics, clock, random, changed },
    library: () => library,
    async findings(since, limit) {
      const { findings } = await services.scans.service.list({ show: 'active' }, limit, null);
      return findings.filter(({ firstSeen }) => firstSeen >= since);
    },
    alerts: {
      alert: (id) => detect.alert(id),
      async since(from, limit) {
        const found = [];
        for (let cursor: string | null = null; found.length < limit; ) {
          const page: Awaited<ReturnType<DetectService['list']>> = await detect.list(
            { show: 'all' },
            Math.min(200, limit),
            cursor,
          );
          found.push(...page.alerts.filter(({ last }) => last >= from));
          if (page.next === null || page.alerts.some(({ last }) => last < from)) break;
          cursor = page.next;
        }
        return found.slice(0, limit);
      },
    },
  });
  const runner = createRunner({
    ...{ store, actions, audit, clock, random, changed, onError: failed },
    approvals: createApprovalPort(
      services.administrators.approvals,
      (run) => store.wake(run, clock()),
      () => library,
    ),
    async failed(run, playbook, problem) {
      metrics.add('menshen_playbook_runs_failed_total', `playbook="${run.playbook}"`);
      await notify.send(playbookFailure(run, playbook, problem));
    },
  });

  const stop = startRounds(workMs, () => runner.work(), failed);
  const tick = setInterval(() => {
    follow();
    void playbooks.tick().catch(failed);
  }, tickMs);
  tick.unref();
  closers.add(async () => {
    clearInterval(tick);
    await stop();
  });
  return {
    ...{ playbooks, runs: store, library: () => library, clock },
    ruleTitle: (rule) => services.ruleTitle(rule) ?? { zh: rule, en: rule },
    maintain: () => playbooks.maintain(),
  };
}
