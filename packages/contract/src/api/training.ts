import * as z from 'zod';
import { defineEndpoint, freshSeconds } from '../endpoint.ts';
import { courseAudience, courseCard, courseId, courseSource } from '../training-course.ts';
import { bilingual, ok, time, uid } from './common.ts';

const group = 'training';
const reason = z.string().trim().min(4).max(300);
const text = z.string().min(1).max(120_000);
const version = z.int().min(1).max(100_000);

/** What is wrong in the text of a course, and where. */
export const courseProblem = z.object({ language: z.enum(['zh', 'en']), line: z.number(), zh: z.string(), en: z.string() });
export type CourseProblemView = z.output<typeof courseProblem>;

/** How many of those who were assigned it have done it; null where fewer people than may be shown. */
export const trainingFigures = z.object({
  assigned: z.number(),
  done: z.number(),
  overdue: z.number(),
  /** Of those who have finished a first attempt: who passed it, in percent. */
  firstTry: z.number().nullable(),
  /** Share of questions that would be answered rightly today, as FSRS expects it, in percent. */
  retention: z.number().nullable(),
});
export type TrainingFigures = z.output<typeof trainingFigures>;

export const trainingCourseView = z.object({
  id: courseId,
  origin: z.enum(['shipped', 'own']),
  state: z.enum(['published', 'draft', 'withdrawn']),
  version: z.number(),
  /** Number of a draft that is newer than what is published. */
  draft: z.number().nullable(),
  title: bilingual,
  minutes: z.number(),
  audience: z.array(courseAudience),
  questions: z.number(),
  tags: z.array(z.string()),
  figures: trainingFigures.nullable(),
});
export type TrainingCourseView = z.output<typeof trainingCourseView>;

export const trainingTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('everyone') }),
  /** With all departments below it. */
  z.strictObject({ kind: z.literal('department'), department: z.string().min(1).max(128) }),
  z.strictObject({ kind: z.literal('role'), role: z.string().min(1).max(100) }),
  z.strictObject({ kind: z.literal('people'), uids: z.array(uid).min(1).max(500) }),
]);
export type TrainingTarget = z.output<typeof trainingTarget>;

/** Why something proposes a course: how often it happened in the last days, to how many people of a department. */
export const trainingOrigin = z.object({
  kind: z.enum(['alert', 'finding', 'incident']),
  /** Rules or weaknesses, such as `brute_force` or `CWE-79`. */
  names: z.array(z.string()),
  events: z.number(),
  people: z.number(),
  since: time,
  /** The same in words for the people who are assigned it: what, never who. */
  because: bilingual,
});
export type TrainingOrigin = z.output<typeof trainingOrigin>;

export const trainingAssignmentView = z.object({
  id: z.string(),
  course: courseId,
  title: bilingual,
  target: trainingTarget,
  /** The target in words: a department's name, a role. */
  whom: z.string(),
  due: time.nullable(),
  dueDays: z.number(),
  again: z.boolean(),
  reason: z.string(),
  origin: trainingOrigin.nullable(),
  created: time,
  createdBy: z.string(),
  ended: time.nullable(),
  figures: trainingFigures.nullable(),
});
export type TrainingAssignmentView = z.output<typeof trainingAssignmentView>;

export const trainingProposal = z.object({
  course: courseId,
  title: bilingual,
  target: trainingTarget,
  whom: z.string(),
  origin: trainingOrigin,
});
export type TrainingProposal = z.output<typeof trainingProposal>;

export const trainingGroup = z.object({
  /** Null for small departments that are shown together. */
  department: z.string().nullable(),
  name: z.string(),
  people: z.number(),
  figures: trainingFigures,
});
export type TrainingGroup = z.output<typeof trainingGroup>;

