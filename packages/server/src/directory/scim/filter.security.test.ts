import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesFilter, parseFilter } from './filter.ts';
import { applyPatch } from './patch.ts';
import { enterpriseSchema } from './resource.ts';

const user = {
  id: 'AbC1',
  userName: 'Zhang@Example.com',
  active: true,
  name: { familyName: '张', givenName: '三' },
  emails: [
    { value: 'a@work.example', type: 'work', primary: true },
    { value: 'b@home.example', type: 'home' },
  ],
  meta: { lastModified: '2026-01-02T00:00:00Z' },
  [enterpriseSchema]: { employeeNumber: '007' },
};
const fits = (filter: string): boolean => matchesFilter(parseFilter(filter), user);

describe('filters', () => {
  it.each([
    ['userName eq "zhang@example.com"', true],
    ['USERNAME Eq "zhang@example.com"', true],
    ['userName eq "zhang"', false],
    ['userName co "EXAMPLE"', true],
    ['userName sw "zh"', true],
    ['userName ew ".com"', true],
    ['title pr', false],
    ['name.familyName pr', true],
    ['id eq "abc1"', false],
    ['id eq "AbC1"', true],
    ['active eq true', true],
    ['active eq "True"', true],
    ['active eq "False"', false],
    ['userName ne "x"', true],
    ['title ne "x"', true],
    ['emails eq "b@home.example"', true],
    ['emails.type eq "work"', true],
    ['emails[type eq "work" and value co "home"]', false],
    ['emails[type eq "home" and value co "home"]', true],
    ['userName eq "x" or active eq true and title pr', false],
    ['(userName eq "x" or active eq true) and not (title pr)', true],
    ['meta.lastModified gt "2026-01-01T00:00:00Z"', true],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "zhang"', true],
    [`${enterpriseSchema}:employeeNumber eq "007"`, true],
    ['userName eq "a \\" or active eq true"', false],
    ['constructor pr', false],
    ['__proto__ pr', false],
  ])('%s → %s', (filter, answer) => {
    let found: boolean;
    try {
      found = fits(filter);
    } catch {
      found = false;
    }
    expect(found).toBe(answer);
  });
  it.each([
    '',
    'userName',
    'userName eq',
    'userName eq x',
    'eq "x"',
    '(a pr',
    'a pr)',
    'a pr b',
    'not a pr',
    'a xx "b"',
    'a eq {"x":1}',
    'emails[type eq "x"',
    'a eq "x',
    `${'('.repeat(20)}a pr${')'.repeat(20)}`,
    `a eq "${'x'.repeat(2_000)}"`,
    Array(300).fill('a pr').join(' or '),
  ])('what is none is refused (%#)', (filter) =>
    expect(() => parseFilter(filter)).toThrow(expect.objectContaining({ problem: 'invalidFilter' })),
  );
  it('never throws anything else, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '(', ')', '[', ']', '"', '\\', 'eq', 'and', 'not', '.', '1') }),
        (text) => {
          try {
            parseFilter(text);
          } catch (error) {
            expect(error).toMatchObject({ problem: 'invalidFilter' });
          }
        },
      ),
    );
  });
  it('takes linear time for what looks endless', () => {
    for (const text of [`"${'\\'.repeat(999)}`, ' '.repeat(1_000), '('.repeat(1_000), 'a.'.repeat(500)]) {
      const started = process.cpuUsage();
      expect(() => parseFilter(text)).toThrow();
      expect(process.cpuUsage(started).user).toBeLessThan(100_000);
    }
  });
});

describe('patches', () => {
  const patch = (...Operations: unknown[]) =>
    applyPatch(structuredClone(user) as Record<string, unknown>, { schemas: [], Operations });
  it('as Okta sends them: replace without a path', () => {
    expect(patch({ op: 'replace', value: { active: false } })).toMatchObject({ active: false, userName: user.userName });
  });
  it('as Entra ID sends them: capital letters, text for booleans, paths in names', () => {
    const changed = patch(
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'Add', path: 'emails[type eq "work"].value', value: 'new@work.example' },
      { op: 'Replace', value: { 'name.familyName': '李', title: 'CTO', [`${enterpriseSchema}:employeeNumber`]: '9' } },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+8613800000001' },
      { op: 'Add', path: 'addresses[type eq "work"].locality', value: 'Shanghai' },
    );
    expect(changed).toMatchObject({
      active: 'False',
      name: { familyName: '李', givenName: '三' },
      title: 'CTO',
      phoneNumbers: [{ type: 'mobile', value: '+8613800000001' }],
      [enterpriseSchema]: { employeeNumber: '9' },
    });
    expect((changed['emails'] as { value: string }[])[0]?.value).toBe('new@work.example');
    expect(changed).not.toHaveProperty('addresses');
  });
  it('removes members by value, by filter, and all', () => {
    const group = { members: [{ value: 'a' }, { value: 'b' }, { value: 'c' }] };
    const after = (operation: unknown) =>
      (applyPatch(group, { Operations: [operation] })['members'] as { value: string }[]).map((one) => one.value);
    expect(after({ op: 'Remove', path: 'members', value: [{ value: 'b' }] })).toEqual(['a', 'c']);
    expect(after({ op: 'remove', path: 'members[value eq "a"]' })).toEqual(['b', 'c']);
    expect(after({ op: 'remove', path: 'members' })).toEqual([]);
    expect(after({ op: 'add', path: 'members', value: [{ value: 'c' }, { value: 'd' }] })).toEqual(['a', 'b', 'c', 'd']);
    expect(after({ op: 'replace', path: 'members', value: [{ value: 'x' }] })).toEqual(['x']);
  });
  it.each([
    [{ op: 'replace', path: 'id', value: 'x' }, 'mutability'],
    [{ op: 'replace', path: 'groups', value: [] }, 'mutability'],
    [{ op: 'remove' }, 'noTarget'],
    [{ op: 'replace', path: 'emails[type eq "x" or type eq "y"].value', value: 'z' }, 'noTarget'],
    [{ op: 'replace', path: 'emails[', value: 'z' }, 'invalidPath'],
    [{ op: 'replace', path: '__proto__.polluted', value: 'z' }, 'invalidPath'],
    [{ op: 'replace', path: 'name[a pr]', value: 'z' }, 'invalidPath'],
    [{ op: 'move', path: 'title', value: 'z' }, 'invalidSyntax'],
    [{ path: 'title', value: 'z' }, 'invalidSyntax'],
    [{ op: 'add', value: 'text' }, 'invalidValue'],
  ])('refuses %j', (operation, problem) => {
    expect(() => patch(operation)).toThrow(expect.objectContaining({ problem }));
  });
  it('changes no prototype and not what it was given', () => {
    const value = JSON.parse('{"constructor": {"prototype": {"polluted": true}}, "title": "x"}') as unknown;
    const before = structuredClone(user);
    expect(patch({ op: 'add', value })).toMatchObject({ title: 'x' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(user).toEqual(before);
  });
  it('does no more than a thousand operations', () => {
    const many = Array.from({ length: 1_001 }, () => ({ op: 'add', path: 'title', value: 'x' }));
    expect(() => patch(...many)).toThrow(expect.objectContaining({ problem: 'tooMany' }));
  });
});
