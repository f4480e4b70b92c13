import * as z from 'zod';

/** Kinds of text inside a line that a course may hold. */
export type CourseInline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis'; readonly parts: readonly CourseInline[] }
  | { readonly kind: 'link'; readonly href: string; readonly parts: readonly CourseInline[] }
  | { readonly kind: 'break' };

/** Kinds of blocks that a course may hold. Pages make elements of these: a course never becomes HTML. */
export type CourseBlock =
  | { readonly kind: 'paragraph'; readonly parts: readonly CourseInline[] }
  | { readonly kind: 'heading'; readonly parts: readonly CourseInline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly CourseBlock[])[] }
  | { readonly kind: 'quote'; readonly blocks: readonly CourseBlock[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'picture'; readonly name: string; readonly alt: string };

const text = z.string().max(20_000);
const href = z.url({ protocol: /^https$/ }).max(500);

export const courseInline: z.ZodType<CourseInline> = z
  .lazy(() =>
    z.discriminatedUnion('kind', [
      z.object({ kind: z.enum(['text', 'code']), text }),
      z.object({ kind: z.enum(['strong', 'emphasis']), parts: z.array(courseInline).max(500) }),
      z.object({ kind: z.literal('link'), href, parts: z.array(courseInline).max(50) }),
      z.object({ kind: z.literal('break') }),
    ]),
  )
  .meta({ id: 'CourseInline' });

export const pictureName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}\.svg$/);

export const courseBlock: z.ZodType<CourseBlock> = z
  .lazy(() =>
    z.discriminatedUnion('kind', [
      z.object({ kind: z.enum(['paragraph', 'heading']), parts: z.array(courseInline).max(500) }),
      z.object({ kind: z.literal('list'), ordered: z.boolean(), items: z.array(z.array(courseBlock).max(50)).max(100) }),
      z.object({ kind: z.literal('quote'), blocks: z.array(courseBlock).max(50) }),
      z.object({ kind: z.literal('code'), language: z.string().max(40), text }),
      z.object({ kind: z.literal('picture'), name: pictureName, alt: z.string().max(300) }),
    ]),
  )
  .meta({ id: 'CourseBlock' });

export const courseId = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/);
export const questionId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);
export const courseAudiences = ['everyone', 'developer', 'marketing', 'administrator'] as const;
export const courseAudience = z.enum(courseAudiences);
export type CourseAudience = z.output<typeof courseAudience>;

/** A question as it is asked, never with its answer: options in the order in which this person sees them. `several`: more than one may be right. */
export const askedQuestion = z.object({
  id: questionId,
  ask: z.string(),
  several: z.boolean(),
  options: z.array(z.string()),
});
export type AskedQuestion = z.output<typeof askedQuestion>;

/** What is said after an answer. */
export const answeredQuestion = z.object({
  id: questionId,
  right: z.boolean(),
  /** Places of the options that are right, in the order in which they were shown. */
  rightOptions: z.array(z.int().min(0)),
  because: z.string(),
});
export type AnsweredQuestion = z.output<typeof answeredQuestion>;

export const courseCard = z.object({
  title: z.string(),
  blocks: z.array(courseBlock),
  /** A question on the card, for practice. */
  check: askedQuestion.nullable(),
});
export type CourseCard = z.output<typeof courseCard>;

export const courseSource = z.object({ title: z.string(), url: z.string().nullable() });
