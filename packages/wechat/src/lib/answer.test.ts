import { describe, expect, it } from 'vitest';
import { type AnswerReader, createAnswerReader } from './answer.ts';

const read = (answer: Record<string, unknown>) => createAnswerReader('/a', answer);

describe('answer reader', () => {
  it('takes numbers as texts and texts as numbers', () => {
    expect(read({ x: 86 }).text('x')).toBe('86');
    expect(read({ x: '100' }).integer('x')).toBe(100);
    expect(read({ x: '-1' }).integer('x')).toBe(-1);
    expect(read({ x: [1, '2'] }).integers('x')).toEqual([1, 2]);
    expect(read({ x: ['a', 2] }).texts('x')).toEqual(['a', '2']);
  });

  it('knows absence', () => {
    expect(read({}).optionalText('x')).toBeUndefined();
    expect(read({ x: '' }).optionalText('x')).toBeUndefined();
    expect(read({ x: null }).optionalInteger('x')).toBeUndefined();
    expect(read({ x: '' }).optionalInteger('x')).toBeUndefined();
    expect(read({ x: 0 }).has('x')).toBe(true);
    expect(read({}).has('toString')).toBe(false);
  });

  it.each<[string, (reader: AnswerReader) => unknown, unknown]>([
    ['an empty text', (r) => r.text('x'), ''],
    ['an object as text', (r) => r.text('x'), {}],
    ['an inherited property', (r) => r.text('toString'), 1],
    ['a fraction', (r) => r.integer('x'), 1.5],
    ['a number beyond 2^53', (r) => r.integer('x'), '9007199254740993'],
    ['hexadecimal', (r) => r.integer('x'), '0x10'],
    ['a number with spaces', (r) => r.integer('x'), ' 1'],
    ['an optional number that is none', (r) => r.optionalInteger('x'), 'many'],
    ['a text as boolean', (r) => r.boolean('x'), 'true'],
    ['a short session key', (r) => r.sessionKey('x'), 'AAAA'],
    ['a list as record', (r) => r.record('x'), []],
    ['a record as list', (r) => r.records('x'), {}],
    ['a list of other things', (r) => r.records('x'), [1]],
    ['a list with a hole', (r) => r.integers('x'), [null]],
  ])('refuses %s and names the field only', (_name, act, x) => {
    expect(() => act(read({ x }))).toThrow(
      expect.objectContaining({
        code: 'wechat_transport_error',
        reason: 'bad_answer',
        field: expect.stringMatching(/^(?:x|toString)$/),
      }),
    );
  });
});
