import type { Administrators } from '../administrators/service.ts';
import type { EventStream } from '../api/stream.ts';
import type { AuditQueries } from '../audit/queries.ts';
import type { DetectService } from '../detect/service.ts';
import type { KeyRing } from '../keys/ring/service.ts';
import type { NotifyService } from '../notify/service.ts';
import { createActs } from '../respond/containment/acts.ts';
import { type LiveMeasures, openLiveMeasures } from '../respond/containment/live.ts';
import { createApprovalNotices } from '../respond/containment/notices.ts';
import { createPreview, type PreviewParts } from '../respond/containment/preview.ts';
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
/** How soon what was approved on a node that is gone is carried out by another. */
const workMs = 2_000;

export interface ContainmentRooms {
  readonly store: ContainmentStore;
  readonly live: LiveMeasures;
}

/** Loads the measures in force and follows what other nodes change. Before the feed of revocations starts, so that none is missed. */
export async function openContainment(foundation: Foundation, closers: Closers): Promise<ContainmentRooms> {
  const { revocations, metrics, clock } = foundation;
  const store = createContainmentStore(foundation.store);
  const live = await openLiveMeasures({
    ...{ store, clock },
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
  return { store, live };
}

export interface ContainmentServices {
  readonly people: Pick<People, 'identity' | 'directory' | 'sessions'>;
  readonly administrators: Pick<Administrators, 'approvals' | 'tokens'>;
  readonly ring: Pick<KeyRing, 'rotate' | 'overview'>;
  readonly queries: Pick<AuditQueries, 'traffic'>;
  readonly alerts: Pick<DetectService, 'list'>;
  readonly versions: PreviewParts['versions'];
  readonly notify: Pick<NotifyService, 'send'>;
  readonly stream: Pick<EventStream, 'send'>;
  /** Where measures of an incident are told of. */
  readonly incidents: Pick<IncidentPort, 'appendToTimeline' | 'peek'>;
}

/** Starts taking measures on this node. */
export function startContainment(
  foundation: Foundation,
  current: Current,
  closers: Closers,
  { store, live }: ContainmentRooms,
  services: ContainmentServices,
): ContainmentService {
  const { audit, metrics, revocations, coordination, clock, random } = foundation;
  const { people, administrators } = services;
  const { approvals, tokens } = administrators;
  const directory = () => people.directory.snapshot();
  const runtime = () => current.runtime;
  const members = createMembers(directory);
  const acts = createActs({ identity: people.identity, ring: services.ring, tokens, members });
  const containment: ContainmentService = createContainmentService({
    ...{ store, live, acts, audit, metrics, revocations, coordination, approvals, runtime, directory, clock, random },
    preview: createPreview({
      ...{ queries: services.queries, alerts: services.alerts, versions: services.versions, runtime, members, clock },
      reached: acts.reached,
      sessionsOf: (uid) => people.sessions.ofPerson(uid).length,
      otherNodes: () => (foundation.nodes?.count() ?? 1) > 1,
      fourEyes: (measured) => containment.takesTwo(measured),
    }),
    incidents: services.incidents,
    changed: () => services.stream.send('containment', {}),
  });
  approvals.onRequested(createApprovalNotices(services.notify, () => metrics.add('menshen_maintenance_failures_total')));
  closers.add(
    startRounds(
      workMs,
      () => approvals.work(),
      () => metrics.add('menshen_maintenance_failures_total'),
    ),
  );
  closers.add(() => containment.maintain());
  return containment;
}
