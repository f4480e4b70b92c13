import type { CoursePreview } from '@menshen/contract';
import { type Course, type CourseLanguage, type Question, questionText } from './model.ts';

/** A course in one language as its author and the security team see it: with the right answers. */
export function previewOf(course: Course, language: CourseLanguage): CoursePreview {
  const { title, summary, sources, cards } = course.text[language];
  const question = ({ id, right }: Question): CoursePreview['questions'][number] => {
    const { ask, options, because } = questionText(course, id, language);
    return { id, ask, because, options: options.map((text, at) => ({ text, right: right[at] === true })) };
  };
  return {
    ...{ title, summary, sources: [...sources] },
    cards: cards.map(({ title: head, blocks, check }) => ({ title: head, blocks: [...blocks], check })),
    questions: [...course.checks, ...course.bank].map(question),
  };
}
