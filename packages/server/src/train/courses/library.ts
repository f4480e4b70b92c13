import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Course, CourseProblem } from './model.ts';
import { parseCourse } from './parse-course.ts';

/** Folder of what ships: a folder for each course, and `pictures`. */
export const shippedCourses = fileURLToPath(new URL('../../../courses/', import.meta.url));

/** Thrown at start: what ships is wrong. */
export class ShippedCourseError extends Error {
  constructor(id: string, problems: readonly CourseProblem[]) {
    super(problems.map(({ language, line, en }) => `courses/${id}/${language}.md:${line}: ${en}`).join('\n'));
    this.name = 'ShippedCourseError';
  }
}

/** Courses and pictures of a folder; an own course may use the pictures too. */
export interface CourseLibrary {
  readonly courses: ReadonlyMap<string, Course>;
  /** SVG by name. */
  readonly pictures: ReadonlyMap<string, string>;
  /** The text of a course that ships. */
  text(id: string): { readonly zh: string; readonly en: string } | null;
}

let shipped: CourseLibrary | undefined;

/** What ships, which is read once: it stays as it is while the process runs. Throws ShippedCourseError. */
export function openLibrary(): CourseLibrary {
  shipped ??= readLibrary(shippedCourses);
  return shipped;
}

/** Reads the courses and pictures of a folder. Throws ShippedCourseError. */
function readLibrary(folder: string): CourseLibrary {
  const pictures = new Map(
    readdirSync(join(folder, 'pictures'))
      .filter((name) => name.endsWith('.svg'))
      .sort()
      .map((name) => [name, readFileSync(join(folder, 'pictures', name), 'utf8')] as const),
  );
  const texts = new Map<string, { zh: string; en: string }>();
  const courses = new Map<string, Course>();
  const names = new Set(pictures.keys());
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory() || entry.name === 'pictures' || entry.name === 'player') continue;
    const read = (language: string): string => readFileSync(join(folder, entry.name, `${language}.md`), 'utf8');
    const text = { zh: read('zh'), en: read('en') };
    const parsed = parseCourse(text, { origin: 'shipped', pictures: names });
    if (!parsed.ok) throw new ShippedCourseError(entry.name, parsed.problems);
    courses.set(parsed.course.id, parsed.course);
    texts.set(parsed.course.id, text);
  }
  return { courses, pictures, text: (id) => texts.get(id) ?? null };
}
