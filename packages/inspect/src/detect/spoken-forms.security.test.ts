import { detectors } from './detectors.ts';
import { type Case, type Family, testFamilies } from './testing/families.ts';
import { createValueInspector } from './testing/value.ts';

const asAgents = (texts: readonly string[]): readonly Case[] =>
  texts.map((text) => [text, { place: 'header', name: 'user-agent' }]);

/** Attacks with words behind them, in articles, as numbers and in headers, each family with what honest people speak of and show. */
const families: readonly Family[] = [
  [
    'words in Chinese behind an attack, and behind what people speak of',
    [
      "k' or 3=3 的",
      '订单 7 union select card,pin from members 谢谢',
      "( 'a' or @b ) -- 怎么办？",
      ';cat /etc/shadow 这个',
      '编号：5|whoami 请处理',
      'http://169.254.169.254/latest/user-data 这个',
      '请看 gopher://127.0.0.1:6379/_FLUSHALL 这个',
      '../../../../etc/shadow图片',
      '{{7*8}}是多少',
      '你好{{config.items()}}谢谢',
    ],
    [
      "O'Brien 的订单",
      'select * from orders 查出来是空的',
      'whoami 这个命令怎么用',
      '请执行 uname -a 看看版本',
      '/etc/nginx/nginx.conf 里写错了',
      '修改/etc/hosts文件',
      'http://127.0.0.1:8080/ 打不开',
      'ldap://ad.example.com 连不上',
      '{% if vip %} 是模板的写法',
      'java.util.concurrent 包里的类',
      'flushall 清空所有的数据',
      '`id`：用户编号',
      '| exec | 执行 | 是 |',
      '如果 eval() 报错',
      'wait() 会释放锁，sleep() 不会',
      'print("第一句");print("第二句")',
      "x.pop()  # 输出 'y'",
      '//3. 写入信息',
    ],
  ],
  [
    'code: what an article shows, and the same where a value begins with it',
    [
      "import os; os.popen('id').read()",
      '<p>说明</p><pre><code>{{cycler.__init__.__globals__.os.popen("id")}}</code></pre>',
      "<p>说明</p><pre><code>k' or 3=3 -- </code></pre>",
      '<p>说明</p><pre><code>x</code></pre><script>alert(document.cookie)</script>',
      '<p>说明</p><pre><code><img src=x onerror=alert(1)></code></pre>',
      '<p>说明</p><code>$(cat /etc/passwd)</code>',
      '<java.lang.ProcessBuilder><pre>javax.management.x</pre></java.lang.ProcessBuilder>',
      "<p>说明</p><p>subprocess.check_output('id', shell=True)</p>",
    ],
    [
      '<p>读取输出：</p><pre><code>import os\nout = os.popen(&quot;ls&quot;).read()</code></pre><p>完</p>',
      '<h2>安装</h2><pre><code>powershell -ExecutionPolicy Bypass -c &quot;irm https://example.com/i.ps1&quot;</code></pre>',
      '<p>接口 <code>javax.management.MBeanServer</code> 的用法</p>',
      '<p>先 <code>OLD=$IFS</code> 再还原</p>',
      '<p>用法：</p><pre><code>import yaml\ncfg = yaml.safe_load(f)</code></pre>',
      '<p>The caller’s <code>q(&quot;INSERT INTO notes VALUES (1)&quot;);</code> and <code>q(&quot;SELECT id FROM notes&quot;)</code></p>',
      "<table><tr><td>literal `%'</td></tr></table><p>end</p>",
      '<p>XSLT y XIncludes.</p>',
    ],
  ],
  [
    'ssrf: numbers by themselves, addresses within addresses, fields that ask',
    [
      '2130706433/admin',
      '2130706433:8080',
      ['2130706433:8080', { name: 'link' }],
      '0x7f000001/status',
      '127.1/admin',
      'http://[2002:7f00:1::]/',
      'http://[2002:c0a8:105::1]/x',
      'http://[fe80::5efe:127.0.0.1]/',
      ['http://127.0.0.1:5500/x', { name: 'target' }],
      ['http://localhost:8088/x', { name: 'image_src' }],
      ['http://127.0.0.1:8080/internal/users', { name: 'url' }],
      ['http://169.254.169.254/latest/meta-data/', { place: 'header', name: 'referer' }],
      ['http://0x7f000001/', { place: 'header', name: 'referer' }],
      ...asAgents([
        'http://127.0.0.1:6379/',
        'gopher://127.0.0.1:6379/_INFO',
        'Mozilla/5.0 (http://k7.oastify.com/)',
        'whoami',
        'uname -a',
        'ping -c 3 10.0.0.1',
        'a;id|',
      ]),
    ],
    [
      '13912345678/2',
      '2130706433',
      '127.1/80',
      '127.5/82',
      'http://[2001:db8::1]/',
      ['http://127.0.0.1:9090/x', { name: 'url' }],
      ['http://localhost:3000/x', { name: 'referrer' }],
      ['http://10.0.1.5:3000', { name: 'target' }],
      ['http://localhost:3000/x', { place: 'header', name: 'referer' }],
      ...asAgents([
        'okhttp',
        'node',
        'python requests',
        'time tracker',
        'find my phone',
        'ExampleBot (+http://www.example.com/)',
      ]),
    ],
  ],
];

testFamilies(families, createValueInspector(detectors));
