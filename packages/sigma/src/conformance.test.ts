import { describe, expect, test } from 'vitest';
import { RuleMatcher } from './match/matcher.ts';
import type { SigmaRule } from './model.ts';
import { parseSigma } from './parse/document.ts';
import { naiveMatcher } from './testing/naive-matcher.ts';

/*
 * What the specification says (Sigma 2.1.0), case by case: a detection, events that match and events that do not. Where the specification leaves a choice,
 * docs/reference/sigma.md says which was made.
 */

type Event = Record<string, unknown>;
interface Case {
  readonly detection: string;
  readonly yes?: readonly Event[];
  readonly no?: readonly Event[];
}

/** Of one field `f` with these values of the rule, a line each after the key. */
const f = (key: string, value: string, yes: readonly unknown[], no: readonly unknown[]): Case => ({
  detection: `sel:\n    ${key}: ${value}\n  condition: sel`,
  yes: yes.map((one) => ({ f: one })),
  no: no.map((one) => ({ f: one })),
});

function rule(detection: string): SigmaRule {
  const [parsed] = parseSigma(`title: case\nlogsource:\n  category: test\ndetection:\n  ${detection}\n`, { strict: true });
  if (parsed?.document?.kind !== 'rule') throw new Error(JSON.stringify(parsed?.problem));
  return parsed.document;
}

function table(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    test.each(cases.map((one) => [one.detection.replace(/\s+/g, ' '), one] as const))(
      '%s',
      (_, { detection, yes = [], no = [] }) => {
        const document = rule(detection);
        const matcher = new RuleMatcher([{ rule: document }]);
        expect([...matcher.problems.values()]).toEqual([]);
        const naive = naiveMatcher([document]);
        for (const event of yes) expect([event, matcher.match(event), naive(event)]).toEqual([event, [0], [0]]);
        for (const event of no) expect([event, matcher.match(event), naive(event)]).toEqual([event, [], []]);
      },
    );
  });
}

table('plain values are whole, case-insensitive strings', [
  f('f', "'abc'", ['abc', 'ABC', 'aBc', ['x', 'abc']], ['abcd', 'xabc', '', null, ['x']]),
  f('f', "'Ünïcode'", ['ünïcode', 'ÜNÏCODE'], ['unicode']),
  f('f', "'登录'", ['登录'], ['登', '登录 ']),
  f('f', "'ОТКАЗ'", ['отказ', 'Отказ'], []),
  f('f', "'ΟΔΟΣ'", ['οδος', 'οδοσ', 'ΟΔΟΣ'], []),
  f('f', '4624', [4624, '4624', [1, 4624]], [46245, '04624', 4623]),
  f('f', "'4624'", [4624, '4624'], [4625]),
  f('f', '1.5', [1.5, '1.5'], [1, '15']),
  f('f', '-7', [-7, '-7'], [7]),
  f('f', '0x17', ['0x17', '0X17', 23], ['17']),
  f('f', 'true', [true, 'true', 'TRUE', 'True'], [false, 'yes', 1]),
  f('f', 'false', [false, 'False'], [true, 0, null]),
  f('f', "'true'", [true, 'true'], [false]),
  f('f', "''", ['', ['a', '']], ['a', null, ' ']),
  f('f', '[a, b, 3]', ['a', 'B', 3, '3', ['z', 'b']], ['c', 'ab', 4]),
  f('f', "'[a]'", ['[a]'], ['a']),
  f('f', "'%name%'", ['%name%'], ['name']),
  f('f', "'a b'", ['A B'], ['a  b', 'ab']),
]);

