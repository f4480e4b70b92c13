import * as contract from '@menshen/contract';
import { type Bound, bind } from '../api/bind.ts';
import type { Audit } from '../audit/service.ts';
import { countHeads } from '../directory/head-counts.ts';
import type { DirectorySnapshot } from '../directory/snapshot.ts';
import { breathe, gently } from '../gently.ts';
import { isLearner, learners, peopleOf } from './assignments/model.ts';
import { previewOf } from './courses/view.ts';
import { assignmentViews, courseView, type Figures, groupViews, readFigures, totalOf } from './overview.ts';
import { scormPackage } from './scorm/package.ts';
import type { TrainService } from './service.ts';

export interface TrainRouteParts {
  readonly train: TrainService;
  readonly directory: () => DirectorySnapshot;
  /** Address of the page for employees; null where none is served. */
  readonly learnUrl: () => string | null;
  readonly audit: Pick<Audit, 'act'>;
  readonly clock: () => number;
}

const dayMs = 86_400_000;
const endSoonMs = 30 * dayMs;
const shownRows = 500;

/** Training for the security team. */
export function trainHandlers({ train, directory, learnUrl, audit, clock }: TrainRouteParts): readonly Bound[] {
  const { courses, assignments, certificates } = train;

  /** All courses as the security team sees them: what can be taken, and drafts of what cannot yet. */
  const courseViews = async (figures: Figures): Promise<contract.TrainingCourseView[]> => {
    const drafts = await courses.drafts();
    const views: contract.TrainingCourseView[] = [];
    for (const course of figures.courses.values()) {
      views.push(courseView(course, 'published', drafts.get(course.id)?.version ?? null, figures));
      await breathe();
    }
    const unpublished = [...drafts.values()].filter(({ id }) => !figures.courses.has(id));
    return [...views, ...unpublished.map((course) => courseView(course, 'draft', course.version, figures))];
  };

  return [
    bind(contract.getTraining, async () => {
      const now = clock();
      const snapshot = directory();
      const figures = await readFigures(train, snapshot, now);
      const valid = await certificates.valid();
      const people = learners(snapshot);
      const heads = await gently(countHeads(snapshot, isLearner));
      const total = totalOf(figures);
      await breathe();
      const groups = groupViews(figures);
      await breathe();
      return {
        ...{ now, learnUrl: learnUrl(), minimumGroup: figures.least, people: people.length, total, groups },
        courses: await courseViews(figures),
        assignments: await assignmentViews(train, figures),
        proposals: [...(await assignments.proposals())],
        unreached: figures.rows.duties.filter(({ done, problem }) => done === null && problem !== null).length,
        certificates: { valid: valid.length, endSoon: valid.filter(({ expires }) => expires - now < endSoonMs).length },
        departments: [...snapshot.departments.values()].map(({ id }) => ({
          ...{ id, name: snapshot.path(id).join(' / ') },
          people: heads.get(id)?.total ?? 0,
        })),
        roles: [...new Set(people.flatMap(({ uid }) => snapshot.rolesOf(uid)))].sort(),
      };
    }),
    bind(contract.getTrainingCourse, async ({ params: { id } }) => {
      const [all, drafts, versions] = await Promise.all([courses.all(), courses.drafts(), courses.versions(id)]);
      const published = all.get(id);
      const draft = drafts.get(id);
      const course = published ?? draft;
      const text = await courses.text(id);
      if (course === undefined || text === null) throw new contract.MenshenError('not_found');
      const figures = await readFigures(train, directory(), clock());
      return {
        course: courseView(course, published === undefined ? 'draft' : 'published', draft?.version ?? null, figures),
        ...{ pass: course.pass, draw: course.draw, valid: course.valid },
        ...{ zh: previewOf(course, 'zh'), en: previewOf(course, 'en'), pictures: courses.pictures(course), text },
        versions: versions.map(({ version, state, saved, savedBy, published: at, publishedBy }) => ({
          ...{ version, state, saved, savedBy, published: at, publishedBy },
        })),
      };
    }),
    bind(contract.checkTrainingCourse, async ({ body }) => {
      const { problems, course } = courses.check(body);
      return {
        problems: [...problems],
        preview: course === null ? null : { zh: previewOf(course, 'zh'), en: previewOf(course, 'en') },
        pictures: course === null ? {} : courses.pictures(course),
        library: [...courses.library.pictures.keys()],
      };
    }),
    bind(contract.saveTrainingCourse, ({ body, by }) => courses.save(body, by)),
    bind(contract.publishTrainingCourse, async ({ params, body, by }) => {
      await courses.publish(params.id, body.version, by);
      return { ok: true as const };
    }),
    bind(contract.withdrawTrainingCourse, async ({ params, body, by }) => {
      await courses.withdraw(params.id, body.reason, by);
      return { ok: true as const };
    }),
    bind(contract.exportTrainingCourse, async ({ params, body }) => {
      const course = await courses.find(params.id);
      const zip = scormPackage(course, body.language, courses.library.pictures);
      return {
        name: `menshen-${course.id}-${body.language}-v${course.version}-scorm12.zip`,
        zip: Buffer.from(zip).toString('base64'),
      };
    }),
    bind(contract.createTrainingAssignment, async ({ body, by }) => {
      const { course, target, due = null, dueDays, again, reason, proposed } = body;
      if (due !== null && due <= clock()) throw new contract.MenshenError('validation_failed', { fields: ['due'] });
      const key = JSON.stringify(target);
      const proposal = proposed
        ? (await assignments.proposals()).find((one) => one.course === course && JSON.stringify(one.target) === key)
        : undefined;
      if (proposed && proposal === undefined) throw new contract.MenshenError('conflict');
      return await assignments.create({ course, target, due, dueDays, again, reason, origin: proposal?.origin ?? null }, by);
    }),
    bind(contract.endTrainingAssignment, async ({ params, body, by }) => {
      await assignments.end(params.id, body.reason, by);
      return { ok: true as const };
    }),
    bind(contract.readTrainingPeople, async ({ body, by }) => {
      const { course, department, uid, state, reason } = body;
      const asked = { course: course ?? '', department: department ?? '', person: uid ?? '', state, reason };
      return await audit.act(by, { activity: 'read', entity: 'training records of people', detail: asked }, async () => {
        const now = clock();
        const snapshot = directory();
        const members =
          department === undefined ? null : new Set(peopleOf({ kind: 'department', department }, snapshot).map((one) => one.uid));
        const [duties, progress, valid] = await Promise.all([
          assignments.duties(uid),
          train.quizStore.allProgress(),
          certificates.valid(),
        ]);
        const progressOf = new Map(progress.map((one) => [`${one.uid}\n${one.course}`, one]));
        const certificateOf = new Map(valid.map((one) => [`${one.uid}\n${one.course}`, one.id]));
        const found = duties
          .filter((duty) => {
            if (course !== undefined && duty.course !== course) return false;
            if (members !== null && !members.has(duty.uid)) return false;
            if (state === 'done') return duty.done !== null;
            if (state === 'open') return duty.done === null;
            return state === 'all' || (duty.done === null && duty.due < now);
          })
          .sort((a, b) => a.due - b.due || (a.uid < b.uid ? -1 : 1));
        return {
          more: found.length > shownRows,
          rows: found.slice(0, shownRows).map((duty) => {
            const person = snapshot.person(duty.uid);
            const [main] = person?.departments ?? [];
            const key = `${duty.uid}\n${duty.course}`;
            return {
              ...{ uid: duty.uid, name: person?.name ?? '', course: duty.course, due: duty.due, done: duty.done },
              department: main === undefined ? '' : snapshot.path(main).join(' / '),
              ...{ best: progressOf.get(key)?.best ?? null, attempts: progressOf.get(key)?.attempts ?? 0 },
              ...{ certificate: certificateOf.get(key) ?? null, unreached: duty.problem },
            };
          }),
        };
      });
    }),
    bind(contract.revokeTrainingCertificate, async ({ params, body, by }) => {
      await certificates.revoke(params.id, body.reason, by);
      return { ok: true as const };
    }),
  ];
}
