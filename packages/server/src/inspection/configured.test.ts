import { attackClass, configSchema, type InspectConfig, inspectSchema } from '@menshen/contract';
import { attackClasses } from '@menshen/inspect';
import { describe, expect, it } from 'vitest';
import { classTexts } from './class-texts.ts';
import { configuredInspection, endOf } from './configured.ts';

const parsed = (given: unknown): InspectConfig => inspectSchema.parse(given);
const exception = {
  rule: 'sql.tautology',
  where: { place: 'json', name: 'remark' },
  owner: 'li',
  reason: 'course texts about SQL',
  expires: '2027-01-31',
};

describe('what the configuration says', () => {
  it('is enforced at the usual threshold when it says nothing', () => {
    const { gateway } = configSchema.parse({});
    expect(configuredInspection(gateway.inspect, undefined, undefined)).toEqual({
      mode: 'enforce',
      threshold: 4,
      steps: null,
      exceptions: [],
    });
  });
  it('is the nearest word, field by field', () => {
    const gateway = parsed({ mode: 'monitor', profile: 'strict', steps: 50_000 });
    expect(configuredInspection(gateway, parsed({ profile: 'relaxed' }), parsed({ mode: 'enforce' }))).toMatchObject({
      mode: 'enforce',
      threshold: 6,
      steps: 50_000,
    });
    expect(configuredInspection(gateway, parsed({ threshold: 9 }), parsed({ profile: 'standard' }))).toMatchObject({
      mode: 'monitor',
      threshold: 4,
    });
  });
  it('adds the exceptions of all levels', () => {
    const level = parsed({ exceptions: [exception] });
    const { exceptions } = configuredInspection(level, level, level);
    expect(exceptions.map((one) => one.level)).toEqual(['route', 'app', 'gateway']);
    expect(exceptions[0]).toMatchObject({ target: { rule: 'sql.tautology' }, owner: 'li', expiresAt: endOf('2027-01-31') });
  });
  it('ends a day at its midnight in UTC, and a moment at that moment', () => {
    expect(endOf('2027-01-31')).toBe(Date.UTC(2027, 1, 1));
    expect(endOf('2027-01-31T08:00:00+08:00')).toBe(Date.UTC(2027, 0, 31));
  });
});

describe('an exception is refused', () => {
  const accepts = (change: Record<string, unknown>): boolean =>
    inspectSchema.safeParse({ exceptions: [{ ...exception, ...change }] }).success;
  it('only when something is missing', () => {
    expect(accepts({})).toBe(true);
    expect(accepts({ rule: undefined, class: 'sqli' })).toBe(true);
    expect(accepts({ expires: '2027-01-31T08:00:00+08:00' })).toBe(true);
  });
  it.each([
    ['without owner', { owner: undefined }],
    ['with an empty owner', { owner: '' }],
    ['without reason', { reason: undefined }],
    ['with a reason that says nothing', { reason: 'x' }],
    ['without expiry', { expires: undefined }],
    ['with a day that does not exist', { expires: '2027-02-30' }],
    ['with an expiry that is no time', { expires: 'never' }],
    ['for nothing', { rule: undefined }],
    ['for a class and a rule at once', { class: 'sqli' }],
    ['for an unknown class', { rule: undefined, class: 'evil' }],
    ['in an unknown place', { where: { place: 'body', name: 'x' } }],
    ['for a field that inspection could not name', { where: { place: 'json', name: 'a?b' } }],
    ['with a word that it does not know', { forever: true }],
  ])('%s', (_what, change) => {
    expect(accepts(change)).toBe(false);
  });
});

it('the classes are those of the engine, each explained', () => {
  expect(attackClass.options).toEqual([...attackClasses]);
  for (const name of attackClasses)
    for (const { zh, en } of Object.values(classTexts[name])) {
      expect(zh, name).toMatch(/\p{Script=Han}|^\p{Lu}/u);
      expect(en, name).toMatch(/^[A-Z]/);
    }
});