table('wildcards', [
  f('f', "'*'", ['', 'x', 0, false], [null]),
  f('f', "'a*'", ['a', 'ab', 'A\nb'], ['ba', '']),
  f('f', "'*a'", ['a', 'ba', '\na'], ['ab']),
  f('f', "'*a*'", ['a', 'bab'], ['b']),
  f('f', "'a*b'", ['ab', 'axxb', 'abab'], ['a', 'b', 'aba', 'xab']),
  f('f', "'a*b*c'", ['abc', 'a1b2c', 'abbcc'], ['acb', 'ab']),
  f('f', "'a*a'", ['aa', 'aba'], ['a']),
  f('f', "'ab*ab'", ['abab', 'abxab'], ['ab', 'aab']),
  f('f', "'*ab*ab*'", ['abab', 'xabyabz'], ['ab', 'aba']),
  f('f', "'a?c'", ['abc', 'a?c', 'a😀c', 'a中c'], ['ac', 'abbc']),
  f('f', "'?'", ['a', '1', '😀', 5], ['', 'ab', 55]),
  f('f', "'a?'", ['ab'], ['a', 'abc']),
  f('f', "'??'", ['ab', 42], ['a', 'abc']),
  f('f', "'?*'", ['a', 'abc'], ['']),
  f('f', "'prog?.exe'", ['progA.exe', 'PROGb.EXE'], ['prog.exe', 'progAB.exe']),
  f('f', "'antivirus_V*.exe'", ['antivirus_V1.exe', 'antivirus_V21.2.1.exe'], ['antivirus_1.exe']),
  f('f', "'a**b'", ['ab', 'axb'], ['a']),
  f('f', "'a.c'", ['a.c'], ['abc']),
  f('f', "'a+(b)'", ['a+(b)'], ['aab']),
]);

table('escapes', [
  f('f', "'a\\*b'", ['a*b'], ['axb', 'a\\*b', 'ab']),
  f('f', "'a\\?b'", ['a?b'], ['axb']),
  f('f', "'C:\\Windows\\cmd.exe'", ['C:\\Windows\\cmd.exe', 'c:\\windows\\CMD.EXE'], ['C:Windowscmd.exe']),
  f('f', "'C:\\\\Windows'", ['C:\\Windows'], ['C:\\\\Windows']),
  f('f', "'a\\'", ['a\\'], ['a', 'a\\\\']),
  f('f', "'a\\\\'", ['a\\'], ['a\\\\']),
  f('f', "'a\\\\\\\\b'", ['a\\\\b'], ['a\\b', 'a\\\\\\b']),
  f('f', "'a\\\\\\b'", ['a\\\\b'], ['a\\b']),
  f('f', "'a\\\\*'", ['a\\', 'a\\xyz'], ['a', 'a*']),
  f('f', "'a\\\\?'", ['a\\x'], ['a\\', 'a?']),
  f('f', "'a\\\\\\*'", ['a\\*'], ['a\\x', 'a*']),
  f('f', "'\\\\\\\\server\\\\share'", ['\\\\server\\share'], ['\\server\\share']),
  f('f', "'\\*'", ['*'], ['x', '']),
  f('f|contains', "'\\*'", ['*', 'a*b'], ['ab']),
  f('f|endswith', "'\\cmd.exe'", ['C:\\cmd.exe', '\\CMD.EXE'], ['cmd.exe', 'xcmd.exe']),
  f('f|contains', "'100\\%'", ['x100\\%'], ['100%']),
]);

table('contains, startswith, endswith', [
  f('f|contains', 'abc', ['abc', 'xABCy', 'ab abc'], ['ab', 'a b c', null]),
  f('f|startswith', 'abc', ['abc', 'ABCd'], ['xabc', 'ab']),
  f('f|endswith', 'abc', ['abc', 'xABC'], ['abcx', 'bc']),
  f('f|contains', '[a, b]', ['xa', 'bx'], ['c']),
  f('f|contains|all', '[a, b]', ['ab', 'b-a', ['a', 'b']], ['a', 'b', ['a', 'c']]),
  f('f|all|contains', '[a, b]', ['ba'], ['a']),
  f('f|all', '[a, b]', [['a', 'b', 'c']], ['a', 'ab', ['a']]),
  f('f|contains', "'a?c'", ['xabcx', 'a1c'], ['ac', 'abbc']),
  f('f|contains', "'?'", ['x', '?'], ['']),
  f('f|contains', "'a*c'", ['xabcx', 'ac', 'a--c'], ['ca']),
  f('f|startswith', "'a?c'", ['abcx'], ['xabc', 'ac']),
  f('f|endswith', "'a*c'", ['xabc', 'aXc'], ['abcx']),
  f('f|contains', "'*abc*'", ['xabcx'], ['ab']),
  f('f|startswith', "'abc*'", ['abcd'], ['xabc']),
  f('f|endswith', "'*abc'", ['xabc'], ['abcx']),
  f('f|contains', "''", ['', 'x'], [null]),
  f('f|contains', '12', [512, '3124', 12], [21]),
  f('f|startswith', '1', [12, '1x'], [21]),
  f('f|contains', "'?id='", ['/a?id=1', 'xid='], ['id=1']),
  f('f|contains', "'Straße'", ['die STRAßE', 'straße 1'], ['strasse']),
  f('f|contains', "'付款'", ['请付款。'], ['付 款']),
  f('f|contains|startswith', 'abc', ['abc', 'abcx'], ['b']),
]);

