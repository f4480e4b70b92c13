import type { FeatureFacts } from '../model.ts';

const fact = (weight: number, zh: string, en: string): FeatureFacts => ({ class: 'ssti', weight, zh, en });

export const features: Readonly<Record<string, FeatureFacts>> = {
  'template.arithmetic': fact(
    4.2,
    '模板标记中的算式，用来试探服务器是否会计算',
    'A sum between template marks, to see whether the server computes it',
  ),
  'template.dangerous': fact(
    4.5,
    '模板表达式通向类、进程、文件或解释器',
    'A template expression that reaches classes, processes, files or the interpreter',
  ),
  'template.call': fact(2, '模板表达式中有函数调用或取值', 'A template expression with a call or an index'),
  'template.call_only': fact(2.2, '整个值就是这样的模板表达式', 'The whole value is such a template expression'),
  'template.engine': fact(
    2,
    '模板表达式点名模板引擎自身的对象',
    'A template expression names an object of the template engine itself',
  ),
  'template.engine_only': fact(2.2, '整个值就是模板引擎的对象', "The whole value is the template engine's object"),
  'template.statement': fact(1.2, '模板语句（{% %}、<% %>、#set 等）', 'A template statement ({% %}, <% %>, #set …)'),
  'template.statement_only': { ...fact(3, '值以模板语句开头', 'The value begins with a template statement'), last: true },
  'template.output_tag': fact(1.2, '会在服务器上求值的输出标签（<%= %>）', 'An output tag that a server evaluates (<%= %>)'),
  'template.directive': fact(
    4.2,
    '模板引擎的执行指令（如 {php}、#set 配合类名、freemarker 的 ?new）',
    'A directive of a template engine that executes (such as {php}, #set with classes, ?new of FreeMarker)',
  ),
  'template.probe': fact(4, '同时试探多种模板引擎的字符串', 'A string that probes several template engines at once'),
  'template.jndi': {
    class: 'java',
    weight: 5,
    zh: '${jndi:…} 会让日志库加载远程对象（Log4Shell）',
    en: '${jndi:…} makes a logging library load a remote object (Log4Shell)',
  },
  'template.lookup': {
    class: 'java',
    weight: 2.5,
    zh: '日志查找表达式会读取环境变量或系统属性',
    en: 'A lookup expression that reads environment variables or system properties',
  },
  'template.lookup_only': {
    class: 'java',
    weight: 1.8,
    zh: '整个值就是一个查找表达式',
    en: 'The whole value is a lookup expression',
    whole: true,
  },
  'template.lookup_secret': {
    class: 'java',
    weight: 2,
    zh: '查找的是口令、密钥或系统信息',
    en: 'It looks up a password, a key or a fact about the system',
  },
  'template.nested_lookup': {
    class: 'java',
    weight: 2.5,
    zh: '查找表达式层层嵌套，是躲避检查的写法',
    en: 'Lookup expressions inside one another, a way to escape notice',
  },
};
