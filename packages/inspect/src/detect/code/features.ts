import type { AttackClass, FeatureFacts } from '../model.ts';

const fact = (attack: AttackClass, weight: number, zh: string, en: string): FeatureFacts => ({ class: attack, weight, zh, en });

export const features: Readonly<Record<string, FeatureFacts>> = {
  'code.php_tag': fact('php', 2.5, 'PHP 代码的开头标记', 'The mark that begins PHP code'),
  'code.php_tag_only': { ...fact('php', 1.8, '值以 PHP 代码开头', 'The value begins with PHP code'), last: true },
  'code.php_call': fact(
    'php',
    4.2,
    '调用执行命令、求值或读写文件的 PHP 函数',
    'Calls a PHP function that runs commands, evaluates code or touches files',
  ),
  'code.php_call_in_text': fact('php', 1.5, '文字中提到危险的 PHP 函数', 'The text mentions a dangerous PHP function'),
  'code.php_input': fact('php', 3, '使用 PHP 的请求变量', "Uses PHP's variables of the request"),
  'code.php_indirect': fact(
    'php',
    4.2,
    '以变量或拼接的字符串作为函数名调用',
    'Calls a function whose name is a variable or glued from strings',
  ),
  'code.php_expression': fact('php', 4.2, '花括号中的 PHP 表达式会被求值', 'A PHP expression in braces, which is evaluated'),
  'code.java_class': {
    ...fact(
      'java',
      4.2,
      '通过反射或表达式使用执行命令的 Java 类',
      'Uses Java classes that run commands, by reflection or expression',
    ),
    bare: true,
  },
  'code.java_name': {
    ...fact('java', 2.4, '出现 Java 系统类的全名', "The full name of one of Java's system classes"),
    bare: true,
  },
  'code.java_name_only': {
    ...fact('java', 1.8, '整个值就是 Java 系统类名', 'The whole value is the name of a Java system class'),
    last: true,
  },
  'code.ognl': fact(
    'java',
    4.3,
    'Struts/OGNL 表达式，会改写框架的访问限制',
    "A Struts/OGNL expression that rewrites the framework's access rules",
  ),
  'code.spring': fact(
    'java',
    4.3,
    '经 class.module.classLoader 改写服务器配置（Spring4Shell）',
    "Changes the server's settings through class.module.classLoader (Spring4Shell)",
  ),
  'code.node_module': {
    ...fact('nodejs', 4.3, '取用 Node.js 的进程或子进程模块', 'Reaches for the process or child process of Node.js'),
    bare: true,
  },
  'code.node_name': { ...fact('nodejs', 2.2, '出现 Node.js 的内部对象', 'Names an inner object of Node.js'), bare: true },
  'code.node_run': {
    ...fact('nodejs', 2.2, '由模块直接启动子进程', 'Starts a child process directly from a module'),
    bare: true,
  },
  'code.node_function': {
    ...fact('nodejs', 4, '经构造函数取得执行代码的能力', 'Obtains a way to run code through constructors'),
    bare: true,
  },
  'code.node_loop': {
    ...fact('nodejs', 4, '用无尽循环或等待拖住服务', 'Holds the service up with an endless loop or wait'),
    bare: true,
    last: true,
  },
  'code.python': {
    ...fact('rce', 4.2, 'Python 代码导入模块或求值', 'Python code that imports modules or evaluates'),
    bare: true,
  },
  'code.perl': fact('rce', 4.2, 'Perl 插值或求值会执行代码', 'Perl interpolation or evaluation that runs code'),
  'code.ruby': { ...fact('rce', 4.2, 'Ruby 代码执行命令或求值', 'Ruby code that runs commands or evaluates'), bare: true },
  'code.upload': fact(
    'php',
    4.3,
    '上传的文件名会被服务器当作脚本执行',
    "The uploaded file's name is one that a server would run",
  ),
  'code.program_name': {
    ...fact(
      'php',
      4,
      '文件名或保存路径的字段里是服务器会执行的程序文件',
      'A field for the name or path of a file holds one that a server would run',
    ),
    whole: true,
  },
  'code.function_only': fact(
    'rce',
    4,
    '整个值就是一次求值或执行命令的函数调用',
    'The whole value is one call of a function that evaluates or runs commands',
  ),
};