table('case-sensitive values', [
  f('f|cased', "'Abc'", ['Abc'], ['abc', 'ABC']),
  f('f|contains|cased', "'Abc'", ['xAbcx'], ['xabcx']),
  f('f|cased|contains', "'Abc'", ['xAbcx'], ['xABCx']),
  f('f|startswith|cased', "'Abc'", ['Abcx'], ['abcx', 'xAbc']),
  f('f|endswith|cased', "'Abc'", ['xAbc'], ['xabc']),
  f('f|cased', "'A*c'", ['Abbc', 'Ac'], ['abbc', 'ABC']),
  f('f|cased', "'A?c'", ['Abc'], ['abc']),
  f('f|cased', '[Aa, Bb]', ['Aa', 'Bb'], ['aa', 'BB']),
  f('f|contains|all|cased', '[Aa, Bb]', ['AaBb'], ['aaBb']),
]);

table('regular expressions', [
  f('f|re', "'b.d'", ['abcde', 'bXd'], ['BCD', 'bd']),
  f('f|re', "'^a.*z$'", ['az', 'abcz'], ['xaz', 'azx', 'a\nz']),
  f('f|re|i', "'^ABC$'", ['abc', 'AbC'], ['abcd']),
  f('f|re|ignorecase', "'ABC'", ['abc'], ['ab']),
  f('f|re|m', "'^b$'", ['a\nb\nc', 'b'], ['ab']),
  f('f|re|multiline', "'^b$'", ['a\nb'], ['ab']),
  f('f|re', "'^b$'", ['b'], ['a\nb']),
  f('f|re|s', "'a.b'", ['a\nb', 'axb'], ['ab']),
  f('f|re|dotall', "'a.b'", ['a\nb'], ['ab']),
  f('f|re|i|s', "'A.B'", ['a\nb'], []),
  f('f|re', "'(?i)abc'", ['xABCx'], ['ab']),
  f('f|re', "'a|b'", ['a', 'xb'], ['c']),
  f('f|re', "'[0-9]{3}'", ['x123', 1234], ['12']),
  f('f|re', "'\\d+\\.\\d+'", ['1.2', 3.4], ['12']),
  f('f|re', "'[^a-z]'", ['A', '1'], ['abc']),
  f('f|re', "'a{2,3}b'", ['aab', 'aaab', 'aaaab'], ['ab']),
  f('f|re', "'(ab)+c'", ['ababc'], ['ac']),
  f('f|re', "'\\\\\\\\x'", ['a\\\\x'], ['a\\x']),
  f('f|re', "'\\*'", ['a*b'], ['ab']),
  f('f|re', "'\\bfoo\\b'", ['a foo b', 'foo'], ['afoo', 'foob']),
  f('f|re', '[a1, b2]', ['xa1', 'b2'], ['a2']),
  f('f|re|all', '[a, b]', ['ba'], ['a']),
  f('f|re', "'.{3,}'", ['abc', 1234], ['ab']),
  f('f|re', "''", ['', 'x'], [null]),
  f('f|re', "'x?'", ['', 'y'], []),
]);

