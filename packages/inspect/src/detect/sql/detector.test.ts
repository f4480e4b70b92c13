import { describe, expect, it } from 'vitest';
import { judge } from '../testing/ask.ts';
import { sqlDetector } from './detector.ts';

const ask = judge([sqlDetector]);

const attacks: Readonly<Record<string, readonly string[]>> = {
  'comparisons that always hold': [
    "kunde' or 7=7",
    "kunde' OR 'q'='q",
    "x') or ('q'='q",
    '15 or 3=3 -- ',
    "z' or 2>1 #",
    "a'||'b'='b",
    'a" or "u"="u',
    "' or not false -- ",
    '8) or (5=5',
    "x' or 'abc' like 'a%",
    "x' AND 4=5 -- ",
    'x" having 9=9 -- ',
    "k' xor 1=1 -- ",
    "k' && 6=6 -- ",
    "k' or 0x41=0x41",
    `k' or '{"b":1}'::jsonb <@ '{"a":2}'::jsonb`,
    "k' or '[7]'::json ->> 0 = '7'",
    `or '{"q":1}'::jsonb ? 'q'`,
    "k'/**/or/**/8=8",
    "k'\tor\n3\r=3",
    "'OR(6)=(6)-- ",
    "'OR'q='q",
    `k'v"3`,
    'or 11=11 --',
    'k\u2032 or \u20321\u2032=\u20321',
  ],
  // A password that a program made up looks like them, but for the names in it.
  'values that a comment cuts off': ['3=3||isAdmin#', '.7or-true--', '3=3||@k7Q#', '5^5=0x2fB#', '2e1=2e1--', "3=3||x'k7Q'#"],
  'conditions on columns': [
    "x' or stock > 5 or '",
    "x' or name like '%a",
    "x' and left(database(),1)='s",
    "x' and ascii(substr(user(),2,1))>70 -- ",
    "x' and (select count(*) from staff)>3 -- ",
    '4 and exists(select 1 from staff) -- ',
    '4 and user_name() = 1',
    "x' and role is not null -- ",
  ],
  'queries added by UNION': [
    "x' union select login,pin from staff -- ",
    '-9 UNION ALL SELECT null,null,version()',
    '5) union (select 1,2,3',
    "x' union distinct select 4 -- ",
    'x" union select * from staff#',
    "x'/*!50000union*//*!50000select*/1,2 -- ",
    "x'+union+select+1,2,3--",
    ' UNION SELECT @@version',
    "9' UnIoN sElEcT 7,8,9/*",
    "9' union select 'a'||'b', 2",
  ],
  'columns probed': ["x' order by 12 -- ", '7 order by 3', "x' group by 4 -- ", "' ORDER BY 2,3#", '9) order by 1--'],
  'statements stacked': [
    "x'; drop table visits -- ",
    '12; delete from visits',
    "x'; insert into staff values(1,'a') -- ",
    "x'; update staff set pay=9 where 1=1 -- ",
    "x';exec master..xp_cmdshell 'dir' -- ",
    "x'; shutdown -- ",
    "x'; declare @q varchar(99); set @q=0x61626364; exec(@q) -- ",
    '7; create table t2 (a int)',
    "x'; truncate table visits;",
    "x'); alter table visits add x int -- ",
  ],
  'time and errors': [
    "x' and sleep(7) -- ",
    "x' or benchmark(9000000,sha1(1)) -- ",
    "x'; waitfor delay '0:0:9' -- ",
    "x' || pg_sleep(8) -- ",
    "x' and extractvalue(1,concat(0x7e,version())) -- ",
    "x' and updatexml(1,concat(0x7e,user()),1) -- ",
    "x'-(select 1 from (select sleep(4))q)-'",
    '3 and 0=dbms_pipe.receive_message(chr(65),6)',
    "x' procedure analyse(extractvalue(1,concat(0x5c,user())),1) -- ",
    "x' and 1=utl_inaddr.get_host_address((select banner from v$version)) -- ",
  ],
  'the rest cut off': ["boss'--", "boss' #", "boss'/*", "boss') --", "boss';--", "boss'-- -"],
  'operators after a quote': [
    "K '<>' L",
    "K ' OR ' L",
    "a'*'b'*'c",
    "a' regexp '^b",
    "a' in ('q') -- ",
    "a'<<2 -- ",
    "a' between 'b' and 'z",
    "a'^'b'='0",
  ],
  'statements alone': [
    'select pin from staff',
    'select @@version',
    '(select pin from staff limit 1)',
    'exec sp_who',
    "insert into staff values ('x', 2)",
    'drop table visits',
    'declare @v int',
    "copy staff from '/tmp/x'",
  ],
};

describe.each(Object.entries(attacks))('%s', (_name, texts) => {
  it.each(texts.map((text) => [text]))('%j', (text) => expect(ask(text)).toBe('block'));
});

