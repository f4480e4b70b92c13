import { type LabId, trainingSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import type { Course } from '../courses/model.ts';
import { createCompletion, createLabRequirements } from './requirements.ts';
import type { LabResult } from './store.ts';

const course = (id: string, labs: readonly LabId[]): Course =>
  ({ id, labs, pass: 80, version: 1, text: {}, bank: [], checks: [] }) as unknown as Course;
const anna = { uid: 'anna', name: '安娜' };

function company({ enabled = true, certified = [] as { course: string; issued: number }[] } = {}) {
  const results: LabResult[] = [];
  const progress: { course: string; passed: number | null; best: number | null }[] = [];
  const done: string[] = [];
  const issued: { course: string; score: number; labs: readonly LabId[] }[] = [];
  const all = new Map(
    [course('plain', []), course('one', ['stored-script']), course('two', ['stored-script', 'stolen-login'])].map((one) => [
      one.id,
      one,
    ]),
  );
  const requirements = createLabRequirements({
    store: { results: async (uid) => results.filter((row) => uid === undefined || row.uid === uid) },
    settings: () => trainingSchema.parse({ labs: { enabled } }).labs,
  });
  const completion = createCompletion({
    requirements,
    courses: { all: async () => all } as never,
    quizzes: { progress: async () => progress } as never,
    certificates: {
      issue: async (_person: unknown, { id }: Course, score: number, labs: readonly LabId[]) => {
        issued.push({ course: id, score, labs });
        return { id: `tc_${id}` };
      },
      valid: async () => certified.map((one) => ({ ...one, id: 'tc_before', uid: 'anna', expires: 9_999 })),
    } as never,
    assignments: { done: async (_uid: string, id: string) => void done.push(id) },
  });
  const pass = (lab: LabId, uid = 'anna'): void => void results.push({ uid, lab, started: 1, tries: 1, passed: 5 });
  const of = (id: string): Course => all.get(id) ?? course(id, []);
  return { requirements, completion, progress, results, done, issued, pass, of };
}

describe('what a certificate asks for besides the test', () => {
  it('gives none for the test alone, and none for a lab that somebody else passed or that was only started', async () => {
    const { completion, requirements, results, issued, done, pass, of } = company();
    pass('stored-script', 'bert');
    results.push({ uid: 'anna', lab: 'stored-script', started: 1, tries: 3, passed: null });
    expect(await completion.testPassed(anna, of('one'), 90)).toEqual({ certificate: null, missing: ['stored-script'] });
    const lacking = await requirements.lacking();
    expect([lacking('anna', of('one')), lacking('bert', of('one')), lacking('anna', of('plain'))]).toEqual([true, false, false]);
    await completion.labPassed(anna, 'stored-script');
    expect([issued, done]).toEqual([[], []]);
    expect((await completion.testPassed(anna, of('plain'), 90)).certificate).toEqual({ id: 'tc_plain' });
  });

  it('is complete in whatever order test and labs are passed, with the score of the test', async () => {
    const { completion, progress, issued, done, pass } = company();
    progress.push({ course: 'one', passed: 3, best: 92 }, { course: 'two', passed: 4, best: 85 });
    progress.push({ course: 'plain', passed: 4, best: 100 });
    pass('stored-script');
    await completion.labPassed(anna, 'stored-script');
    expect(issued).toEqual([{ course: 'one', score: 92, labs: ['stored-script'] }]);
    pass('stolen-login');
    await completion.labPassed(anna, 'stolen-login');
    expect(issued.slice(1)).toEqual([{ course: 'two', score: 85, labs: ['stored-script', 'stolen-login'] }]);
    expect(done).toEqual(['one', 'two']);
  });

  it('issues nothing twice for one passing, nor for a test that was not passed', async () => {
    const known = company({ certified: [{ course: 'one', issued: 4 }] });
    known.progress.push({ course: 'one', passed: 3, best: 92 }, { course: 'two', passed: null, best: 40 });
    known.pass('stored-script');
    known.pass('stolen-login');
    await known.completion.labPassed(anna, 'stored-script');
    expect(known.issued).toEqual([]);
    // The certificate of an earlier year is none for the test of this one.
    const renewed = company({ certified: [{ course: 'one', issued: 2 }] });
    renewed.progress.push({ course: 'one', passed: 3, best: 92 });
    renewed.pass('stored-script');
    await renewed.completion.labPassed(anna, 'stored-script');
    expect(renewed.issued.map(({ course: id }) => id)).toEqual(['one']);
  });

  it('asks for no lab where none can be done', async () => {
    const { completion, requirements, issued, of } = company({ enabled: false });
    expect((await completion.testPassed(anna, of('two'), 90)).certificate).toEqual({ id: 'tc_two' });
    expect(issued).toEqual([{ course: 'two', score: 90, labs: [] }]);
    expect((await requirements.lacking())('anna', of('two'))).toBe(false);
  });
});
