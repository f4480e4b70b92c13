import { type Bilingual, MenshenError, type TrainingOrigin, type TrainingProposal, type TrainingTarget } from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';
import { gently } from '../../gently.ts';
import { endOfQuiet } from '../../notify/routing.ts';
import type { CertificateService } from '../certificates/service.ts';
import { type Course, titleOf } from '../courses/model.ts';
import type { CourseService } from '../courses/service.ts';
import type { QuizStore } from '../quizzes/store.ts';
import { type Assignment, type Duty, keyOf, type Passing, peopleOf, planningDuties } from './model.ts';
import { proposeCourses, type TroubleSource } from './proposals.ts';
import { isReminderDue, reminderText } from './reminders.ts';
import type { AssignmentStore, Standing } from './store.ts';

const dayMs = 86_400_000;
const proposalMs = 7 * dayMs;
/** Ended assignments are shown for so long. */
const shownMs = 400 * dayMs;
const proposalsKeptMs = 60_000;
const planEveryMs = 10 * 60_000;
const remindersAtOnce = 100;

/** Reaches one person. Rejects with an error whose message is a word for the console. */
export type SendReminder = (
  uid: string,
  message: { readonly course: string; readonly subject: Bilingual; readonly text: Bilingual; readonly path: string },
) => Promise<void>;

