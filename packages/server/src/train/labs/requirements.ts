import type { LabId, TrainingConfig } from '@menshen/contract';
import type { AssignmentService } from '../assignments/service.ts';
import type { CertificateService } from '../certificates/service.ts';
import type { Certificate } from '../certificates/store.ts';
import type { Course } from '../courses/model.ts';
import type { CourseService } from '../courses/service.ts';
import type { QuizStore } from '../quizzes/store.ts';
import type { LabPerson } from './service.ts';
import type { LabStore } from './store.ts';

export interface LabRequirementParts {
  readonly store: Pick<LabStore, 'results'>;
  readonly settings: () => TrainingConfig['labs'];
}

/** Labs that a course asks for before its certificate, and who still lacks them. Where no lab can be done here, none is asked for. */
export function createLabRequirements({ store, settings }: LabRequirementParts) {
  const asked = ({ labs }: Pick<Course, 'labs'>): readonly LabId[] => (settings().enabled ? labs : []);
  return {
    asked,
    async missing(uid: string, course: Pick<Course, 'labs'>): Promise<readonly LabId[]> {
      const wanted = asked(course);
      if (wanted.length === 0) return [];
      const passed = new Set((await store.results(uid)).flatMap(({ lab, passed: at }) => (at === null ? [] : [lab])));
      return wanted.filter((lab) => !passed.has(lab));
    },
    /** The same for everybody at once. */
    async lacking(): Promise<(uid: string, course: Pick<Course, 'labs'>) => boolean> {
      if (!settings().enabled) return () => false;
      const results = await store.results();
      const passed = new Set(results.flatMap(({ uid, lab, passed: at }) => (at === null ? [] : [`${uid}\n${lab}`])));
      return (uid, course) => asked(course).some((lab) => !passed.has(`${uid}\n${lab}`));
    },
  };
}

export type LabRequirements = ReturnType<typeof createLabRequirements>;

export interface CompletionParts {
  readonly requirements: LabRequirements;
  readonly courses: Pick<CourseService, 'all' | 'find'>;
  readonly quizzes: Pick<QuizStore, 'progress'>;
  readonly certificates: Pick<CertificateService, 'issue' | 'valid'>;
  readonly assignments: Pick<AssignmentService, 'done'>;
}

export type Completion = ReturnType<typeof createCompletion>;

/** A course is complete with its test and its labs, in whatever order they are passed. */
export function createCompletion({ requirements, courses, quizzes, certificates, assignments }: CompletionParts) {
  const complete = async (person: LabPerson, course: Course, score: number): Promise<Certificate> => {
    const certificate = await certificates.issue(person, course, score, requirements.asked(course));
    await assignments.done(person.uid, course.id);
    return certificate;
  };
  return {
    /** The test of a course was passed: its certificate, or the labs that are still to be done. */
    async testPassed(person: LabPerson, course: Course, score: number) {
      const missing = await requirements.missing(person.uid, course);
      if (missing.length > 0) return { certificate: null, missing };
      return { certificate: await complete(person, course, score), missing: [] };
    },
    /** A lab was passed: completes the courses whose test was passed before. */
    async labPassed(person: LabPerson, lab: LabId): Promise<void> {
      const [all, progress, valid] = await Promise.all([courses.all(), quizzes.progress(person.uid), certificates.valid()]);
      for (const { course: id, passed, best } of progress) {
        const course = all.get(id);
        if (course === undefined || passed === null || !course.labs.includes(lab)) continue;
        // One that was issued since the test was passed is the one for it.
        if (valid.some(({ uid, course: of, issued }) => uid === person.uid && of === id && issued >= passed)) continue;
        if ((await requirements.missing(person.uid, course)).length > 0) continue;
        await complete(person, course, best ?? course.pass);
      }
    },
  };
}
