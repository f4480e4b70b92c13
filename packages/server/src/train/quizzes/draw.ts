import { createHmac } from 'node:crypto';
import type { AnsweredQuestion, AskedQuestion } from '@menshen/contract';
import { type Course, type CourseLanguage, type Question, questionText } from '../courses/model.ts';

/** A question of an attempt: `order[place]` is the option, as the course numbers it, that is shown at that place. */
export interface DrawnQuestion {
  readonly id: string;
  readonly order: readonly number[];
  /** Places that are right. They are kept with the attempt, so that a course that changes meanwhile changes nothing. */
  readonly right: readonly number[];
}

/** Whole numbers below `bound` without bias, all from one seed: HMAC-SHA-256 in counter mode, with rejection. */
function numbersFrom(seed: Uint8Array): (bound: number) => number {
  let counter = 0;
  let pool = Buffer.alloc(0);
  let at = 0;
  const next = (): number => {
    if (at + 4 > pool.length) {
      pool = createHmac('sha256', seed).update(String(counter)).digest();
      counter += 1;
      at = 0;
    }
    at += 4;
    return pool.readUInt32BE(at - 4);
  };
  return (bound) => {
    const limit = Math.floor(2 ** 32 / bound) * bound;
    for (;;) {
      const value = next();
      if (value < limit) return value % bound;
    }
  };
}

/** Fisher–Yates. */
function shuffled<T>(items: readonly T[], below: (bound: number) => number): T[] {
  const out = [...items];
  for (let at = out.length - 1; at > 0; at -= 1) {
    const other = below(at + 1);
    const [a, b] = [out[at] as T, out[other] as T];
    out[at] = b;
    out[other] = a;
  }
  return out;
}

const ordered = ({ id, right }: Question, below: (bound: number) => number): DrawnQuestion => {
  const order = shuffled(
    right.map((_, option) => option),
    below,
  );
  return { id, order, right: order.flatMap((option, place) => (right[option] === true ? [place] : [])) };
};

/** Draws an attempt: questions that this person has not just had come first, and each question's options are shuffled. */
export function drawQuestions(
  course: Pick<Course, 'bank' | 'draw'>,
  seed: Uint8Array,
  before: ReadonlySet<string>,
): DrawnQuestion[] {
  const below = numbersFrom(seed);
  const mixed = shuffled(course.bank, below);
  const fresh = mixed.filter(({ id }) => !before.has(id));
  const chosen = [...fresh, ...mixed.filter(({ id }) => before.has(id))].slice(0, course.draw);
  return shuffled(chosen, below).map((question) => ordered(question, below));
}

/**
 * The order of a single question's options for a person, the same until `round` moves: made of a secret, so that nothing needs to be kept and nobody
 * can work out from the course's text where the right option stands.
 */
export function orderOf(secret: Uint8Array, uid: string, course: string, question: Question, round: number): DrawnQuestion {
  const seed = createHmac('sha256', secret)
    .update(JSON.stringify([uid, course, question.id, round]))
    .digest();
  return ordered(question, numbersFrom(seed));
}

export function asked(course: Course, { id, order, right }: DrawnQuestion, language: CourseLanguage): AskedQuestion {
  const { ask, options } = questionText(course, id, language);
  return { id, ask, several: right.length > 1, options: order.map((option) => options[option] ?? '') };
}

/** All right places and no other. */
export function isRight({ right }: DrawnQuestion, chosen: readonly number[]): boolean {
  const places = new Set(chosen);
  return places.size === right.length && right.every((place) => places.has(place));
}

export function answered(
  course: Course,
  drawn: DrawnQuestion,
  chosen: readonly number[],
  language: CourseLanguage,
): AnsweredQuestion {
  const known = course.text[language].questions.get(drawn.id);
  return { id: drawn.id, right: isRight(drawn, chosen), rightOptions: [...drawn.right], because: known?.because ?? '' };
}
