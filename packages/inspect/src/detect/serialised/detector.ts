import type { Detector, FeatureFacts, Signals, Subject } from '../model.ts';
import { foldCase, isDigit, isSpace, skipSpace } from '../text/characters.ts';
import { createFinder } from '../text/finder.ts';
import { anywhere, atStart, gadgets, packages, yamlTags } from './names.ts';

const fact = (weight: number, zh: string, en: string): FeatureFacts => ({ class: 'deserialisation', weight, zh, en });

const features: Readonly<Record<string, FeatureFacts>> = {
  'serialised.java': fact(
    4.5,
    'Java 序列化对象，还原时可能执行代码',
    'A serialised Java object, which may run code when it is restored',
  ),
  'serialised.php': fact(
    4.5,
    'PHP 序列化对象，还原时可能执行代码',
    'A serialised PHP object, which may run code when it is restored',
  ),
  'serialised.php_array': fact(4.1, 'PHP 序列化数组', 'A serialised PHP array'),
  'serialised.dotnet': fact(
    4.5,
    '.NET 序列化对象，还原时可能执行代码',
    'A serialised .NET object, which may run code when it is restored',
  ),
  'serialised.python': fact(
    4.5,
    'Python pickle 数据，还原时会执行代码',
    'Python pickle data, which runs code when it is restored',
  ),
  'serialised.ruby': fact(
    4.2,
    'Ruby Marshal 数据，还原时可能执行代码',
    'Ruby Marshal data, which may run code when it is restored',
  ),
  'serialised.node': fact(
    4.5,
    'node-serialize 的函数标记，还原时会执行函数',
    'A mark of node-serialize for a function, which runs when it is restored',
  ),
  'serialised.yaml': fact(4.5, 'YAML 类型标签会构造任意对象', 'A YAML tag that builds arbitrary objects'),
  'serialised.type_name': fact(
    4.3,
    'JSON 中的类型名会让解析器构造任意类（如 fastjson 的 @type）',
    "A type's name in JSON makes a parser build arbitrary classes (such as @type of fastjson)",
  ),
  'serialised.type_key': fact(2.5, '字段名声明了对象的类型', "A field's name declares an object's type"),
  'serialised.xml_object': fact(
    4.3,
    'XMLDecoder 或 XStream 文档会构造任意对象',
    'A document for XMLDecoder or XStream that builds arbitrary objects',
  ),
  'serialised.gadget': { ...fact(4, '反序列化攻击链中的类', 'A class of known deserialisation chains'), bare: true },
};

const findNames = createFinder(
  [...yamlTags.map((tag) => [tag, 'serialised.yaml'] as const), ...gadgets.map((name) => [name, 'serialised.gadget'] as const)],
  true,
);

/** Elements that stand for objects of Java's own classes. */
const objectTags = ['<dynamic-proxy', '<sorted-set', '<java.util.priorityqueue', '<jdk.nashorn', '<java.lang.', '<javax.'];

const stepsOfKey = 400;
/** What node-serialize writes before a function. */
const nodeMarks = ['_$$nd_func$$_', '__js_function'];
/** What Python's pickle calls by name. */
const pickled = ['cposix\nsystem', 'c__builtin__\neval', 'csubprocess\n', 'cos\nsystem', 'cnt\nsystem'];
/** What {@link readMagics} looks for anywhere in a text. */
const magics = [...anywhere.map(([magic]) => magic), ...pickled];

/** What it costs to begin with a text. */
const stepsOfStart = 300;

/** Finds serialised objects of languages whose readers build and run what they are told. */
export const serialisedDetector: Detector = {
  name: 'serialised',
  literals: [
    ...new Set([
      ...[...anywhere, ...atStart].map(([magic]) => magic.toLowerCase()).filter((magic) => isAscii(magic)),
      ...yamlTags,
      ...gadgets,
      ...['o', 'c', 'a'].flatMap((kind) => [...'+0123456789'].map((digit) => `${kind}:${digit}`)),
      '_$$nd_func$$_',
      '__js_function',
      '@type',
      '$type',
      '@class',
      '"class"',
      '<java',
      '<object class',
      '<dynamic-proxy',
      '<sorted-set',
      '<jdk.nashorn',
      '<javax.',
      'c__builtin__',
      'csubprocess',
      'cnt\nsystem',
      '["java',
      '["com.sun',
      '["org.',
      '["ch.qos',
      '["com.',
      '["javax',
      '["net.sf',
      '["oracle.',
      'java.',
      'com.',
      'org.',
      'system.',
      'javax.',
    ]),
  ],
  passes: [
    [...yamlTags, ...gadgets],
    ['<java', '<object class', ...objectTags],
    [...magics.map((magic) => magic.toLowerCase()).filter((magic) => isAscii(magic)), ...nodeMarks],
    ['@type', '$type', '"@class"', '"class"'],
  ],
  features,
  detect({ text, place, name, passes }: Subject, signals: Signals): void {
    if (!signals.spend(stepsOfStart + text.length * 2)) return;
    if (place === 'path') return;
    const folded = foldCase(text);
    readMagics(text, folded, place, (passes & 4) !== 0, signals);
    readPhp(folded, signals);
    const node = (passes & 4) === 0 ? -1 : Math.max(...nodeMarks.map((mark) => folded.indexOf(mark)));
    if (node >= 0) signals.report('serialised.node', node, node + 13);
    readTypes(folded, place, name, (passes & 8) !== 0, signals);
    if ((passes & 1) !== 0)
      findNames(folded, (feature, start, end) => {
        signals.report(feature, start, end);
        return false;
      });
    if ((passes & 2) !== 0) readXmlObjects(folded, signals);
  },
};

