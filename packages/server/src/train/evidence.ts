import type { DirectorySnapshot } from '../directory/snapshot.ts';
import { readFigures } from './overview.ts';
import type { TrainService } from './service.ts';

/**
 * What risk and compliance can say of training, as it stands now: PIPL article 51 (5) asks for regular security education of those who handle personal
 * information, GB/T 22239-2019 8.1.8.3 for awareness and skills training of everybody and plans by role.
 */
export interface TrainingEvidence {
  readonly people: number;
  /** People whom at least one course was asked of, and those of them who have nothing open. */
  readonly asked: number;
  readonly upToDate: number;
  readonly overdue: number;
  /** Of the last twelve months: people who passed any course, and those who passed one on personal information. */
  readonly trainedInYear: number;
  readonly trainedOnPersonalData: number;
  /** People who passed a lab by hand, in the same time. */
  readonly labsInYear: number;
  /** Courses that run as assignments now, and when the newest was assigned, epoch ms. */
  readonly running: number;
  readonly assignedAt: number | null;
  readonly certificates: number;
  /** The newest passing, epoch ms: how fresh the evidence is. */
  readonly lastPassed: number | null;
}

const yearMs = 366 * 86_400_000;
/** Tag of courses that count for PIPL article 51. */
export const personalDataTag = 'topic:personal-data';

/** Gathers the evidence; reads only. Numbers of people alone, no names. */
export async function trainingEvidence(
  train: TrainService,
  directory: DirectorySnapshot,
  now: number,
): Promise<TrainingEvidence> {
  const { rows, courses } = await readFigures(train, directory, now);
  const active = new Set(
    [...directory.people.values()].filter(({ kind, status }) => kind === 'employee' && status === 'active').map(({ uid }) => uid),
  );
  const duties = rows.duties.filter(({ uid }) => active.has(uid));
  const passed = rows.progress.filter(({ uid, passed: at }) => active.has(uid) && at !== null && now - at < yearMs);
  const count = (of: readonly { readonly uid: string }[]): number => new Set(of.map(({ uid }) => uid)).size;
  const open = duties.filter(({ done }) => done === null);
  const running = (await train.assignments.list()).filter(({ ended }) => ended === null);
  return {
    people: active.size,
    asked: count(duties),
    upToDate: count(duties) - count(open),
    overdue: count(open.filter(({ due }) => due < now)),
    trainedInYear: count(passed),
    trainedOnPersonalData: count(passed.filter(({ course }) => courses.get(course)?.tags.includes(personalDataTag) === true)),
    labsInYear: count(
      (await train.labs.results()).filter(({ uid, passed: at }) => active.has(uid) && at !== null && now - at < yearMs),
    ),
    running: running.length,
    assignedAt: running.length === 0 ? null : Math.max(...running.map(({ created }) => created)),
    certificates: (await train.certificates.valid()).length,
    lastPassed: passed.length === 0 ? null : Math.max(...passed.map(({ passed: at }) => at ?? 0)),
  };
}
