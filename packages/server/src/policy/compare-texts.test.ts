import { loadPolicies, type PolicyInfo } from '@menshen/policy';
import { describe, expect, it } from 'vitest';
import { compareFiles, comparePolicyTexts } from './compare-texts.ts';

function policiesOf(text: string): readonly PolicyInfo[] {
  const loaded = loadPolicies({ files: [{ name: 'a.cedar', text }], schema: null });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.policies.policies;
}
const ids = (policies: readonly { readonly id: string }[]): string[] => policies.map(({ id }) => id);

describe('two sets of policies', () => {
  const before = policiesOf(`
    @id("own") permit (principal, action, resource) when { principal == resource };
    @id("all") permit (principal, action, resource);
    @id("note") permit (principal, action, resource) when { context.a == "x // y" };`);

  it('differ by what was added, removed and changed', () => {
    const after = policiesOf(`
      @id("own") permit (principal, action, resource) when { principal != resource };
      @id("never") forbid (principal, action, resource);
      @id("note") permit (principal, action, resource) when { context.a == "x // y" };`);
    const found = comparePolicyTexts(before, after);
    expect([ids(found.added), ids(found.removed), ids(found.changed), found.same]).toEqual([['never'], ['all'], ['own'], 1]);
    expect(found.changed[0]).toMatchObject({ before: expect.stringContaining('=='), after: expect.stringContaining('!=') });
  });

  it('do not differ by comments, line breaks and order, but by every word and every blank in a text', () => {
    const moved = policiesOf(`
      // another comment
      @id("note")
      permit (principal, action, resource)
      when { context.a == "x // y" }; // and one more
      @id("all") permit (principal, action, resource);
      @id("own") permit (principal, action, resource) when { principal == resource };`);
    expect(comparePolicyTexts(before, moved)).toMatchObject({ added: [], removed: [], changed: [], same: 3 });
    const blank = policiesOf('@id("note") permit (principal, action, resource) when { context.a == "x //  y" };');
    expect(ids(comparePolicyTexts(before, blank).changed)).toEqual(['note']);
    const commented = policiesOf('@id("note") permit (principal, action, resource) when { context.a == "x // z" };');
    expect(ids(comparePolicyTexts(before, commented).changed)).toEqual(['note']);
  });
});

describe('files', () => {
  it('that are new, gone or other', () => {
    const file = (name: string, text: string) => ({ name, text });
    expect(
      compareFiles([file('a', '1'), file('b', '1'), file('c', '1')], [file('b', '1'), file('c', '2'), file('d', '1')]),
    ).toEqual([
      { name: 'a', before: '1', after: null },
      { name: 'c', before: '1', after: '2' },
      { name: 'd', before: null, after: '1' },
    ]);
  });
});
