import { createHash } from 'node:crypto';
import { courseAudience, courseId, labId, labIds } from '@menshen/contract';
import { LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import {
  type CardText,
  type Course,
  type CourseLanguage,
  type CourseProblem,
  type CourseText,
  courseLanguages,
  type Question,
  type QuestionText,
} from './model.ts';
import { readMarkdown } from './read-markdown.ts';
import { type RawQuestion, splitCourse } from './split-course.ts';

/** The files of a course; a company's own course may speak one language alone, which then stands for both. */
export interface CourseFiles {
  readonly zh: string;
  readonly en: string | null;
}

export interface ParseOptions {
  readonly origin: Course['origin'];
  /** Names of the pictures that there are. */
  readonly pictures: ReadonlySet<string>;
}

export type ParsedCourse =
  | { readonly ok: true; readonly course: Course }
  | { readonly ok: false; readonly problems: readonly CourseProblem[] };

/** Longest file that is read, in characters. */
export const maxCourseLength = 120_000;
const cardCount = { least: 3, most: 15 } as const;
const maxCardLength = 1_600;

const source = z.strictObject({
  title: z.string().min(1).max(200),
  url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional(),
});
const tag = z
  .string()
  .regex(/^(alert|cwe|rule|guide|topic):[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, 'such as alert:brute_force, cwe:79');
const said = {
  title: z.string().min(2).max(80),
  summary: z.string().min(10).max(300),
  sources: z.array(source).max(30).default([]),
};
const zhFront = z.strictObject({
  id: courseId,
  version: z.int().min(1).max(100_000),
  ...said,
  minutes: z.int().min(2).max(30),
  audience: z.array(courseAudience).min(1),
  pass: z.int().min(50).max(100).default(80),
  draw: z.int().min(2).max(30).default(6),
  valid: z.int().min(1).max(60).default(12),
  labs: z.array(labId).max(labIds.length).default([]),
  tags: z.array(tag).max(80).default([]),
});
const enFront = z.strictObject({ id: courseId, ...said });

/** Reads a course. Everything that is wrong is named at once, each with its file and line. */
export function parseCourse(files: CourseFiles, { origin, pictures }: ParseOptions): ParsedCourse {
  const problems: CourseProblem[] = [];
  const sayIn = (language: CourseLanguage) => (line: number, zh: string, en: string) =>
    void problems.push({ language, line, zh, en });

  const zh = readOne(files.zh, zhFront, pictures, sayIn('zh'));
  const en = files.en === null ? null : readOne(files.en, enFront, pictures, sayIn('en'));
  if (zh === null || (files.en !== null && en === null)) return { ok: false, problems: sorted(problems) };
  const { front } = zh;
  if (en !== null) compare(zh, en, front.id, sayIn('en'));
  if (zh.bank.length < front.draw)
    sayIn('zh')(
      1,
      `题库有 ${zh.bank.length} 题，不足以抽 ${front.draw} 题。`,
      `The bank has ${zh.bank.length} questions, too few to draw ${front.draw}.`,
    );
  if (problems.length > 0) return { ok: false, problems: sorted(problems) };

  const { id, version, minutes, audience, pass, draw, valid, labs, tags } = front;
  const judged = ({ id: name, options }: RawQuestion): Question => ({ id: name, right: options.map(({ right }) => right) });
  return {
    ok: true,
    course: {
      ...{ id, version, origin, minutes, audience, pass, draw, valid, labs, tags },
      text: { zh: zh.text, en: en?.text ?? zh.text },
      bank: zh.bank.map(judged),
      checks: zh.onCards.map(judged),
      hash: createHash('sha256')
        .update(`${files.zh}\0${files.en ?? ''}`)
        .digest('hex'),
    },
  };
}

type Say = (line: number, zh: string, en: string) => void;

interface OneLanguage<Front> {
  readonly front: Front;
  readonly text: CourseText;
  readonly bank: readonly RawQuestion[];
  readonly onCards: readonly RawQuestion[];
}

function readOne<S extends typeof zhFront | typeof enFront>(
  text: string,
  schema: S,
  pictures: ReadonlySet<string>,
  say: Say,
): OneLanguage<z.output<S>> | null {
  if (text.length > maxCourseLength) {
    say(1, `文件最长 ${maxCourseLength} 个字符。`, `A file has at most ${maxCourseLength} characters.`);
    return null;
  }
  const raw = splitCourse(text, say);
  const front = readFront(raw.frontMatter, schema, say);
  if (raw.cards.length < cardCount.least || raw.cards.length > cardCount.most)
    say(
      1,
      `一门课有 ${cardCount.least} 到 ${cardCount.most} 张卡片，现有 ${raw.cards.length} 张。`,
      `A course has ${cardCount.least} to ${cardCount.most} cards; there are ${raw.cards.length}.`,
    );
  const cards = raw.cards.map(({ title, line, body, bodyLine, questions }): CardText => {
    if (title === '' || title.length > 80)
      say(line, '卡片标题为 1 到 80 个字符。', 'The title of a card has 1 to 80 characters.');
    if (body.length > maxCardLength)
      say(line, `一张卡片最多 ${maxCardLength} 个字符，请拆分。`, `A card has at most ${maxCardLength} characters; split it.`);
    const blocks = readMarkdown(body, bodyLine, say);
    if (blocks.length === 0) say(line, '卡片没有内容。', 'The card is empty.');
    for (const block of blocks)
      if (block.kind === 'picture' && !pictures.has(block.name))
        say(line, `图库里没有 ${block.name}。`, `The library has no picture ${block.name}.`);
    const [check, second] = questions;
    if (second !== undefined) say(second.line, '一张卡片最多一道题。', 'A card has at most one question.');
    return { title, blocks, check: check?.id ?? null, line };
  });
  const onCards = raw.cards.flatMap(({ questions }) => questions);
  const questions = new Map<string, QuestionText>();
  for (const { id, ask, options, because, line } of [...onCards, ...raw.bank]) {
    if (questions.has(id)) say(line, `题目编号 ${id} 重复。`, `There are two questions ${id}.`);
    questions.set(id, { id, ask, because, line, options: options.map((option) => option.text) });
  }
  if (front === null) return null;
  const { title, summary } = front;
  const sources = front.sources.map(({ title: name, url }) => ({ title: name, url: url ?? null }));
  return { front, text: { title, summary, sources, cards, questions }, bank: raw.bank, onCards };
}

function readFront<S extends typeof zhFront | typeof enFront>(text: string, schema: S, say: Say): z.output<S> | null {
  const lines = new LineCounter();
  // The first line of the file is the rule above.
  const lineAt = (offset: number): number => lines.linePos(offset).line + 1;
  const document = parseDocument(text, { lineCounter: lines, schema: 'core' });
  const [broken] = document.errors;
  if (broken !== undefined) {
    say(lineAt(broken.pos[0]), '课程信息不是正确的 YAML。', 'The facts of the course are not proper YAML.');
    return null;
  }
  let facts: unknown;
  try {
    facts = document.toJS({ maxAliasCount: 0 });
  } catch {
    say(lineAt(0), '课程信息不能使用 YAML 引用。', 'The facts of the course use no YAML aliases.');
    return null;
  }
  const parsed = schema.safeParse(facts ?? {});
  if (parsed.success) return parsed.data as z.output<S>;
  for (const { path, message, code } of parsed.error.issues) {
    const field = path.map(String).join('.') || (code === 'unrecognized_keys' ? message : '');
    const node: unknown = path.length === 0 ? null : document.getIn([path[0]], true);
    const range =
      typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) ? Number(node.range[0]) : 0;
    say(lineAt(range), `课程信息 ${field} 不正确：${message}`, `The fact ${field} is not right: ${message}`);
  }
  return null;
}

/** Both languages say the same: the same cards with the same questions, and the same options right. */
function compare(zh: OneLanguage<unknown>, en: OneLanguage<{ readonly id: string }>, id: string, say: Say): void {
  if (en.front.id !== id) say(1, `编号应为 ${id}。`, `The id should be ${id}.`);
  if (en.text.cards.length !== zh.text.cards.length)
    say(
      1,
      `中文有 ${zh.text.cards.length} 张卡片，英文有 ${en.text.cards.length} 张。`,
      `There are ${zh.text.cards.length} cards in Chinese and ${en.text.cards.length} in English.`,
    );
  zh.text.cards.forEach(({ check, title }, at) => {
    const other = en.text.cards[at];
    if (other !== undefined && other.check !== check)
      say(other.line, `与中文卡片“${title}”的题目不同。`, `The Chinese card "${title}" has another question.`);
  });
  for (const [ours, theirs] of [
    [zh.bank, en.bank],
    [zh.onCards, en.onCards],
  ] as const) {
    const byId = new Map(theirs.map((question) => [question.id, question]));
    for (const question of ours) {
      const other = byId.get(question.id);
      if (other === undefined) say(1, `英文缺少题目 ${question.id}。`, `The question ${question.id} is missing in English.`);
      else if (
        JSON.stringify(question.options.map(({ right }) => right)) !== JSON.stringify(other.options.map(({ right }) => right))
      )
        say(other.line, `题目 ${question.id} 的对错与中文不一致。`, `Other options of ${question.id} are right in Chinese.`);
      byId.delete(question.id);
    }
    for (const other of byId.values())
      say(other.line, `中文没有题目 ${other.id}。`, `There is no question ${other.id} in Chinese.`);
  }
}

const sorted = (problems: readonly CourseProblem[]): CourseProblem[] =>
  [...problems].sort((a, b) => courseLanguages.indexOf(a.language) - courseLanguages.indexOf(b.language) || a.line - b.line);