table('numbers', [
  f('f|gt', '5', [6, '6', 5.1, [1, 6]], [5, 4, 'six', null, '']),
  f('f|gte', '5', [5, '5', '5.0'], [4.9]),
  f('f|lt', '5', [4, '-1'], [5, 'a']),
  f('f|lte', '5', [5, 0], [6]),
  f('f|lt', '-5', [-6, '-6.5'], [-5, 0]),
  f('f|gte', '1.5', [1.5, 2], [1.4]),
  f('f|gt', '[5, 10]', [6, 11], [5]),
  f('f|gt|all', '[5, 10]', [11], [6]),
  f('f|gt', "'5'", [6], [5]),
  f('f|neq', '5', [4, '6', 'x', null], [5, '5']),
]);

table('neq is the negation, also of a field that is not there', [
  f('f|neq', 'abc', ['abd', '', null, ['x']], ['abc', 'ABC', ['x', 'abc']]),
  f('f|neq', '[a, b]', ['c'], ['a', 'B']),
  f('f|contains|neq', 'abc', ['ab'], ['xabcx']),
  f('f|re|neq', "'^a'", ['ba'], ['ab']),
  f('f|cidr|neq', '10.0.0.0/8', ['11.0.0.1', 'x'], ['10.1.1.1']),
  { detection: 'sel:\n    f|neq: a\n  condition: sel', yes: [{}, { g: 'a' }], no: [{ f: 'a' }] },
  {
    detection: 'sel:\n    f|neq: a\n    g: b\n  condition: sel',
    yes: [{ f: 'c', g: 'b' }, { g: 'b' }],
    no: [{ f: 'a', g: 'b' }, { f: 'c' }],
  },
]);

table('null, empty and existence', [
  {
    detection: 'sel:\n    f: null\n  condition: sel',
    yes: [{}, { f: null }, { g: 1 }],
    no: [{ f: '' }, { f: 0 }, { f: 'null' }, { f: false }],
  },
  { detection: 'sel:\n    f:\n  condition: sel', yes: [{}, { f: null }], no: [{ f: 'x' }] },
  { detection: "sel:\n    f: ''\n  condition: sel", yes: [{ f: '' }], no: [{}, { f: null }, { f: 'x' }] },
  { detection: "sel:\n    f: 'null'\n  condition: sel", yes: [{ f: 'null' }], no: [{}, { f: null }] },
  { detection: "sel:\n    f: ['', null]\n  condition: sel", yes: [{}, { f: '' }, { f: null }], no: [{ f: 'x' }] },
  { detection: 'sel:\n    f: []\n  condition: sel', yes: [{}, { f: null }], no: [{ f: 'x' }] },
  {
    detection: 'a:\n    g: 1\n  b:\n    f: null\n  condition: a and not b',
    yes: [
      { g: 1, f: 'x' },
      { g: 1, f: '' },
    ],
    no: [{ g: 1 }, { g: 1, f: null }],
  },
  {
    detection: 'sel:\n    f|exists: true\n  condition: sel',
    yes: [{ f: 'x' }, { f: '' }, { f: null }, { f: [] }],
    no: [{}, { g: 1 }],
  },
  { detection: 'sel:\n    f|exists: false\n  condition: sel', yes: [{}, { g: 1 }], no: [{ f: 'x' }, { f: null }] },
  {
    detection: 'sel:\n    a.b|exists: true\n  condition: sel',
    yes: [{ a: { b: null } }, { 'a.b': 1 }],
    no: [{ a: {} }, { a: 1 }],
  },
  { detection: "sel:\n    f: '*'\n  condition: sel", yes: [{ f: 'x' }, { f: '' }], no: [{}, { f: null }, { f: [] }] },
]);

