import type { Bilingual, CourseAudience, CourseBlock, LabId } from '@menshen/contract';

/** Something wrong in the text of a course, for its author: which file, which line, and what to do. */
export interface CourseProblem {
  readonly language: CourseLanguage;
  /** From 1. */
  readonly line: number;
  readonly zh: string;
  readonly en: string;
}

export const courseLanguages = ['zh', 'en'] as const;
export type CourseLanguage = (typeof courseLanguages)[number];

/** A question in one language. */
export interface QuestionText {
  readonly id: string;
  readonly ask: string;
  readonly options: readonly string[];
  readonly because: string;
  readonly line: number;
}

export interface CardText {
  readonly title: string;
  readonly blocks: readonly CourseBlock[];
  /** Id of the question on the card. */
  readonly check: string | null;
  readonly line: number;
}

/** A course in one language. */
export interface CourseText {
  readonly title: string;
  readonly summary: string;
  readonly sources: readonly { readonly title: string; readonly url: string | null }[];
  readonly cards: readonly CardText[];
  /** Of cards and bank, by id. */
  readonly questions: ReadonlyMap<string, QuestionText>;
}

/** A question as it is judged: which of its options are right, the same in every language. */
export interface Question {
  readonly id: string;
  readonly right: readonly boolean[];
}

/** A course that can be taken. */
export interface Course {
  readonly id: string;
  readonly version: number;
  readonly origin: 'shipped' | 'own';
  readonly minutes: number;
  readonly audience: readonly CourseAudience[];
  /** Share of right answers that passes, in percent. */
  readonly pass: number;
  /** Questions that an attempt draws from the bank. */
  readonly draw: number;
  /** Months for which its certificate holds. */
  readonly valid: number;
  /** Labs that its certificate asks for besides the test, where labs can be done. */
  readonly labs: readonly LabId[];
  /** What it answers to, such as `alert:brute_force`, `cwe:79` or `rule:js.eval`. */
  readonly tags: readonly string[];
  readonly text: Readonly<Record<CourseLanguage, CourseText>>;
  /** Questions that an attempt may draw. */
  readonly bank: readonly Question[];
  /** Questions on cards. */
  readonly checks: readonly Question[];
  /** SHA-256 over its files, hex. */
  readonly hash: string;
}

export const titleOf = (course: Course): Bilingual => ({ zh: course.text.zh.title, en: course.text.en.title });

/** A question of a course in a language; throws TypeError for one that it does not hold, which the parser excludes. */
export function questionText(course: Course, id: string, language: CourseLanguage): QuestionText {
  const found = course.text[language].questions.get(id);
  if (found === undefined) throw new TypeError(`the course ${course.id} has no question ${id}`);
  return found;
}
