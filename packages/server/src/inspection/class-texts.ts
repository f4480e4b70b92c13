import type { AttackClassName, Bilingual } from '@menshen/contract';

/** What a developer should know of a class of attack: what it is called, why it is dangerous, and how the backend is mended. */
export interface ClassTexts {
  readonly name: Bilingual;
  readonly danger: Bilingual;
  readonly remedy: Bilingual;
}

const texts = (
  name: readonly [string, string],
  danger: readonly [string, string],
  remedy: readonly [string, string],
): ClassTexts => ({
  name: { zh: name[0], en: name[1] },
  danger: { zh: danger[0], en: danger[1] },
  remedy: { zh: remedy[0], en: remedy[1] },
});

export const classTexts: Readonly<Record<AttackClassName, ClassTexts>> = {
  sqli: texts(
    ['SQL 注入', 'SQL injection'],
    [
      '如果后端把这个值拼进 SQL，攻击者就能读取或修改整个数据库。',
      'Where the backend puts this value into SQL as text, the attacker reads or changes the whole database.',
    ],
    [
      '后端一律使用参数化查询（预编译语句），不要拼接 SQL；数字、编号类字段在 schema 中写明类型。',
      'Use queries with parameters everywhere and never build SQL from text; declare numbers and ids in the schema.',
    ],
  ),
  xss: texts(
    ['跨站脚本', 'Cross-site scripting'],
    [
      '如果这个值被当作网页显示，脚本会以查看者的身份运行，例如在管理后台里。',
      'Where this value is shown as a page, the script runs as whoever looks at it, in the administration pages for example.',
    ],
    [
      '输出时转义；确需富文本的字段声明为 rich-text，由网关按允许列表清洗。',
      'Escape on output; declare fields that really take rich text as rich-text, and the gateway cleans them by its allow list.',
    ],
  ),
  rce: texts(
    ['命令执行', 'Command execution'],
    [
      '如果后端把这个值交给命令行，攻击者就能在服务器上执行任意命令。',
      'Where the backend hands this value to a shell, the attacker runs any command on the server.',
    ],
    [
      '不要调用 shell；必须调用程序时，用参数数组而不是命令字符串。',
      'Do not call a shell; where a program must be called, pass a list of arguments and not a command line.',
    ],
  ),
  lfi: texts(
    ['路径穿越与文件读取', 'Path traversal and local files'],
    [
      '如果后端用这个值打开文件，攻击者就能读到配置、密钥或系统文件。',
      'Where the backend opens a file by this value, the attacker reads configuration, keys or system files.',
    ],
    [
      '用编号查找文件，不要用客户端给的路径；打开前确认规范化后的路径仍在允许的目录内。',
      'Find files by an id and not by a path from the client; check that the resolved path is still in the folder it belongs to.',
    ],
  ),
  rfi: texts(
    ['远程文件包含', 'Remote file inclusion'],
    [
      '如果后端包含这个地址的内容，运行的就是攻击者的代码。',
      "Where the backend includes what is at this address, it runs the attacker's code.",
    ],
    [
      '关闭远程包含（如 PHP 的 allow_url_include），只包含固定列表中的文件。',
      'Switch remote inclusion off (allow_url_include in PHP) and include only files of a fixed list.',
    ],
  ),
  ssrf: texts(
    ['服务端请求伪造', 'Server-side request forgery'],
    [
      '如果后端访问这个地址，攻击者就能借它访问内网服务或云的元数据。',
      'Where the backend calls this address, the attacker reaches internal services or the metadata of the cloud through it.',
    ],
    [
      '只允许固定的主机名；解析后的地址不得是内网地址，也不要跟随跳转。',
      'Allow a fixed list of hosts; refuse addresses that resolve into the internal network, and follow no redirects.',
    ],
  ),
  nosqli: texts(
    ['NoSQL 注入', 'NoSQL injection'],
    [
      '如果后端把这个对象直接当作查询条件，攻击者就能绕过密码或读取他人数据。',
      "Where the backend takes this object as a query, the attacker passes a password check or reads other people's data.",
    ],
    [
      '在 schema 中写明字段是字符串；查询前把值转成字符串，禁止以 $ 开头的键。',
      'Declare the field as text in the schema; turn values into text before a query, and refuse keys that begin with $.',
    ],
  ),
  ssti: texts(
    ['模板注入', 'Template injection'],
    [
      '如果这个值被当作模板渲染，攻击者就能在服务器上执行代码。',
      'Where this value is rendered as a template, the attacker runs code on the server.',
    ],
    ['用户内容只作为模板的数据，绝不作为模板本身。', "People's text is data of a template, never the template."],
  ),
  xxe: texts(
    ['XML 外部实体', 'XML external entity'],
    [
      '如果 XML 解析器展开外部实体，攻击者就能读取服务器文件或访问内网。',
      'Where the XML parser resolves external entities, the attacker reads files of the server or reaches the internal network.',
    ],
    ['关闭 DTD 与外部实体，或改用 JSON。', 'Switch DTDs and external entities off, or use JSON.'],
  ),
  ldap: texts(
    ['LDAP 注入', 'LDAP injection'],
    [
      '如果这个值被拼进 LDAP 查询，攻击者就能绕过登录或列出通讯录。',
      'Where this value is put into an LDAP filter, the attacker passes a login or lists the directory.',
    ],
    ['按 RFC 4515 转义后再放入查询。', 'Escape it as RFC 4515 says before it goes into a filter.'],
  ),
  xpath: texts(
    ['XPath 注入', 'XPath injection'],
    [
      '如果这个值被拼进 XPath，攻击者就能读取整个文档。',
      'Where this value is put into XPath, the attacker reads the whole document.',
    ],
    ['使用带变量的 XPath，不要拼接。', 'Use XPath with variables and never build it from text.'],
  ),
  crlf: texts(
    ['换行注入', 'CRLF injection'],
    [
      '如果这个值被写进响应头或日志，攻击者就能伪造响应头、Cookie 或日志行。',
      'Where this value is written into a header or a log, the attacker forges headers, cookies or log lines.',
    ],
    ['写入响应头或日志前去掉换行符。', 'Take line breaks out before it goes into a header or a log.'],
  ),
  ssi: texts(
    ['服务端包含指令', 'Server-side includes'],
    [
      '如果这个值被保存为由服务器处理的页面，其中的指令会在服务器上执行。',
      'Where this value is stored in a page that the server processes, its directives run on the server.',
    ],
    ['关闭 SSI，输出时转义。', 'Switch SSI off, and escape on output.'],
  ),
  prototype_pollution: texts(
    ['原型污染', 'Prototype pollution'],
    [
      '如果后端把这个对象合并进自己的对象，攻击者就能改变所有对象的默认属性。',
      'Where the backend merges this object into one of its own, the attacker changes what every object has by default.',
    ],
    [
      '合并前按 schema 只取声明的字段，拒绝 __proto__、constructor、prototype。',
      'Take only declared fields by a schema before merging, and refuse __proto__, constructor and prototype.',
    ],
  ),
  deserialisation: texts(
    ['反序列化', 'Deserialisation'],
    [
      '如果后端还原这个对象，其中的类会执行攻击者安排的代码。',
      'Where the backend restores this object, its classes run what the attacker arranged.',
    ],
    [
      '不要还原客户端给的序列化对象，改用 JSON 与 schema。',
      'Never restore serialised objects from a client; use JSON with a schema.',
    ],
  ),
  php: texts(
    ['PHP 代码', 'PHP code'],
    [
      '如果这个值被执行或写入 .php 文件，攻击者就能控制服务器。',
      'Where this value is evaluated or written into a .php file, the attacker controls the server.',
    ],
    [
      '不要对用户输入使用 eval、assert、include；上传目录禁止执行脚本。',
      'Use no eval, assert or include on input; let nothing run from the folder of uploads.',
    ],
  ),
  java: texts(
    ['Java 代码与表达式', 'Java code and expressions'],
    [
      '如果这个值进入表达式引擎、日志（JNDI）或类加载，攻击者就能执行代码。',
      'Where this value reaches an expression engine, a log with JNDI or a class loader, the attacker runs code.',
    ],
    [
      '升级 Log4j 等组件，关闭 JNDI 查找，表达式不接受用户输入。',
      'Update Log4j and the like, switch JNDI look-ups off, and let no input into expressions.',
    ],
  ),
  nodejs: texts(
    ['Node.js 代码', 'Node.js code'],
    [
      '如果这个值被 eval、Function 或 vm 执行，攻击者就能控制进程。',
      'Where this value reaches eval, Function or vm, the attacker controls the process.',
    ],
    ['不要对输入求值；用 JSON.parse 与 schema。', 'Evaluate no input; use JSON.parse and a schema.'],
  ),
  scanner: texts(
    ['扫描器', 'Scanner'],
    [
      '请求带有漏洞扫描工具的特征，有人在寻找薄弱处。',
      'The request bears the marks of a vulnerability scanner: somebody looks for weak places.',
    ],
    [
      '如果是自己安排的扫描，为它的来源地址或请求头建立例外；否则封禁该地址。',
      'If the scan is yours, except its header; else block the address.',
    ],
  ),
  upload: texts(
    ['危险文件', 'Dangerous file'],
    [
      '文件会在打开它的人的电脑或浏览器里运行代码，或在保存它的服务器上被当作程序执行、撑爆磁盘、写到别处。',
      'The file runs code on the computer or in the browser of whoever opens it, or on the server that keeps it: as a program, by filling its disk, or by writing to other places.',
    ],
    [
      '由后端另起文件名，存放在不执行任何程序的位置，下载时带 Content-Disposition: attachment 与 X-Content-Type-Options: nosniff。这一类文件确属业务需要时，在接口的 uploads.content 中放行这一种，或登记例外。',
      'Let the backend choose the name, keep files where nothing is run, and serve them with Content-Disposition: attachment and X-Content-Type-Options: nosniff. Where the business needs such files, allow this kind in uploads.content of the route, or make an exception.',
    ],
  ),
};