export interface AssignmentParts {
  readonly store: AssignmentStore;
  readonly courses: CourseService;
  readonly quizzes: Pick<QuizStore, 'allProgress'>;
  readonly certificates: Pick<CertificateService, 'valid'>;
  /** Whether a person still lacks what a course asks for besides its test. */
  readonly lacking: () => Promise<(uid: string, course: Pick<Course, 'labs'>) => boolean>;
  readonly directory: () => DirectorySnapshot;
  readonly troubles: readonly TroubleSource[];
  readonly settings: () => {
    readonly remindDays: readonly number[];
    readonly remindHours: { readonly from: string; readonly to: string; readonly timeZone: string };
    readonly minimumGroup: number;
    readonly fromEvents: 'propose' | 'assign';
  };
  readonly send: SendReminder;
  /** Whether this call is the first of its key in a time, over all nodes. */
  readonly once: (key: string, ms: number) => Promise<boolean>;
  readonly audit: Pick<Audit, 'act'>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface AssignmentDraft {
  readonly course: string;
  readonly target: TrainingTarget;
  readonly due: number | null;
  readonly dueDays: number;
  readonly again: boolean;
  readonly reason: string;
  readonly origin: TrainingOrigin | null;
}

export interface AssignmentService {
  list(): Promise<readonly Assignment[]>;
  duties(uid?: string): Promise<readonly Duty[]>;
  standing(): Promise<Standing>;
  /** At most a minute old: Today asks for them all the time. */
  proposals(): Promise<readonly TrainingProposal[]>;
  /** Throws `not_found` for an unknown course or department, `conflict` where nobody is meant. */
  create(draft: AssignmentDraft, by: string): Promise<{ readonly id: string; readonly people: number }>;
  end(id: string, reason: string, by: string): Promise<void>;
  /** A reminder of a course has not arrived. */
  unreached(uid: string, course: string, problem: string): Promise<void>;
  /** A person has passed a course. */
  done(uid: string, course: string): Promise<void>;
  /** Brings duties up to date and reminds; called on a schedule, on any number of nodes. */
  maintain(): Promise<void>;
}

/** Who is to learn what, until when. */
export function createAssignmentService(parts: AssignmentParts): AssignmentService {
  const { store, courses, clock } = parts;

  const plan = async (): Promise<void> => {
    const [assignments, standing, progress, valid, lacking, known] = await Promise.all([
      store.list(clock()),
      store.duties(),
      parts.quizzes.allProgress(),
      parts.certificates.valid(),
      parts.lacking(),
      courses.all(),
    ]);
    const until = new Map<string, number>();
    for (const { uid, course, expires } of valid)
      until.set(keyOf(uid, course), Math.max(expires, until.get(keyOf(uid, course)) ?? 0));
    const passings = new Map<string, Passing>(
      progress.flatMap(({ uid, course, passed }) => {
        const asked = known.get(course);
        if (passed === null || (asked !== undefined && lacking(uid, asked))) return [];
        return [[keyOf(uid, course), { at: passed, until: until.get(keyOf(uid, course)) ?? null }] as const];
      }),
    );
    const alive = assignments.filter(({ course }) => known.has(course));
    const passed = (uid: string, course: string): Passing | null => passings.get(keyOf(uid, course)) ?? null;
    await store.write(await gently(planningDuties(alive, parts.directory(), standing, passed, clock())), standing);
  };

  const remind = async (): Promise<void> => {
    const now = clock();
    const { remindDays, remindHours } = parts.settings();
    // Nobody is reminded of a course at night: the other hours are quiet.
    const { from, to, timeZone } = remindHours;
    if (endOfQuiet({ from: to, to: from, timeZone }, now) > now) return;
    const known = await courses.all();
    const due = (await store.duties()).filter((duty) => known.has(duty.course) && isReminderDue(duty, remindDays, now));
    for (const duty of due.slice(0, remindersAtOnce)) {
      const course = known.get(duty.course);
      if (course === undefined || !(await store.takeReminder(duty, now))) continue;
      try {
        await parts.send(duty.uid, {
          ...{ course: duty.course, path: `/courses/${duty.course}` },
          ...reminderText(titleOf(course), duty, now),
        });
      } catch (error) {
        await store.unreached(duty.uid, duty.course, error instanceof Error ? error.message.slice(0, 100) : 'unknown');
      }
    }
  };

  let proposed: { readonly at: number; readonly found: readonly TrainingProposal[] } | null = null;
  const proposals = async (): Promise<readonly TrainingProposal[]> => {
    const now = clock();
    if (proposed === null || now - proposed.at >= proposalsKeptMs || now < proposed.at)
      proposed = { at: now, found: await lookForProposals() };
    return proposed.found;
  };
  const lookForProposals = async (): Promise<readonly TrainingProposal[]> => {
    const since = clock() - proposalMs;
    const troubles = (await Promise.all(parts.troubles.map((source) => source(since)))).flat();
    if (troubles.length === 0) return [];
    const all = await courses.all();
    return proposeCourses(troubles, all.values(), parts.directory(), await store.list(since), parts.settings().minimumGroup);
  };

  const create: AssignmentService['create'] = async (draft, by) => {
    await courses.find(draft.course);
    const directory = parts.directory();
    const { target } = draft;
    if (target.kind === 'department' && !directory.departments.has(target.department)) throw new MenshenError('not_found');
    const people = peopleOf(target, directory).length;
    if (people === 0) throw new MenshenError('conflict');
    const assignment: Assignment = {
      id: `tn_${Buffer.from(parts.random(16)).toString('base64url')}`,
      ...draft,
      ...{ created: clock(), createdBy: by, ended: null },
    };
    const detail = { assignment: assignment.id, course: draft.course, target: JSON.stringify(target).slice(0, 300), people };
    await parts.audit.act(by, { activity: 'create', entity: 'training assignment', detail }, () => store.add(assignment));
    proposed = null;
    await plan();
    return { id: assignment.id, people };
  };

  return {
    list: () => store.list(clock() - shownMs),
    duties: (uid) => store.duties(uid),
    standing: () => store.standing(clock()),
    proposals,
    create,
    async end(id, reason, by) {
      const act = { activity: 'delete', entity: 'training assignment', detail: { assignment: id, reason } } as const;
      if (!(await parts.audit.act(by, act, () => store.end(id, by, clock())))) throw new MenshenError('not_found');
      proposed = null;
      await plan();
    },
    unreached: (uid, course, problem) => store.unreached(uid, course, problem),
    done: (uid, course) => store.done(uid, course, clock()),
    async maintain() {
      if (!(await parts.once('training duties', planEveryMs))) return;
      if (parts.settings().fromEvents === 'assign')
        for (const { course, target, origin } of await proposals())
          await create({ course, target, due: null, dueDays: 14, again: true, reason: origin.because.zh, origin }, 'menshen');
      await plan();
      await remind();
    },
  };
}
