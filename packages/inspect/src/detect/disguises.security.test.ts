import { expect, test } from 'vitest';
import { detectors } from './detectors.ts';
import { type Family, testFamilies } from './testing/families.ts';
import { createValueInspector } from './testing/value.ts';

const inspect = createValueInspector(detectors);

/** Ways to write an attack that rewriting tools for SQL, shells, addresses and templates know, each with honest values that resemble it. */
const families: readonly Family[] = [
  [
    'sql: remarks to the end of a line part its words',
    ['7--kJr\nOR--pQ\n811=811-- k', '7)#aB\nUNION#cD\nALL#eF\nSELECT#gH\n4711,815#', '7#k\n#p\nAND#q\n#r\n811=811#'],
    ['# 标题\n正文\n## 小节', 'a--\nb--\nc', 'https://www.example.com/#a\nhttps://www.example.com/#b', '--help\n--version'],
  ],
  [
    'sql: UNION with rows of values',
    ["7' UNION ALL VALUES (NULL,NULL,4711)-- k", '7 UNION VALUES ROW(1,2,3)#'],
    ['the union values (its members) highly', 'union, values and rows'],
  ],
  [
    'sql: percent signs before each letter, numbers without meaning, quotes of dollars, tabs that are written',
    [
      "%7%' %O%R %8%1%1%=%8%1%1%-%- %k",
      '7 AND ORD 1.e(MID((user 1.e( 1.e) 1.e) 1.e,1 1.e,1 1.e) 1.e)>1',
      "7\" OR $$kW$$='kW'-- k",
      "k'\\tor\\t'k'='k",
      "k\\\\' or \\\\'7\\\\'=\\\\'7\\\\'-- k",
    ],
    ['%s %d %i', '100% 棉 %1 折', '1.e', 'version 1.e (beta)', '$$ 发财 $$', 'a\\tb\\tc', 'C:\\temp\\order', "it\\'s fine"],
  ],
  [
    'shell: names as codes, from their end, in pieces, behind what starts them',
    [
      ";$'\\x69\\x64'",
      "|$'\\167\\150\\157\\141\\155\\151'",
      ';$(echo di|rev)',
      ';u``n``a``m``e -a',
      '`a=un;b=ame;$a$b -a`',
      '$(nohup id &)',
      '`exec whoami`',
      '$(\nid\n)',
      '`whoami #`',
      "\n$(printf '\\x69\\x64')",
      ';ping\u000b-c\u000b3\u000b10.0.0.1',
    ],
    ["输入 $'a' 表示字符", 'a|rev', '``代码``', 'a=1;b=2', '在 `bash` 里运行', '$(this).hide()', '执行 eval 函数', '`id` 字段'],
  ],
  [
    'ssrf: hosts that are written to be read by programs only, without their scheme',
    [
      '//2130706433/',
      '//www.shop.example@10.0.0.5/',
      'www.shop.example:80@192.168.1.1',
      'www.shop.example\\@127.0.0.1',
      '10.0.0.5#@www.shop.example',
      '0177.00.00.01',
      '0xa9.0xfe.0xa9.0xfe',
      'http://consul:8500/v1/agent/self',
    ],
    [
      '//2026-08-12 的记录',
      '// 127 行有误',
      'zhang@10.0.0.5',
      'zhang@shop.example',
      'http://tmp/a/_cat/b.jpg',
      'http://intranet/index.html',
      '007.001.002.003',
      '10.0.0.5#备注',
      'v0177.00',
    ],
  ],
  [
    'templates: marks that share a brace, filters behind sums, other brackets',
    ['${{7*7}} 谢谢', '{{7*7|e}}', '{%= 7*7 %}', '[=7*7]', '{a.__init__.__globals__}'],
    ['${{price}} 元', '{{total|fixed}}', '{{a*b|e}}', '[=] 等于', '[=合计]', '{a.init.globals}'],
  ],
  [
    'deserialisation: contexts and classes of engines',
    [
      '["org.springframework.context.support.ClassPathXmlApplicationContext","http://k.example/a.xml"]',
      '<map><entry><jdk.nashorn.internal.objects.NativeString/></entry></map>',
    ],
    ['<map><entry><string>a</string></entry></map>', '["org.example.Context","a"]'],
  ],
  [
    'graphql: texts within an operation',
    [
      ['{ goods(name: "7\' or 811=811-- k") { id } }', { name: 'query' }],
      ['query q { file(path: "..\\/..\\/..\\/etc\\/passwd") { id } }', { name: 'query' }],
      ['mutation { say(text: """<img src=x onerror=alert(7)>""") { id } }', { name: 'query' }],
    ],
    [
      ['{ goods(name: "经典拿铁 (大杯), 7 折 O\'Neil") { id name } }', { name: 'query' }],
      ['query q($a: String = "a b") { s(k: $a) { id, name } }', { name: 'query' }],
      ['{ me { id name orders(first: 7) { total } } }', { name: 'query' }],
    ],
  ],
];

testFamilies(families, inspect);

test('an address that a client parts by dollars is no string', () => {
  const from = 'https://console.shop.example$$/vpc/board$$?rid=9';
  expect(inspect(from).action).toBe('pass');
  expect(inspect(`{"from":"${from}","to":"a or b"}`.repeat(20)).action).toBe('pass');
});
