import { MenshenError } from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { CourseLibrary } from './library.ts';
import type { Course, CourseProblem } from './model.ts';
import { type CourseFiles, parseCourse } from './parse-course.ts';
import type { OwnCourse, OwnCourseStore } from './store.ts';

export interface CourseParts {
  readonly library: CourseLibrary;
  readonly store: OwnCourseStore;
  readonly audit: Pick<Audit, 'act'>;
  readonly clock: () => number;
}

export interface CourseService {
  /** Courses that can be taken now, by id: those that ship, and the company's own that are published. */
  all(): Promise<ReadonlyMap<string, Course>>;
  /** Throws `not_found`. */
  find(id: string): Promise<Course>;
  /** Drafts by id of their course, with their version. */
  drafts(): Promise<ReadonlyMap<string, Course>>;
  versions(id: string): Promise<readonly OwnCourse[]>;
  /** The text that is edited next; null where there is no such course. */
  text(id: string): Promise<CourseFiles | null>;
  /** Reads a text as a course of the company's own. */
  check(files: CourseFiles): { readonly problems: readonly CourseProblem[]; readonly course: Course | null };
  /** Throws `course_faulty`, and `conflict` for the id of a course that ships. */
  save(files: CourseFiles, by: string): Promise<{ readonly id: string; readonly version: number }>;
  publish(id: string, version: number, by: string): Promise<void>;
  withdraw(id: string, reason: string, by: string): Promise<void>;
  /** A picture as a data address, for those names that there are. */
  pictures(course: Course): Readonly<Record<string, string>>;
  readonly library: CourseLibrary;
}

/** Courses: what ships and what the company writes itself, read once for each version. */
export function createCourseService({ library, store, audit, clock }: CourseParts): CourseService {
  const parsed = new Map<string, Course | null>();
  const names = new Set(library.pictures.keys());

  const read = (files: CourseFiles) => parseCourse(files, { origin: 'own', pictures: names });
  const check: CourseService['check'] = (files) => {
    const result = read(files);
    return result.ok ? { problems: [], course: result.course } : { problems: result.problems, course: null };
  };
  /** A text was checked when it was saved; one that an update of the program reads no more is left out rather than shown half. */
  const courseOf = async (id: string, version: number, saved: number): Promise<Course | null> => {
    const key = `${id} ${version} ${saved}`;
    const known = parsed.get(key);
    if (known !== undefined) return known;
    const own = await store.read(id, version);
    const result = own === null ? null : read(own);
    const course = result?.ok === true ? { ...result.course, id, version } : null;
    if (parsed.size > 500) parsed.clear();
    parsed.set(key, course);
    return course;
  };
  const own = async (state: 'draft' | 'published'): Promise<Map<string, Course>> => {
    const found = new Map<string, Course>();
    for (const one of await store.current()) {
      if (one.state !== state) continue;
      const course = await courseOf(one.id, one.version, one.saved);
      if (course !== null) found.set(one.id, course);
    }
    return found;
  };
  const all = async (): Promise<ReadonlyMap<string, Course>> => new Map([...(await own('published')), ...library.courses]);

  return {
    library,
    all,
    async find(id) {
      const course = library.courses.get(id) ?? (await own('published')).get(id);
      if (course === undefined) throw new MenshenError('not_found');
      return course;
    },
    drafts: () => own('draft'),
    versions: (id) => store.versions(id),
    async text(id) {
      const shipped = library.text(id);
      if (shipped !== null) return shipped;
      const [newest] = await store.versions(id);
      return newest === undefined ? null : { zh: newest.zh, en: newest.en };
    },
    check,
    async save(files, by) {
      const { course } = check(files);
      if (course === null) throw new MenshenError('course_faulty');
      const { id } = course;
      if (library.courses.has(id)) throw new MenshenError('conflict');
      const version = await audit.act(
        by,
        { activity: 'update', entity: 'training course', detail: { course: id, draft: 1 } },
        () => store.saveDraft({ id, zh: files.zh, en: files.en, saved: clock(), savedBy: by }),
      );
      return { id, version };
    },
    async publish(id, version, by) {
      const draft = await store.read(id, version);
      if (draft === null) throw new MenshenError('not_found');
      if (draft.state !== 'draft') throw new MenshenError('conflict');
      if (check(draft).course === null) throw new MenshenError('course_faulty');
      const done = await audit.act(by, { activity: 'create', entity: 'training course', detail: { course: id, version } }, () =>
        store.publish(id, version, by, clock()),
      );
      if (!done) throw new MenshenError('conflict');
    },
    async withdraw(id, reason, by) {
      const done = await audit.act(by, { activity: 'delete', entity: 'training course', detail: { course: id, reason } }, () =>
        store.withdraw(id),
      );
      if (!done) throw new MenshenError('not_found');
    },
    pictures(course) {
      const used = Object.values(course.text).flatMap(({ cards }) =>
        cards.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === 'picture' ? [block.name] : []))),
      );
      return Object.fromEntries(
        [...new Set(used)].flatMap((name) => {
          const svg = library.pictures.get(name);
          return svg === undefined ? [] : [[name, `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`]];
        }),
      );
    },
  };
}
