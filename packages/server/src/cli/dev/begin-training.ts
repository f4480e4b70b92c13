import { bulletinDraft } from '@menshen/contract';
import { demoAssignments, demoLearners, demoTip } from '@menshen/demo';
import type { Platform } from '../../platform/model.ts';

const by = 'demo';

/** Gives the demonstration company a month of training, once: courses that are assigned, a few people on their way, and a weekly tip. */
export async function beginDemoTraining({ train, directory }: Pick<Platform, 'train' | 'directory'>): Promise<void> {
  const { assignments, bulletins, courses, quizzes, completion } = train;
  if ((await assignments.list()).length > 0) return;
  const people = directory.snapshot();
  for (const { course, department: name, dueDays, reason } of demoAssignments) {
    const department = [...people.departments.values()].find((one) => one.name === name)?.id;
    if (name !== undefined && department === undefined) continue;
    const target = department === undefined ? ({ kind: 'everyone' } as const) : ({ kind: 'department', department } as const);
    await assignments.create({ course, target, due: null, dueDays, again: false, reason, origin: null }, by);
  }
  for (const { uid, course: id, cards, test } of demoLearners) {
    const person = people.person(uid);
    if (person === undefined) continue;
    const course = await courses.find(id);
    for (let card = 0; card < Math.min(cards, course.text.zh.cards.length); card += 1) await quizzes.seen(uid, id, card);
    if (test === 'none') continue;
    const { attempt } = await quizzes.start(uid, id, 'zh');
    const answers = test === 'passed' ? Object.fromEntries(attempt.drawn.map((one) => [one.id, one.right])) : {};
    const { passed, score } = await quizzes.submit(uid, attempt.id, answers, 'zh');
    if (passed) await completion.testPassed({ uid, name: person.name }, course, score);
  }
  const tip = bulletinDraft.parse({ ...demoTip, kind: 'tip', target: { kind: 'everyone' } });
  await bulletins.schedule(await bulletins.create(tip, by), by);
}