table('networks', [
  f('f|cidr', '10.0.0.0/8', ['10.0.0.0', '10.255.255.255', ['1.1.1.1', '10.1.1.1']], ['11.0.0.0', '9.255.255.255', 'x', '', 10]),
  f('f|cidr', '192.168.1.0/24', ['192.168.1.77'], ['192.168.2.1', '192.168.1', '192.168.1.256']),
  f('f|cidr', '172.16.0.0/12', ['172.31.255.255'], ['172.32.0.0']),
  f('f|cidr', '1.2.3.4/32', ['1.2.3.4'], ['1.2.3.5']),
  f('f|cidr', '0.0.0.0/0', ['8.8.8.8'], ['2001:db8::1', 'x']),
  f('f|cidr', '192.168.1.128/25', ['192.168.1.128', '192.168.1.255'], ['192.168.1.127']),
  f('f|cidr', "'2001:db8::/32'", ['2001:db8::1', '2001:0DB8:ffff::'], ['2001:db9::1', '10.0.0.1']),
  f('f|cidr', "'::1/128'", ['::1', '0:0:0:0:0:0:0:1'], ['::2']),
  f('f|cidr', "'fe80::/10'", ['fe80::1', 'febf::1'], ['fec0::1']),
  f('f|cidr', "'::ffff:0:0/96'", ['::ffff:10.0.0.1'], ['::1']),
  f('f|cidr', '10.0.0.0/8', ['::ffff:10.1.2.3'], ['::ffff:11.1.2.3']),
  f('f|cidr', '[10.0.0.0/8, 192.168.0.0/16]', ['10.0.0.1', '192.168.9.9'], ['172.16.0.1']),
]);

table('encodings', [
  f('f|base64', "'foobar'", ['Zm9vYmFy'], ['foobar', 'xZm9vYmFy']),
  f('f|base64|contains', "'foo'", ['xxZm9vxx'], ['foo']),
  f('f|base64', "'登录'", ['55m75b2V'], []),
  f(
    'f|base64offset|contains',
    "'foobar'",
    [btoa('foobar'), btoa('xfoobar'), btoa('xxfoobarx'), btoa('123foobar456')],
    ['foobar', btoa('foo bar')],
  ),
  f('f|base64offset|contains', "'/bin/sh'", [btoa('a/bin/sh -c'), btoa('ab/bin/sh'), btoa('abc/bin/sh!')], [btoa('/usr/bin')]),
  f('f|base64offset|contains|all', '[foo123, bar123]', [`${btoa('xfoo123')} ${btoa('bar123')}`], [btoa('foo123')]),
  f('f|wide', "'cmd'", ['c\0m\0d\0'], ['cmd']),
  f('f|utf16le|contains', "'cmd'", ['xc\0m\0d\0x'], ['cmd']),
  f('f|utf16be', "'cmd'", ['\0c\0m\0d'], ['c\0m\0d\0']),
  f('f|utf16', "'cmd'", ['\xff\xfec\0m\0d\0'], ['c\0m\0d\0']),
  f('f|wide|base64', "'cmd'", [btoa('c\0m\0d\0')], [btoa('cmd')]),
  f(
    'f|wide|base64offset|contains',
    "'ping'",
    [btoa('p\0i\0n\0g\0'), btoa('xp\0i\0n\0g\0'), btoa('xyp\0i\0n\0g\0')],
    [btoa('ping')],
  ),
  f('f|utf16le|base64offset|contains', "'IEX'", [btoa('zI\0E\0X\0')], []),
  f('f|utf16be|base64', "'a'", [btoa('\0a')], [btoa('a\0')]),
  f('f|utf16|base64', "'a'", [btoa('\xff\xfea\0')], []),
]);

table('dashes of command lines', [
  f('f|windash', "'-foo'", ['-foo', '/foo', '\u2013foo', '\u2014foo', '\u2015foo', '/FOO'], ['foo', '--foo', '+foo']),
  f('f|windash|contains', "' -f '", ['x -f y', 'x /f y', 'x \u2013f y'], ['x f y', 'x -fy']),
  f('f|contains|windash', "' -f '", ['x /f y'], ['x f y']),
  f('f|windash|contains|all', "[' -a', ' -b']", ['x /a -b', 'x -a \u2015b'], ['x /a']),
  f('f|windash|contains', "'-a -b'", ['/a -b', '-a /b', '\u2013a \u2014b'], ['a b']),
  f('f|windash|contains', "'/c'", ['-c', '/c'], ['c']),
  f('f|windash', "'-param-name'", ['/param-name', '-param-name'], ['/param/name']),
  f('f|windash|endswith', "'-x'", ['a /x', 'a-x'], ['a /xy']),
]);

