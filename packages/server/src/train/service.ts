import type { TrainingConfig } from '@menshen/contract';
import type { Audit } from '../audit/service.ts';
import type { DirectorySnapshot } from '../directory/snapshot.ts';
import type { Metrics } from '../gateway/metrics.ts';
import type { Keys } from '../keys/master.ts';
import type { LiveSigner } from '../keys/proofs/live-signer.ts';
import type { Store } from '../store/store.ts';
import type { TroubleSource } from './assignments/proposals.ts';
import { type AssignmentService, createAssignmentService, type SendReminder } from './assignments/service.ts';
import { createAssignmentStore } from './assignments/store.ts';
import { createMailboxes, type Mailboxes } from './bounces/mailboxes.ts';
import { type BounceService, createBounceService } from './bounces/service.ts';
import { createMailStore } from './bounces/store.ts';
import { createOptOutLinks } from './bulletins/opt-out.ts';
import { type BulletinService, type BulletinServiceParts, createBulletinService } from './bulletins/service.ts';
import { createBulletinStore } from './bulletins/store.ts';
import { type CertificateService, createCertificateService } from './certificates/service.ts';
import { createCertificateStore } from './certificates/store.ts';
import { type ContestService, createContestService } from './contests/service.ts';
import { createContestStore } from './contests/store.ts';
import type { CourseLibrary } from './courses/library.ts';
import { titleOf } from './courses/model.ts';
import { type CourseService, createCourseService } from './courses/service.ts';
import { createOwnCourseStore } from './courses/store.ts';
import { createDrillService, type DrillService, type SendDrill } from './drills/service.ts';
import { createDrillStore } from './drills/store.ts';
import { createLabPlaces } from './labs/places.ts';
import { type Completion, createCompletion, createLabRequirements, type LabRequirements } from './labs/requirements.ts';
import type { StartSandbox } from './labs/sandbox-process.ts';
import { createLabService, type LabEvent } from './labs/service.ts';
import { asLabs, createSharedLabs, type Labs, type SharedLabsParts } from './labs/shared.ts';
import { createLabStore } from './labs/store.ts';
import { createPreferenceStore, type PreferenceStore } from './learn/preferences.ts';
import { createLearnerSessions, type LearnerSessions } from './learn/sessions.ts';
import { createQuizService, type QuizService } from './quizzes/service.ts';
import { createQuizStore, type QuizStore } from './quizzes/store.ts';

