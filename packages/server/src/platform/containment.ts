import { MenshenError } from '@menshen/contract';
import type { Administrators } from '../administrators/service.ts';
import type { EventStream } from '../api/stream.ts';
import type { AuditQueries } from '../audit/queries.ts';
import type { DetectService } from '../detect/service.ts';
import type { KeyRing } from '../keys/ring/service.ts';
import type { NotifyService } from '../notify/service.ts';
import type { AppSecretService } from '../respond/app-secrets/service.ts';
import { createActs } from '../respond/containment/acts.ts';
import { type LiveMeasures, openLiveMeasures } from '../respond/containment/live.ts';
import { createApprovalNotices, createFailureNotices } from '../respond/containment/notices.ts';
import { createPreview, type PreviewParts } from '../respond/containment/preview.ts';
import { createReopeningStore, type ReopeningStore } from '../respond/containment/reopening/store.ts';
import { createMembers } from '../respond/containment/scope.ts';
import { type ContainmentService, containmentRevocation, createContainmentService } from '../respond/containment/service.ts';
import { type ContainmentStore, createContainmentStore } from '../respond/containment/store.ts';
import type { IncidentPort } from '../respond/incidents/model.ts';
import type { Closers } from './closers.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';
import type { People } from './people.ts';
import { startRounds } from './rounds.ts';

const retryMs = 500;
/** How often what a reopened measure lets through is looked at. */
const watchMs = 1_000;
/** How soon what was approved on a node that is gone is carried out by another. */
const workMs = 2_000;

export interface ContainmentRooms {
  readonly store: ContainmentStore;
  readonly reopenings: ReopeningStore;
  readonly live: LiveMeasures;
}

/** Loads the measures in force and follows what other nodes change. Before the feed of revocations starts, so that none is missed. */
export async function openContainment(foundation: Foundation, closers: Closers): Promise<ContainmentRooms> {
  const { revocations, metrics, clock } = foundation;
  const store = createContainmentStore(foundation.store);
  const reopenings = createReopeningStore(foundation.store);
  const live = await openLiveMeasures({
    ...{ store, reopenings, clock },
    failed: () => metrics.add('menshen_maintenance_failures_total'),
  });
  revocations.subscribe((entry, own) => {
    if (entry.kind === containmentRevocation && !own) live.hear();
  });
  const timer = setInterval(() => live.retry(), retryMs);
  timer.unref();
  closers.add(() => clearInterval(timer));
  metrics.gauge(
    'menshen_measures_active',
    'Measures of containment in force.',
    () => live.snapshot.holds?.all.filter(({ until }) => clock() < until).length ?? 0,
  );
  metrics.gauge('menshen_reopenings_active', 'Measures of containment that let a share of persons through.', () =>
    (live.snapshot.holds?.all ?? []).reduce((sum, { reopened }) => sum + Number(reopened !== null), 0),
  );
  return { store, reopenings, live };
}

export interface ContainmentServices {
  readonly people: Pick<People, 'identity' | 'directory' | 'sessions'>;
  readonly administrators: Pick<Administrators, 'approvals' | 'cards' | 'tokens'>;
  readonly ring: Pick<KeyRing, 'rotate' | 'overview'>;
  readonly queries: Pick<AuditQueries, 'traffic'>;
  readonly alerts: Pick<DetectService, 'list' | 'alert'>;
  readonly versions: PreviewParts['versions'];
  readonly secrets: AppSecretService;
  readonly notify: Pick<NotifyService, 'send'>;
  readonly stream: Pick<EventStream, 'send'>;
  /** Where measures of an incident are told of. */
  readonly incidents: Pick<IncidentPort, 'appendToTimeline' | 'peek' | 'sources'>;
}

/** Starts taking measures on this node. */
export function startContainment(
  foundation: Foundation,
  current: Current,
  closers: Closers,
  { store, reopenings, live }: ContainmentRooms,
  services: ContainmentServices,
): ContainmentService {
  const { audit, metrics, revocations, coordination, clock, random } = foundation;
  const { people, administrators } = services;
  const { approvals, tokens } = administrators;
  const directory = () => people.directory.snapshot();
  const runtime = () => current.runtime;
  const members = createMembers(directory);
  const acts = createActs({ identity: people.identity, ring: services.ring, secrets: services.secrets, tokens, members });
  const containment: ContainmentService = createContainmentService({
    ...{ store, reopenings, live, acts, audit, metrics, revocations, coordination, approvals, runtime, directory, clock, random },
    preview: createPreview({
      ...{ queries: services.queries, alerts: services.alerts, versions: services.versions, runtime, members, clock },
      reached: acts.reached,
      sessionsOf: (uid) => people.sessions.ofPerson(uid).length,
      otherNodes: () => (foundation.nodes?.count() ?? 1) > 1,
      fourEyes: (measured) => containment.takesTwo(measured),
    }),
    ...{ incidents: services.incidents, secrets: services.secrets },
    watch: {
      notify: services.notify,
      ruleOf: async (id) => {
        const found = await services.alerts.alert(id).catch((error: unknown) => {
          if (error instanceof MenshenError && error.code === 'not_found') return null;
          throw error;
        });
        return found?.rule ?? null;
      },
      lastAlert: async (rule) => (await services.alerts.list({ show: 'all', rule }, 1, null)).alerts[0]?.last ?? null,
    },
    changed: () => services.stream.send('containment', {}),
  });
  const unsent = (): void => metrics.add('menshen_maintenance_failures_total');
  approvals.onRequested(createApprovalNotices(services.notify, unsent));
  approvals.onFailed(createFailureNotices(services.notify, unsent));
  approvals.onRequested(
    (approval) => void administrators.cards.send(approval).catch(() => metrics.add('menshen_maintenance_failures_total')),
  );
  closers.add(
    startRounds(
      workMs,
      () => approvals.work(),
      () => metrics.add('menshen_maintenance_failures_total'),
    ),
  );
  closers.add(
    startRounds(
      watchMs,
      () => containment.reopenings.tick(),
      () => metrics.add('menshen_maintenance_failures_total'),
    ),
  );
  closers.add(() => containment.maintain());
  return containment;
}