table('references to other fields', [
  {
    detection: 'sel:\n    a|fieldref: b\n  condition: sel',
    yes: [
      { a: 'x', b: 'X' },
      { a: 1, b: '1' },
      { a: ['p', 'q'], b: 'q' },
    ],
    no: [{ a: 'x', b: 'y' }, { a: 'x' }, { b: 'x' }, {}, { a: null, b: null }],
  },
  {
    detection: 'sel:\n    a|fieldref|startswith: b\n  condition: sel',
    yes: [{ a: 'abc', b: 'AB' }],
    no: [{ a: 'xab', b: 'ab' }, { a: 'abc' }],
  },
  { detection: 'sel:\n    a|fieldref|endswith: b\n  condition: sel', yes: [{ a: 'abc', b: 'bc' }], no: [{ a: 'abc', b: 'ab' }] },
  {
    detection: 'sel:\n    a|fieldref|contains: b\n  condition: sel',
    yes: [{ a: 'abcd', b: 'bc' }],
    no: [{ a: 'abcd', b: 'cb' }],
  },
  { detection: 'sel:\n    a|cased|fieldref: b\n  condition: sel', yes: [{ a: 'x', b: 'x' }], no: [{ a: 'x', b: 'X' }] },
  { detection: 'sel:\n    a|fieldref|neq: b\n  condition: sel', yes: [{ a: 'x', b: 'y' }], no: [{ a: 'x', b: 'x' }] },
  {
    detection: 'sel:\n    a|fieldref: [b, c]\n  condition: sel',
    yes: [
      { a: 'x', c: 'x' },
      { a: 'x', b: 'x' },
    ],
    no: [{ a: 'x', b: 'y' }],
  },
  { detection: 'sel:\n    a|fieldref: o.p\n  condition: sel', yes: [{ a: 'x', o: { p: 'x' } }], no: [{ a: 'x', o: {} }] },
]);

table('parts of dates', [
  f(
    'f|hour',
    '13',
    ['2025-08-02T13:45:00Z', '2025-08-02 13:00', '2025-08-02T13:45:00+08:00', 1754142300000, 1754142300],
    ['2025-08-02T14:00:00Z', 'x', null],
  ),
  f('f|minute', '45', ['2025-08-02T13:45:00Z'], ['2025-08-02T13:44:59Z']),
  f('f|day', '2', ['2025-08-02'], ['2025-08-03']),
  f('f|month', '8', ['2025-08-02T00:00:00Z'], ['2025-07-02T00:00:00Z']),
  f('f|year', '2025', ['2025-08-02T00:00:00Z', 1754142300000], ['2024-08-02T00:00:00Z']),
  f('f|week', '31', ['2025-08-02T00:00:00Z'], ['2025-08-04T00:00:00Z']),
  f('f|week', '1', ['2024-12-30T00:00:00Z', '2026-01-01'], ['2025-01-06']),
  f('f|hour', '[22, 23, 0, 1]', ['2025-08-02T23:00:00Z', '2025-08-02T00:10:00Z'], ['2025-08-02T12:00:00Z']),
  f('f|hour|gte', '22', ['2025-08-02T22:00:00Z'], ['2025-08-02T21:59:00Z']),
  f('f|hour|neq', '13', ['2025-08-02T14:00:00Z'], ['2025-08-02T13:00:00Z']),
]);

table('fields', [
  {
    detection: 'sel:\n    a.b: x\n  condition: sel',
    yes: [{ a: { b: 'x' } }, { 'a.b': 'x' }, { a: [{ b: 'y' }, { b: 'x' }] }],
    no: [{ a: 'x' }, { b: 'x' }, { a: { b: 'y' } }, { 'a.b': 'y', a: { b: 'x' } }],
  },
  {
    detection: 'sel:\n    a.b.c: x\n  condition: sel',
    yes: [{ a: { b: { c: 'x' } } }, { 'a.b': { c: 'x' } }, { a: { 'b.c': 'x' } }],
    no: [{ a: { b: 'x' } }],
  },
  {
    detection: 'sel:\n    cs-uri-stem|contains: /x\n  condition: sel',
    yes: [{ 'cs-uri-stem': '/a/x' }],
    no: [{ 'cs-uri-stem': '/a' }],
  },
  { detection: 'sel:\n    Field: x\n  condition: sel', yes: [{ Field: 'x' }], no: [{ field: 'x' }] },
  { detection: 'sel:\n    f: x\n  condition: sel', yes: [{ f: [['a'], ['x']] }], no: [{ f: { x: 'x' } }, { f: [{ x: 'x' }] }] },
  { detection: "sel:\n    'a b': x\n  condition: sel", yes: [{ 'a b': 'x' }], no: [{ a: 'x' }] },
  { detection: 'sel:\n    constructor: x\n  condition: sel', yes: [{ constructor: 'x' }], no: [{}] },
]);

