import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePolicy } from './engine.ts';
import { EntityRef } from './entity-ref.ts';
import { formatEntityUid, parseEntityUid } from './entity-uid-text.ts';

describe('entity uids as text', () => {
  test.each([
    ['Menshen::User::"alice"', 'Menshen::User', 'alice'],
    ['User::""', 'User', ''],
    ['Menshen::Action::"employee.read"', 'Menshen::Action', 'employee.read'],
    ['User::"a\\"b\\\\c\\n\\t\\r\\0\\\'"', 'User', 'a"b\\c\n\t\r\0\''],
    ['User::"\\u{1F600}\\x41"', 'User', '\u{1f600}A'],
    ['User::"部门"', 'User', '部门'],
  ])('%s is read', (text, type, id) => {
    expect(parseEntityUid(text)).toEqual(new EntityRef(type, id));
  });

  test.each([
    'alice',
    'User::alice',
    'User::"alice',
    'User::"al"ice"',
    '::"alice"',
    'User:"alice"',
    'User ::"alice"',
    '9User::"alice"',
    'User::"\\q"',
    'User::"\\u{}"',
    'User::"\\u{110000}"',
    'User::"\\u{d800}"',
    'User::"\\xff"',
    'User::"a\\"',
    'User::"a" ',
  ])('%s is refused', (text) => {
    expect(parseEntityUid(text)).toBeUndefined();
  });

  test('what is written is read back, by us and by the official engine', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (id) => {
        const text = formatEntityUid({ type: 'Menshen::User', id });
        expect(parseEntityUid(text)).toEqual(new EntityRef('Menshen::User', id));
        const parsed = parsePolicy(`permit(principal == ${text}, action, resource);`);
        expect(parsed).toMatchObject({ ok: true, value: { principal: { entity: { type: 'Menshen::User', id } } } });
      }),
    );
  });

  test('invisible characters are shown', () => {
    expect(formatEntityUid({ type: 'User', id: 'admin\u202e\u200b' })).toBe('User::"admin\\u{202e}\\u{200b}"');
  });
});