const honest: Readonly<Record<string, readonly string[]>> = {
  'names and marks': [
    "D'Angelo",
    "O'Hara & Sons",
    "Women's 'L' size",
    `5'11" tall`,
    `15" laptop sleeve`,
    "it's ok -- thanks",
    "Rock 'n' Roll #1",
    '12# 楼 3-2-101; 电话后两位 07',
    "L'Oréal 欧莱雅 -- 正品",
    "他说'可以'，然后走了",
    '#17 order; please hurry',
  ],
  'prose with words of SQL': [
    'Please select the best offer from our union members.',
    'We order by phone and group by region.',
    'Drop the table off at the loading dock',
    'Update the document, then delete the draft.',
    'insert coin to continue',
    'Students union select committee meets on 3 May',
    'Where are you from? Having lunch by 12 and 1 meeting left.',
    'This or that, 1 or 2, black and white',
    'Not null and void',
    "'or' 和 'and' 有什么区别",
    "'and', 'or', 'not'",
    'He said "drop it" and left',
    'grant access to Mia',
    'between 5 and 10 people like it',
    '10 or less, 7 and a half',
    'x and y are equal; a = b, c = d',
    "用 '<' 和 '>' 表示",
    'sleep(睡眠)',
    "the '+' sign and the '-' sign",
    `Tom "and" Jerry 猫和老鼠`,
  ],
  'mathematics and spreadsheets': [
    'if a=1 or b=2 then c',
    "题目：'a'='a' 成立吗",
    '=IF(B2>5000,"超标","OK")',
    'count(*)=12',
    'x--; y++',
    'a||b && c',
    '(a+b)*(a-b)',
    '3*4=12; 5*6=30',
    '1-1=0',
    'sin(x)/cos(x)',
  ],
  'SQL that people ask about': [
    '执行下面的语句报错：\nSELECT id, name FROM orders WHERE status = 1;\n请帮忙看看',
    '培训作业：\nINSERT INTO t VALUES (1);\nDELETE FROM t WHERE id = 1;\nSELECT * FROM t;',
    'How do I run this?\n```\nCREATE INDEX i ON t (a);\nEXPLAIN SELECT a FROM t;\n```\n谢谢',
    '文档里写 `ALTER TABLE` 语句可以修改列，请确认',
    'conn.query("SELECT * FROM goods WHERE id = ?", [id])',
    '为什么 UNION 比 UNION ALL 慢？',
    "const { exec } = require('child_process');\n\nexec('ls *.js | wc -l', done);",
    'Copy the actual file to the server, then rename or move it.',
    'git_path() and mkpath() are handy helpers',
    'Use the --host= and --target= options',
    "requires statuses@'>= 1.3.0 < 2'",
    'Execute `npx serve`; use `nvm install` first',
  ],
};

describe.each(Object.entries(honest))('%s', (_name, texts) => {
  it.each(texts.map((text) => [text]))('%j', (text) => expect(ask(text)).not.toBe('block'));
});

it('says where a finding stands and why', () => {
  const found: string[] = [];
  sqlDetector.detect(
    { text: "note' or 7=7 -- ", place: 'json', name: 'content', layers: 0, passes: -1, marks: -1 },
    { report: (feature, start, end) => void found.push(`${feature} ${start}-${end}`), spend: () => true },
  );
  expect(found).toContain('sql.tautology 6-12');
});

it('reads an attack behind other quotes and behind other lines', () => {
  for (const text of [
    `it's "fine", isn't it' or 5=5 -- `,
    `first line\nsecond' union select 1,2 from staff -- `,
    `${'a '.repeat(4_000)}' or 5=5 -- `,
    `请看这里。' or '5'='5`,
  ])
    expect(ask(text)).toBe('block');
});

describe('an attack that is hung on honest prose', () => {
  const prose = [
    '门店的杯子漏水，麻烦帮忙登记换货，谢谢。',
    "The lid doesn't close any more. Could you tell me when I get a new one? Thanks. ",
  ];
  it.each([
    ["'; waitfor delay '0:0:9' -- "],
    ["')) waitfor delay '0:0:9' /*"],
    ['sleep(9)=0 -- '],
    ["'+if(benchmark(7000000,md5(7)),null,null),null) -- "],
    ['order by 7,sleep(9)#'],
    ["' or 7=7 -- "],
  ])('%j', (attack) => {
    for (const text of prose) {
      expect(ask(text + attack)).toBe('block');
      expect(ask(`${text}\n${attack}\n${text}`)).toBe('block');
      expect(ask(text.repeat(200) + attack)).toBe('block');
    }
  });

  it('lets quoted signs and the lines of a program pass', () => {
    for (const text of [
      "登记里写了 '=' 和 '+' 两个符号。都不行 (见图)",
      "步骤如下：\nname = 'a'\ncount = (3)\nprint(name)\n# 结束",
    ])
      expect(ask(text)).not.toBe('block');
  });
});

it('tells an ordinary query that somebody shows from one that reaches for more', () => {
  expect(ask('SELECT id, title FROM notes WHERE shop_id = 12;')).toBe('pass');
  for (const text of [
    'SELECT pwd FROM members WHERE id = 1;',
    'SELECT id FROM notes WHERE id = 1 union select 2;',
    'SELECT id FROM notes WHERE 1 = 1;',
    'SELECT version();',
    'SELECT id FROM notes WHERE id = 1; drop table notes;',
  ])
    expect(ask(text)).toBe('block');
});
