import fc from 'fast-check';
import { expect, it } from 'vitest';
import { atOnce } from '../gently.ts';
import type { Person, SourceRecord } from './model.ts';
import { neededRecords } from './needed-records.ts';
import { type PlanInput, planningChange } from './plan.ts';
import { sourcePerson, testRules } from './testing.ts';

const rules = { ...testRules, match: ['uid', 'number', 'phone'] as const };
const few = <T extends string>(...values: T[]) => fc.constantFrom(...values);
/** Few keys, uids, numbers and phones, so that they meet. */
const person = fc
  .record({
    key: few('k1', 'k2', 'u1', 'u2', 'u3'),
    uid: few('u1', 'u2', 'u3', 'U1', 'u4'),
    number: few('', 'n1', 'n2'),
    phone: few('', '13800000001', '13800000002'),
    status: few('active', 'disabled'),
  })
  .map((given) => sourcePerson(given.key, { ...given, departments: null }));
const change = fc
  .record({
    source: few('scim', 'csv', 'wecom'),
    people: fc.array(person, { maxLength: 3 }),
    gone: fc.array(few('k1', 'u1', 'u2'), { maxLength: 2 }),
  })
  .map(({ source, people, gone }): PlanInput => ({ kind: 'partial', source, image: { departments: [], people }, gone }));

it('gives a plan all that it asks for: with every record it would be the same', async () => {
  const narrowed = { all: 0, some: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 6 }),
      change,
      fc.array(few<string>('u1', 'u2', 'u3', 'u4', 'k1'), { maxLength: 2 }),
      async (before, last, withoutRecords) => {
        const people = new Map<string, Person>();
        const records = new Map<string, SourceRecord>();
        const take = (input: PlanInput): void => {
          const made = atOnce(planningChange(input, { people, departments: new Map(), records: [...records.values()] }, rules));
          for (const one of made.people) people.set(one.uid, one);
          for (const one of made.records) records.set(`${one.source}\n${one.key}`, one);
        };
        const others = Array.from({ length: 30 }, (_, at) => sourcePerson(`o${at}`, { uid: `o${at}`, departments: null }));
        take({ kind: 'partial', source: 'csv', image: { departments: [], people: others }, gone: [] });
        for (const input of before) take(input);
        // People of before records were kept.
        for (const [id, record] of records) if (withoutRecords.includes(record.uid)) records.delete(id);
        const all = [...records.values()];
        const needed = await neededRecords(last, people, rules, {
          records: async (uids) => (uids === undefined ? all : all.filter(({ uid }) => uids.includes(uid))),
          recordsByKey: async (sources, keys) => all.filter(({ source, key }) => sources.includes(source) && keys.includes(key)),
        });
        narrowed[needed.complete === undefined ? 'all' : 'some'] += 1;
        const known = { people, departments: new Map() };
        const whole = atOnce(planningChange(last, { ...known, records: all }, rules));
        expect(atOnce(planningChange(last, { ...known, ...needed }, rules))).toEqual(whole);
      },
    ),
    { numRuns: 1_000 },
  );
  expect(narrowed).toEqual({ all: 0, some: expect.any(Number) });
});