export interface TrainParts {
  readonly store: Store;
  readonly keys: Keys;
  /** Signs certificates. */
  readonly signer: LiveSigner;
  readonly audit: Audit;
  readonly library: CourseLibrary;
  readonly settings: () => TrainingConfig;
  readonly directory: () => DirectorySnapshot;
  /** Capabilities that know of trouble. */
  readonly troubles: readonly TroubleSource[];
  readonly send: SendReminder;
  readonly sendDrill: SendDrill;
  /** How bulletins reach people, and what incidents say of themselves. */
  readonly bulletins: Pick<BulletinServiceParts, 'base' | 'channels' | 'ways' | 'incidents'>;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly once: (key: string, ms: number) => Promise<boolean>;
  /** Starts the sandboxes of labs. */
  readonly startSandbox: StartSandbox;
  readonly countLab: (event: LabEvent) => void;
  /** This node among others that share the store; null where it is alone. */
  readonly among: Pick<SharedLabsParts, 'node' | 'broadcast'> | null;
  readonly version: string;
  /** Tells consoles that the board of a contest has moved. */
  readonly contestMoved: () => void;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** Training: what there is to learn, who is to learn it, how they did, and the proof of it. */
export interface TrainService {
  readonly courses: CourseService;
  readonly quizzes: QuizService;
  readonly quizStore: QuizStore;
  readonly assignments: AssignmentService;
  readonly certificates: CertificateService;
  readonly contests: ContestService;
  readonly drills: DrillService;
  readonly bulletins: BulletinService;
  readonly bounces: BounceService;
  readonly mailboxes: Mailboxes;
  readonly labs: Labs;
  readonly requirements: LabRequirements;
  readonly completion: Completion;
  readonly sessions: LearnerSessions;
  readonly preferences: PreferenceStore;
  readonly settings: () => TrainingConfig;
  maintain(): Promise<void>;
}

export function createTrainService(parts: TrainParts): TrainService {
  const { store, keys, audit, directory, settings, clock, random } = parts;
  const courses = createCourseService({ library: parts.library, store: createOwnCourseStore(store), audit, clock });
  const quizStore = createQuizStore(store);
  const certificates = createCertificateService({
    store: createCertificateStore(store, keys),
    signer: parts.signer,
    issuer: () => settings().issuer,
    ...{ audit, clock, random },
  });
  const labStore = createLabStore(store);
  const requirements = createLabRequirements({ store: labStore, settings: () => settings().labs });
  const assignments = createAssignmentService({
    store: createAssignmentStore(store),
    ...{ courses, certificates, directory, audit, clock, random, settings },
    quizzes: quizStore,
    lacking: requirements.lacking,
    troubles: parts.troubles,
    send: parts.send,
    once: parts.once,
  });
  const contests = createContestService({
    store: createContestStore(store),
    secret: keys.derive('training contest addresses'),
    changed: parts.contestMoved,
    ...{ courses, directory, audit, clock, random },
  });
  const drills = createDrillService({
    store: createDrillStore(store),
    send: parts.sendDrill,
    ...{ directory, settings, audit, clock, random },
  });
  const completion = createCompletion({ requirements, courses, quizzes: quizStore, certificates, assignments });
  const ownLabs = createLabService({
    ...{ store: labStore, start: parts.startSandbox, settings: () => settings().labs, version: parts.version },
    ...{ audit, passed: completion.labPassed, count: parts.countLab, clock },
    isHere: (uid) => directory().person(uid)?.status === 'active',
  });
  const labs =
    parts.among === null
      ? asLabs(ownLabs)
      : createSharedLabs({ local: ownLabs, places: createLabPlaces(store), ...parts.among, ...{ keys, clock, random } });
  const preferences = createPreferenceStore(store);
  const quizzes = createQuizService({
    store: quizStore,
    secret: keys.derive('training order of options'),
    ...{ courses, clock, random },
  });
  const mailboxes = createMailboxes(store, keys.derive('training bounced mailboxes'));
  const bulletinStore = createBulletinStore(store);
  const bounces = createBounceService({
    ...{ store: createMailStore(store), mailboxes, settings: () => settings().bounces },
    bulletinFailed: (delivery, problem, status) => bulletinStore.cameBack(delivery, problem, status),
    reminderFailed: (uid, course, problem) => assignments.unreached(uid, course, problem),
    ...{ audit, clock, random, metrics: parts.metrics },
  });
  const bulletins = createBulletinService({
    ...{ store: bulletinStore, mailboxes },
    links: createOptOutLinks(keys),
    ...parts.bulletins,
    async openWork(uid) {
      const [duties, known, { due }] = await Promise.all([assignments.duties(uid), courses.all(), quizzes.refresh(uid, 'zh')]);
      const open = duties.filter(({ done }) => done === null).sort((a, b) => a.due - b.due);
      return {
        courses: open.flatMap((duty) => {
          const course = known.get(duty.course);
          return course === undefined ? [] : [{ title: titleOf(course), due: duty.due }];
        }),
        refresh: due,
      };
    },
    async facts(since) {
      const [assigned, drilled, contested] = await Promise.all([assignments.list(), drills.views(), contests.list()]);
      const ended = drilled.find((one) => one.ended !== null && one.ended >= since);
      return {
        happened: assigned.flatMap(({ origin, created }) => (origin === null || created < since ? [] : [origin.because])),
        reported: ended?.figures?.reported ?? null,
        contests: contested
          .filter(({ plan, cancelled }) => cancelled === null && plan.ends > clock())
          .map(({ plan }) => plan.title),
      };
    },
    ...{ courses, preferences, directory, settings, audit, clock, random, once: parts.once, metrics: parts.metrics },
  });
  const sessions = createLearnerSessions({ store, directory, audit, clock, random });
  return {
    ...{ courses, quizStore, quizzes, assignments, certificates, contests, drills, bulletins, labs, sessions, settings },
    ...{ preferences, bounces, mailboxes },
    ...{ requirements, completion },
    async maintain() {
      await sessions.maintain();
      await assignments.maintain();
      await drills.maintain();
      await bulletins.maintain();
      await bounces.maintain();
      await labs.maintain();
    },
  };
}