table('lists and maps', [
  { detection: 'sel:\n    a: 1\n    b: 2\n  condition: sel', yes: [{ a: 1, b: 2 }], no: [{ a: 1 }, { b: 2 }, { a: 1, b: 3 }] },
  { detection: 'sel:\n    - a: 1\n    - b: 2\n  condition: sel', yes: [{ a: 1 }, { b: 2 }], no: [{ a: 2, b: 1 }] },
  {
    detection: 'sel:\n    - a: 1\n      c: 3\n    - b: 2\n  condition: sel',
    yes: [{ a: 1, c: 3 }, { b: 2 }],
    no: [{ a: 1 }, { c: 3 }],
  },
  {
    detection: 'sel:\n    - a: [1, 2]\n    - b|contains: x\n  condition: sel',
    yes: [{ a: 2 }, { b: 'axb' }],
    no: [{ a: 3, b: 'y' }],
  },
  { detection: 'sel:\n    - word\n    - a: 1\n  condition: sel', yes: [{ a: 1 }, { z: 'a word' }], no: [{ a: 2, z: 'w' }] },
  {
    detection: 'sel:\n    a:\n      - 1\n      - x*\n    b: 2\n  condition: sel',
    yes: [{ a: 'xyz', b: 2 }],
    no: [{ a: 'y', b: 2 }],
  },
]);

table('searches without a field', [
  {
    detection: 'k:\n    - evilservice\n    - svchost.exe -n evil\n  condition: k',
    yes: [{ m: 'an EvilService here' }, { a: { b: ['x', 'svchost.exe -n evil'] } }],
    no: [{ m: 'evil service' }, { evilservice: 'x' }, {}],
  },
  { detection: 'k: word\n  condition: k', yes: [{ m: 'a WORD' }], no: [{ m: 'wor' }] },
  {
    detection: "k:\n    '|all':\n      - one\n      - two\n  condition: k",
    yes: [{ m: 'one two' }, { a: 'two', b: { c: 'ONE' } }],
    no: [{ m: 'one' }],
  },
  { detection: "k:\n    - 'a*c'\n  condition: k", yes: [{ m: 'xabcx' }], no: [{ m: 'ca' }, { m: 'a', n: 'c' }] },
  { detection: "k:\n    - 'a?c'\n  condition: k", yes: [{ m: 'xabcx' }], no: [{ m: 'ac' }] },
  { detection: 'k:\n    - 4625\n  condition: k', yes: [{ m: 4625 }, { m: 'id=4625;' }], no: [{ m: 4624 }] },
  { detection: "k:\n    '|re': 'a\\d+b'\n  condition: k", yes: [{ m: 'xa12b' }], no: [{ m: 'ab' }] },
  { detection: "k:\n    '|contains':\n      - foo\n  condition: k", yes: [{ m: 'xfoox' }], no: [{ m: 'fo' }] },
  { detection: "k:\n    '|contains|all': [foo, bar]\n  condition: k", yes: [{ m: 'foo', n: 'bar' }], no: [{ m: 'foo' }] },
  { detection: "k:\n    '|startswith': foo\n  condition: k", yes: [{ m: 'foox' }], no: [{ m: 'xfoo' }] },
  { detection: "k:\n    '|cased': Foo\n  condition: k", yes: [{ m: 'xFoox' }], no: [{ m: 'xfoox' }] },
  { detection: "k:\n    - '登录失败'\n  condition: k", yes: [{ m: '用户登录失败' }], no: [{ m: '登录成功' }] },
  { detection: 'k:\n    - bad\n  f:\n    a: 1\n  condition: k and not f', yes: [{ m: 'bad', a: 2 }], no: [{ m: 'bad', a: 1 }] },
]);

