import type { TrainingConfig } from '@menshen/contract';
import type { Audit } from '../audit/service.ts';
import type { DirectorySnapshot } from '../directory/snapshot.ts';
import type { Keys } from '../keys/master.ts';
import type { Store } from '../store/store.ts';
import type { TroubleSource } from './assignments/proposals.ts';
import { type AssignmentService, createAssignmentService, type SendReminder } from './assignments/service.ts';
import { createAssignmentStore } from './assignments/store.ts';
import { type CertificateService, createCertificateService } from './certificates/service.ts';
import { createCertificateSigner } from './certificates/signer.ts';
import { createCertificateStore } from './certificates/store.ts';
import { type ContestService, createContestService } from './contests/service.ts';
import { createContestStore } from './contests/store.ts';
import type { CourseLibrary } from './courses/library.ts';
import { type CourseService, createCourseService } from './courses/service.ts';
import { createOwnCourseStore } from './courses/store.ts';
import { createDrillService, type DrillService, type SendDrill } from './drills/service.ts';
import { createDrillStore } from './drills/store.ts';
import { createPreferenceStore, type PreferenceStore } from './learn/preferences.ts';
import { createLearnerSessions, type LearnerSessions } from './learn/sessions.ts';
import { createQuizService, type QuizService } from './quizzes/service.ts';
import { createQuizStore, type QuizStore } from './quizzes/store.ts';

export interface TrainParts {
  readonly store: Store;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly library: CourseLibrary;
  readonly settings: () => TrainingConfig;
  readonly directory: () => DirectorySnapshot;
  /** Capabilities that know of trouble. */
  readonly troubles: readonly TroubleSource[];
  readonly send: SendReminder;
  readonly sendDrill: SendDrill;
  readonly once: (key: string, ms: number) => Promise<boolean>;
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
    signer: createCertificateSigner(keys.derive('training certificate signing key')),
    issuer: () => settings().issuer,
    ...{ audit, clock, random },
  });
  const assignments = createAssignmentService({
    store: createAssignmentStore(store),
    ...{ courses, certificates, directory, audit, clock, random, settings },
    quizzes: quizStore,
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
  const sessions = createLearnerSessions({ store, directory, audit, clock, random });
  return {
    ...{ courses, quizStore, assignments, certificates, contests, drills, sessions, settings },
    quizzes: createQuizService({ store: quizStore, courses, secret: keys.derive('training order of options'), clock, random }),
    preferences: createPreferenceStore(store),
    async maintain() {
      await sessions.maintain();
      await assignments.maintain();
      await drills.maintain();
    },
  };
}