function readMagics(text: string, folded: string, place: Subject['place'], named: boolean, signals: Signals): void {
  for (const [magic, feature] of named ? anywhere : []) {
    const at = text.indexOf(magic);
    if (at >= 0 && (at === 0 || magic.length >= longestMagic || !isCoded(text.charCodeAt(at - 1))))
      signals.report(feature, at, at + magic.length);
  }
  if (place === 'file') return;
  for (const [magic, feature] of atStart) {
    if (text.startsWith(magic) && (magic.length > 6 || !isCoded(magic.charCodeAt(0)) || text.length >= 20))
      signals.report(feature, 0, magic.length);
  }
  for (const phrase of named ? pickled : []) {
    const at = folded.indexOf(phrase);
    if (at >= 0) signals.report('serialised.python', at, at + phrase.length);
  }
}

/** Of this length a mark is none by chance, wherever it stands in what is coded. */
const longestMagic = 17;

function isCoded(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || isDigit(code) || code === 0x2b || code === 0x2f;
}

/** `O:8:"stdClass":1:{`, `a:2:{s:8:"…";b:1;…}`, `C:11:"ArrayObject":21:{`. */
function readPhp(folded: string, signals: Signals): void {
  for (let at = folded.indexOf(':'); at >= 0; at = folded.indexOf(':', at + 1)) {
    const kind = folded[at - 1];
    if ((kind !== 'o' && kind !== 'a' && kind !== 'c') || isCoded(folded.charCodeAt(at - 2))) continue;
    let end = folded[at + 1] === '+' ? at + 2 : at + 1;
    const digits = end;
    while (isDigit(folded.charCodeAt(end)) && end - digits < 6) end += 1;
    if (end === digits || folded[end] !== ':') continue;
    if (kind === 'a') {
      if (
        folded[end + 1] === '{' &&
        /^[isbadO}]/.test(folded[end + 2] ?? '') &&
        (folded[end + 3] === ':' || folded[end + 2] === '}')
      )
        signals.report('serialised.php_array', at - 1, end + 2);
    } else {
      const quote = skipSpace(folded, end + 1);
      const escaped = folded[quote] === '\\' ? quote + 1 : quote;
      if (folded[escaped] === '"' || folded[escaped] === "'") signals.report('serialised.php', at - 1, escaped + 1);
    }
  }
}

function readTypes(folded: string, place: Subject['place'], name: string, keyed: boolean, signals: Signals): void {
  if (place === 'key' && (folded === '@type' || folded === '$type')) signals.report('serialised.type_key', 0, folded.length);
  if (
    (name === '@type' || name === '$type' || name === '@class' || (name === 'class' && !isOwnClass(folded, 0))) &&
    place === 'json' &&
    isClassName(folded, 0) &&
    !folded.includes(' ')
  ) {
    signals.report('serialised.type_name', 0, Math.min(folded.length, 60));
  }
  for (const key of !keyed ? [] : ['"@type"', "'@type'", '"$type"', '"@class"', '"class"', '@type:']) {
    for (let at = folded.indexOf(key); at >= 0; at = folded.indexOf(key, at + key.length)) {
      if (!signals.spend(stepsOfKey)) return;
      let value = skipSpace(folded, at + key.length);
      if (folded[value] === ':') value = skipSpace(folded, value + 1);
      if (folded[value] === '"' || folded[value] === "'") value += 1;
      if (key === '"class"' && isOwnClass(folded, value)) continue;
      if (isClassName(folded, value)) signals.report('serialised.type_name', at, value + 8);
    }
  }
  // ["javax.naming.InitialContext", {…}]: a class in the place of a value.
  if (folded.startsWith('["') && packages.slice(0, 16).some((start) => folded.startsWith(start, 2)) && folded.includes('{'))
    signals.report('serialised.type_name', 0, 20);
}

/** `class` is an everyday key: there the name has to be that of a known library, not one of the application's own. */
function isOwnClass(folded: string, at: number): boolean {
  if (
    folded.startsWith('com.sun', at) ||
    folded.startsWith('com.mchange', at) ||
    folded.startsWith('org.apache', at) ||
    folded.startsWith('org.spring', at)
  )
    return false;
  return folded.startsWith('com.', at) || folded.startsWith('org.', at);
}

function isClassName(folded: string, at: number): boolean {
  if (!packages.some((start) => folded.startsWith(start, at))) return false;
  let dots = 0;
  for (let from = at; from < folded.length && from < at + 120; from += 1) {
    if (folded[from] === '.') dots += 1;
    else if (folded[from] === '"' || folded[from] === "'" || isSpace(folded.charCodeAt(from))) break;
  }
  return dots >= 2 || folded.startsWith('java.', at) || folded.startsWith('system.', at);
}

function readXmlObjects(folded: string, signals: Signals): void {
  const decoder = folded.indexOf('<java');
  if (decoder >= 0 && (folded.includes('xmldecoder') || folded.includes('<object class') || folded.includes('<void ')))
    signals.report('serialised.xml_object', decoder, decoder + 5);
  const object = folded.indexOf('<object class="java.');
  if (object >= 0) signals.report('serialised.xml_object', object, object + 20);
  for (const tag of objectTags) {
    const at = folded.indexOf(tag);
    if (
      at >= 0 &&
      (folded.includes('handler') ||
        folded.includes('java.beans') ||
        folded.includes('processbuilder') ||
        folded.includes('javax.') ||
        folded.includes('<interface'))
    )
      signals.report('serialised.xml_object', at, at + tag.length);
  }
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7e) return false;
  return true;
}
