import { describe, expect, it } from 'vitest';
import { appended, changedFiles, lineStart, newFileName, withText } from './draft.ts';

const inForce = [
  { name: 'a.cedar', text: 'permit (principal, action, resource);\n' },
  { name: 'b.cedar', text: '' },
];

describe('a draft', () => {
  it('differs where its text does, and nowhere after it is undone', () => {
    const draft = withText(inForce, 'b.cedar', 'x');
    expect(changedFiles(draft, inForce)).toEqual([{ name: 'b.cedar', before: '', after: 'x' }]);
    expect(changedFiles(withText(draft, 'b.cedar', ''), inForce)).toEqual([]);
  });

  it('may hold a new file', () => {
    expect(changedFiles(withText(inForce, 'c.cedar', 'x'), inForce)).toEqual([{ name: 'c.cedar', before: null, after: 'x' }]);
  });

  it('may lack a file', () => {
    expect(changedFiles(inForce.slice(1), inForce)).toEqual([{ name: 'a.cedar', before: inForce[0]?.text, after: null }]);
  });

  it.each([
    ['hr', 'hr.cedar'],
    [' hr.cedar ', 'hr.cedar'],
    ['a.cedar', null],
    ['HR', null],
    ['../x', null],
    ['', null],
    ['x'.repeat(62), null],
  ])('names a new file %j %j', (typed, name) => {
    expect(newFileName(typed, inForce)).toBe(name);
  });

  it('puts an example after what is there', () => {
    expect(appended('', 'y;\n')).toBe('y;\n');
    expect(appended('x;\n\n\n', 'y;\n')).toBe('x;\n\ny;\n');
  });

  it.each([
    [1, 0],
    [2, 3],
    [3, 6],
    [9, 8],
  ])('begins line %i at %i', (line, at) => {
    expect(lineStart('ab\ncd\nef', line)).toBe(at);
  });
});