export const getTraining = defineEndpoint({
  id: 'getTraining',
  method: 'GET',
  path: '/api/v1/training',
  group,
  summary: {
    zh: '培训总览：覆盖、首次通过率、预期记忆率与各部门差距',
    en: 'Training: coverage, first-try rate, expected retention and gaps by department',
  },
  access: 'admin',
  powers: ['security', 'audit'],
  response: z.object({
    now: time,
    /** Address of the page for employees; null where none is served. */
    learnUrl: z.string().nullable(),
    minimumGroup: z.number(),
    people: z.number(),
    total: trainingFigures.nullable(),
    groups: z.array(trainingGroup),
    courses: z.array(trainingCourseView),
    assignments: z.array(trainingAssignmentView),
    proposals: z.array(trainingProposal),
    /** Duties whose last reminder did not arrive. */
    unreached: z.number(),
    certificates: z.object({ valid: z.number(), endSoon: z.number() }),
    /** Departments and roles that a course can be assigned to. */
    departments: z.array(z.object({ id: z.string(), name: z.string(), people: z.number() })),
    roles: z.array(z.string()),
  }),
  errors: [],
});

export const courseQuestionView = z.object({
  id: z.string(),
  ask: z.string(),
  options: z.array(z.object({ text: z.string(), right: z.boolean() })),
  because: z.string(),
});

export const coursePreview = z.object({
  title: z.string(),
  summary: z.string(),
  sources: z.array(courseSource),
  cards: z.array(courseCard.omit({ check: true }).extend({ check: z.string().nullable() })),
  questions: z.array(courseQuestionView),
});
export type CoursePreview = z.output<typeof coursePreview>;

export const getTrainingCourse = defineEndpoint({
  id: 'getTrainingCourse',
  method: 'GET',
  path: '/api/v1/training/courses/{id}',
  group,
  summary: { zh: '一门课的内容、题库与历次版本', en: 'A course with its bank and versions' },
  access: 'admin',
  powers: ['security', 'audit'],
  params: z.object({ id: courseId }),
  response: z.object({
    course: trainingCourseView,
    pass: z.number(),
    draw: z.number(),
    valid: z.number(),
    zh: coursePreview,
    en: coursePreview,
    pictures: z.record(z.string(), z.string()),
    /** The text that is edited next: a draft, or what is published. */
    text: z.object({ zh: z.string(), en: z.string().nullable() }),
    versions: z.array(
      z.object({
        version: z.number(),
        state: z.enum(['draft', 'published', 'replaced', 'withdrawn']),
        saved: time,
        savedBy: z.string(),
        published: time.nullable(),
        publishedBy: z.string().nullable(),
      }),
    ),
  }),
  errors: ['not_found'],
});

export const checkTrainingCourse = defineEndpoint({
  id: 'checkTrainingCourse',
  method: 'POST',
  path: '/api/v1/training/courses/check',
  group,
  summary: { zh: '检查并预览课程文本，不保存', en: 'Check and preview the text of a course; nothing is saved' },
  access: 'admin',
  powers: ['security'],
  bodyBytes: 1_048_576,
  body: z.strictObject({ zh: text, en: text.nullable() }),
  response: z.object({
    problems: z.array(courseProblem),
    preview: z.object({ zh: coursePreview, en: coursePreview }).nullable(),
    pictures: z.record(z.string(), z.string()),
    /** Pictures of the library, by name. */
    library: z.array(z.string()),
  }),
  errors: ['validation_failed'],
});

export const saveTrainingCourse = defineEndpoint({
  id: 'saveTrainingCourse',
  method: 'POST',
  path: '/api/v1/training/courses',
  group,
  summary: { zh: '保存自有课程的草稿', en: "Save a draft of the company's own course" },
  access: 'admin',
  powers: ['security'],
  bodyBytes: 1_048_576,
  body: z.strictObject({ zh: text, en: text.nullable() }),
  response: z.object({ id: courseId, version }),
  errors: ['course_faulty', 'conflict', 'audit_unwritable', 'validation_failed'],
});

export const publishTrainingCourse = defineEndpoint({
  id: 'publishTrainingCourse',
  method: 'POST',
  path: '/api/v1/training/courses/{id}/publish',
  group,
  summary: { zh: '发布草稿，替换之前的版本', en: 'Publish a draft in place of the version before' },
  access: 'admin',
  powers: ['security'],
  params: z.object({ id: courseId }),
  body: z.strictObject({ version }),
  response: ok,
  errors: ['not_found', 'conflict', 'course_faulty', 'audit_unwritable', 'validation_failed'],
});