const three = 'sel_a:\n    a: 1\n  sel_b:\n    b: 1\n  other:\n    c: 1\n  _hidden:\n    d: 1\n  condition: ';
const A = { a: 1 };
const B = { b: 1 };
const C = { c: 1 };
const D = { d: 1 };
table('conditions', [
  { detection: `${three}sel_a`, yes: [A], no: [B, {}] },
  { detection: `${three}sel_a and sel_b`, yes: [{ ...A, ...B }], no: [A, B] },
  { detection: `${three}sel_a or sel_b`, yes: [A, B], no: [C] },
  { detection: `${three}not sel_a`, yes: [B, {}], no: [A] },
  { detection: `${three}sel_a and not sel_b`, yes: [A], no: [{ ...A, ...B }] },
  { detection: `${three}not not sel_a`, yes: [A], no: [B] },
  { detection: `${three}sel_a or sel_b and other`, yes: [A, { ...B, ...C }], no: [B, C] },
  { detection: `${three}(sel_a or sel_b) and other`, yes: [{ ...A, ...C }], no: [A, { ...A, ...B }] },
  { detection: `${three}not sel_a and sel_b`, yes: [B], no: [{ ...A, ...B }, {}] },
  { detection: `${three}not (sel_a and sel_b)`, yes: [A, B, {}], no: [{ ...A, ...B }] },
  { detection: `${three}not sel_a or sel_b`, yes: [{}, { ...A, ...B }], no: [A] },
  { detection: `${three}1 of sel_*`, yes: [A, B], no: [C, D] },
  { detection: `${three}any of sel_*`, yes: [A, B], no: [C] },
  { detection: `${three}all of sel_*`, yes: [{ ...A, ...B }], no: [A] },
  { detection: `${three}not 1 of sel_*`, yes: [C, {}], no: [A, { ...A, ...B }] },
  { detection: `${three}not all of sel_*`, yes: [A, {}], no: [{ ...A, ...B }] },
  { detection: `${three}1 of them`, yes: [A, B, C], no: [D, {}] },
  { detection: `${three}any of them`, yes: [C], no: [D] },
  { detection: `${three}all of them`, yes: [{ ...A, ...B, ...C }], no: [{ ...A, ...B }] },
  {
    detection: `${three}2 of them`,
    yes: [
      { ...A, ...B },
      { ...B, ...C },
    ],
    no: [A, { ...A, ...D }],
  },
  { detection: `${three}_hidden`, yes: [D], no: [A] },
  { detection: `${three}1 of _*`, yes: [D], no: [A] },
  { detection: `${three}1 of s*_a`, yes: [A], no: [B] },
  { detection: `${three}1 of *_b`, yes: [B], no: [A] },
  { detection: `${three}1 of *e*`, yes: [A, B, C], no: [D] },
  { detection: `${three}1 of sel_a`, yes: [A], no: [B] },
  { detection: `${three}1 of sel_* and other`, yes: [{ ...A, ...C }], no: [A, C] },
  { detection: `${three}1 of sel_* and not other`, yes: [A], no: [{ ...A, ...C }] },
  { detection: `${three}sel_a and not 1 of filter_*`, yes: [A], no: [B] },
  { detection: `${three}sel_a AND NOT sel_b`, yes: [A], no: [{ ...A, ...B }] },
  { detection: `${three}(sel_a)and(sel_b)`, yes: [{ ...A, ...B }], no: [A] },
  { detection: `${three}[sel_a, sel_b and other]`, yes: [A, { ...B, ...C }], no: [B, C] },
  { detection: 'sel-1:\n    a: 1\n  condition: sel-1', yes: [A], no: [B] },
  { detection: 'sel:\n    a: 1\n  timeframe: 5m\n  condition: 1 of them', yes: [A], no: [{ m: '5m' }] },
]);