export const withdrawTrainingCourse = defineEndpoint({
  id: 'withdrawTrainingCourse',
  method: 'POST',
  path: '/api/v1/training/courses/{id}/withdraw',
  group,
  summary: { zh: '下架自有课程', en: "Withdraw the company's own course" },
  access: 'admin',
  powers: ['security'],
  params: z.object({ id: courseId }),
  body: z.strictObject({ reason }),
  response: ok,
  errors: ['not_found', 'audit_unwritable', 'validation_failed'],
});

export const exportTrainingCourse = defineEndpoint({
  id: 'exportTrainingCourse',
  method: 'POST',
  path: '/api/v1/training/courses/{id}/scorm',
  group,
  summary: { zh: '把课程导出为 SCORM 1.2 课件包', en: 'Export a course as a SCORM 1.2 package' },
  access: 'admin',
  powers: ['security'],
  params: z.object({ id: courseId }),
  body: z.strictObject({ language: z.enum(['zh', 'en']) }),
  response: z.object({ name: z.string(), zip: z.base64() }),
  errors: ['not_found', 'validation_failed'],
});

export const createTrainingAssignment = defineEndpoint({
  id: 'createTrainingAssignment',
  method: 'POST',
  path: '/api/v1/training/assignments',
  group,
  summary: { zh: '指派课程', en: 'Assign a course' },
  access: 'admin',
  powers: ['security'],
  body: z.strictObject({
    course: courseId,
    target: trainingTarget,
    /** The day on which it is due; without it each person has `dueDays` from when they are assigned it. */
    due: time.optional(),
    dueDays: z.int().min(1).max(365).default(14),
    /** Asks for it also from those who have passed it before. */
    again: z.boolean().default(false),
    reason,
    /** Takes the reason from a proposal that stands now. */
    proposed: z.boolean().default(false),
  }),
  status: 201,
  response: z.object({ id: z.string(), people: z.number() }),
  errors: ['not_found', 'conflict', 'audit_unwritable', 'validation_failed'],
});

export const endTrainingAssignment = defineEndpoint({
  id: 'endTrainingAssignment',
  method: 'POST',
  path: '/api/v1/training/assignments/{id}/end',
  group,
  summary: { zh: '终止一次指派，未完成的不再要求', en: 'End an assignment; what is open is asked of nobody any more' },
  access: 'admin',
  powers: ['security'],
  params: z.object({ id: z.string().regex(/^tn_[A-Za-z0-9_-]{22}$/) }),
  body: z.strictObject({ reason }),
  response: ok,
  errors: ['not_found', 'audit_unwritable', 'validation_failed'],
});

/** Rows by name: for who must speak with a person, never for a look around. Each call is a record in the audit log. */
export const readTrainingPeople = defineEndpoint({
  id: 'readTrainingPeople',
  method: 'POST',
  path: '/api/v1/training/people',
  group,
  summary: { zh: '按姓名查看培训记录（留痕）', en: 'Training records by name; leaves a record' },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  body: z.strictObject({
    course: courseId.optional(),
    department: z.string().max(128).optional(),
    uid: uid.optional(),
    state: z.enum(['overdue', 'open', 'done', 'all']).default('overdue'),
    reason,
  }),
  response: z.object({
    rows: z.array(
      z.object({
        uid,
        name: z.string(),
        department: z.string(),
        course: courseId,
        due: time,
        done: time.nullable(),
        best: z.number().nullable(),
        attempts: z.number(),
        certificate: z.string().nullable(),
        unreached: z.string().nullable(),
      }),
    ),
    more: z.boolean(),
  }),
  errors: ['audit_unwritable', 'validation_failed'],
});

export const revokeTrainingCertificate = defineEndpoint({
  id: 'revokeTrainingCertificate',
  method: 'POST',
  path: '/api/v1/training/certificates/{id}/revoke',
  group,
  summary: { zh: '吊销一张证书', en: 'Revoke a certificate' },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  params: z.object({ id: z.string().regex(/^tc_[A-Za-z0-9_-]{22}$/) }),
  body: z.strictObject({ reason }),
  response: ok,
  errors: ['not_found', 'audit_unwritable', 'validation_failed'],
});
