import type { Detector, FeatureFacts, Signals, Subject } from '../model.ts';
import { foldCase, isSpace, skipSpace } from '../text/characters.ts';

const fact = (weight: number, zh: string, en: string): FeatureFacts => ({ class: 'xxe', weight, zh, en });

const features: Readonly<Record<string, FeatureFacts>> = {
  'xml.external_entity': fact(
    4.5,
    'XML 实体从文件或网址取内容（XXE）',
    'An XML entity takes its content from a file or address (XXE)',
  ),
  'xml.parameter_entity': fact(3, 'XML 参数实体，用来改写文档类型', 'An XML parameter entity, which rewrites the document type'),
  'xml.entity': fact(2.5, 'XML 实体定义', 'The definition of an XML entity'),
  'xml.nested_entities': fact(
    3,
    '实体层层引用，会把小文档放大到耗尽内存',
    'Entities refer to one another and blow a small document up',
  ),
  'xml.doctype': fact(2, 'XML 文档类型声明', 'An XML document type declaration'),
  'xml.external_doctype': fact(2.5, '文档类型从外部地址加载', 'The document type is loaded from an address'),
  'xml.entity_reference': fact(1, '引用自定义实体', 'A reference to a defined entity'),
  'xml.inclusion': fact(4.3, 'XInclude 会把别的文件并入文档', 'XInclude merges another file into the document'),
  'xml.stylesheet': fact(4, 'XSLT 样式表会在服务器上执行', 'An XSLT style sheet that runs on the server'),
  'xml.script_import': fact(4, '命名空间导入脚本组件', 'A namespace that imports a script component'),
  'xml.data_island': fact(4.2, 'XML 数据岛，曾用来绕过过滤', 'An XML data island, once used to pass filters'),
  'xml.split_markup': fact(4, '用 CDATA 把标签拆开，以躲避检查', 'CDATA splits a tag to escape notice'),
  'xml.charset': fact(
    2.5,
    'XML 声明了 UTF-7 或 UTF-16，检查者与解析者会读出不同内容',
    'The XML declares UTF-7 or UTF-16, so that a filter and a parser read different things',
  ),
  'xml.hidden': fact(1.5, 'UTF-7 文档可以把标签写成普通字符', 'A document in UTF-7 can write tags as plain characters'),
  'xml.document': fact(1, '值本身是一个 XML 文档', 'The value is itself an XML document'),
  'xml.schema_location': fact(3, '文档的模式从外部地址加载', 'The schema of the document is loaded from an address'),
  'xml.expanding_aliases': fact(
    4,
    'YAML 别名层层引用，会把小文档放大到耗尽内存',
    'YAML aliases refer to one another and blow a small document up',
  ),
  'xml.call': fact(3.2, 'XML-RPC 或 SOAP 方法调用', 'A method call of XML-RPC'),
};

/** What it costs to begin with a text. */
const stepsOfStart = 400;

/** Finds documents that make an XML parser read files, call out or exhaust its memory. */
export const xmlDetector: Detector = {
  name: 'xml',
  literals: [
    '<!doctype',
    '<!entity',
    'xinclude',
    '<xi:',
    '<xsl:',
    '<?xml',
    '<![cdata[',
    '<?import',
    '<xml',
    'datasrc',
    '&xxe',
    '<methodcall',
    '<!element',
    '<!attlist',
    '% remote',
    'xmlns:xi',
    '<!notation',
    '%dtd;',
    'schemalocation',
    '+adwaiq-',
    '+adw-',
    ': &',
    ',*',
    'systementity',
    'system "',
    "system '",
    'xop/include',
  ],
  features,
  detect({ text }: Subject, signals: Signals): void {
    if (!signals.spend(stepsOfStart + text.length * 5)) return;
    const folded = foldCase(text);
    const start = skipOpening(folded);
    readEntities(folded, signals);
    readDoctype(folded, start, signals);
    report(
      folded,
      ['xinclude', '<xi:include', 'xmlns:xi='],
      'xml.inclusion',
      signals,
      (at) => folded.startsWith('<xi:', at) || (folded.lastIndexOf('<', at) >= 0 && !inSentence.test(folded.slice(at - 1, at))),
    );
    const source = systemSource.exec(folded.slice(0, 120));
    if (source !== null) signals.report('xml.external_entity', 0, source[0].length);
    if (folded.includes('xop/include')) {
      const attached = folded.search(attachment);
      if (attached >= 0) signals.report('xml.inclusion', attached, attached + 12);
    }
    report(folded, ['<xsl:'], 'xml.stylesheet', signals, (at) => isStylesheet(folded, at, start));
    report(folded, ['<?import'], 'xml.script_import', signals, () => true);
    if (
      (folded.startsWith('<xml', start) || folded.startsWith('<span', start) || folded.startsWith('<html xmlns:', start)) &&
      isIsland(folded)
    )
      signals.report('xml.data_island', start, start + 5);
    if (folded.includes('datasrc=') && folded.includes('datafld=')) signals.report('xml.data_island', start, start + 5);
    readSections(folded, start, signals);
    if (folded.startsWith('<?xml', start)) readDeclaration(folded, start, signals);
    const schema = folded.indexOf('schemalocation');
    if (
      schema >= 0 &&
      /^schemalocation\s{0,4}=\s{0,4}["'][^"']{0,120}https?:/.test(folded.slice(schema, schema + 160)) &&
      !knownSchemas.test(folded.slice(schema, schema + 200))
    )
      signals.report('xml.schema_location', schema, schema + 14);
    const included = folded.includes('<xs') ? folded.search(includedSchema) : -1;
    if (included >= 0 && !knownSchemas.test(folded.slice(included, included + 200))) {
      signals.report('xml.schema_location', included, included + 12);
      signals.report('xml.inclusion', included, included + 12);
    }
    const coded = folded.includes('+adwaiq-') ? folded.search(/\+adwaiq-(?:entity|doctype|element)/) : -1;
    if (coded >= 0) signals.report('xml.external_entity', coded, coded + 16);
    readAliases(folded, signals);
    const call = folded.indexOf('<methodcall');
    if (call >= 0 && folded.includes('<methodname')) signals.report('xml.call', call, call + 11);
  },
};

/** What stands before a word of a sentence, and not before one of a name or address. */
const inSentence = /[\s\w(\u0080-\uffff]/;
/** `SYSTEM "file:///…"`: the source of an entity, as it stands in a value that is put into a declaration. */
const systemSource =
  /^\s{0,4}["']?\s?(?:system|public\s{1,4}["'][^"']{0,60}["'])\s{1,4}["'](?:file|https?|ftp|php|expect|gopher|jar|netdoc):/;
/** `<xop:Include href="file:///">`: a part of a message that is taken from elsewhere. */
const attachment = /<(?:\w{1,20}:)?include\s[^>]{0,160}\bhref\s?=\s?["'](?:file|ftp|jar|netdoc|gopher|https?):/;

const includedSchema = /<xsd?:(?:include|import)\s[^>]{0,120}(?:namespace|schemalocation)\s?=\s?["']https?:/;
/** Where honest documents take their schemas from. */
const knownSchemas =
  /\/\/(?:www\.)?(?:w3\.org|springframework\.org|maven\.apache\.org|xmlsoap\.org|opengis\.net|sitemaps\.org|topografix\.com|hibernate\.org|oasis-open\.org)/;

/** `a: &a [*b,*b,*b]` on several lines. */
function readAliases(folded: string, signals: Signals): void {
  let lists = 0;
  let looked = 0;
  for (let at = folded.indexOf(': &'); at >= 0 && lists < 3 && looked < maxEntities; at = folded.indexOf(': &', at + 3)) {
    looked += 1;
    const line = folded.slice(at, at + 200).split('\n', 1)[0] as string;
    if (/\[\s?\*\w{1,20}\s?(?:,\s?\*\w{1,20}\s?){2}/.test(line)) lists += 1;
  }
  if (lists >= 2) signals.report('xml.expanding_aliases', 0, Math.min(folded.length, 60));
}

function skipOpening(folded: string): number {
  let at = 0;
  while (
    at < folded.length &&
    (isSpace(folded.charCodeAt(at)) || folded[at] === '"' || folded[at] === "'" || folded.charCodeAt(at) === 0xfeff)
  )
    at += 1;
  return at;
}

function report(
  folded: string,
  phrases: readonly string[],
  feature: string,
  signals: Signals,
  holds: (at: number) => boolean,
): void {
  for (const phrase of phrases) {
    const at = folded.indexOf(phrase);
    if (at >= 0 && holds(at)) signals.report(feature, at, at + phrase.length);
  }
}

const maxEntities = 64;
const longestEntity = 600;
const maxSections = 64;

function readEntities(folded: string, signals: Signals): void {
  let count = 0;
  for (let at = folded.indexOf('<!entity'); at >= 0; at = folded.indexOf('<!entity', at + 8)) {
    count += 1;
    if (count > maxEntities) break;
    const close = folded.slice(at, at + longestEntity).indexOf('>');
    const end = close < 0 ? Math.min(folded.length, at + longestEntity) : at + close;
    const body = folded.slice(at + 8, end);
    signals.report('xml.entity', at, at + 8);
    if (skipSpace(body, 0) < body.length && body[skipSpace(body, 0)] === '%') signals.report('xml.parameter_entity', at, end);
    if (hasWord(body, 'system') || hasWord(body, 'public')) signals.report('xml.external_entity', at, end);
    if ((count >= 3 && body.includes('&') && body.includes(';')) || repeatsReference(body))
      signals.report('xml.nested_entities', at, end);
  }
  if (count > 0 && /&[a-z][\w.-]{0,40};/.test(folded.slice(-200)))
    signals.report('xml.entity_reference', folded.length - 1, folded.length);
  for (const name of ['&xxe;', '&systementity;', '%dtd;', '%remote;', '%xxe;']) {
    const at = folded.indexOf(name);
    if (at >= 0) {
      signals.report('xml.entity_reference', at, at + name.length);
      if (count === 0) signals.report('xml.external_entity', at, at + name.length);
    }
  }
}

/** `"&lol1;&lol1;&lol1;"`: the same entity three times in a row. */
function repeatsReference(body: string): boolean {
  return /(&\w{1,24};)\1\1/.test(body);
}

function hasWord(body: string, word: string): boolean {
  const at = body.indexOf(word);
  return at > 0 && isSpace(body.charCodeAt(at - 1));
}

function readDoctype(folded: string, start: number, signals: Signals): void {
  const at = folded.indexOf('<!doctype');
  if (at < 0) return;
  const name = skipSpace(folded, at + 9);
  const rest = folded.slice(name, name + 400);
  if (/^html[\s>]/.test(rest) && !rest.slice(0, rest.indexOf('>') + 1).includes('[')) return;
  if (at - start < 200 || folded.includes('<?xml')) signals.report('xml.doctype', at, name);
  const end = rest.search(/[>[]/);
  const head = end < 0 ? rest : rest.slice(0, end);
  if (hasWord(head, 'system') || (hasWord(head, 'public') && head.includes('://')))
    signals.report('xml.external_doctype', at, name + head.length);
  if (rest.includes('<!element') || rest.includes('<!attlist')) signals.report('xml.entity', at, name);
}

function isStylesheet(folded: string, at: number, start: number): boolean {
  return (
    folded.startsWith('<xsl:', start) ||
    folded.includes('document(') ||
    folded.includes('php:function') ||
    folded.includes('<script') ||
    folded.startsWith('<?xml', start) ||
    at === start
  );
}

function isIsland(folded: string): boolean {
  return folded.includes(' id=') || folded.includes(' src=') || folded.includes('datasrc') || folded.includes('xmlns:xss');
}

/** `<![CDATA[<]]>script`: a section that holds only a piece of a tag. */
function readSections(folded: string, start: number, signals: Signals): void {
  let sections = 0;
  for (let at = folded.indexOf('<![cdata['); at >= 0; at = folded.indexOf('<![cdata[', at + 9)) {
    sections += 1;
    if (sections > maxSections) return;
    const piece = folded.slice(at + 9, at + 1_009);
    const end = piece.indexOf(']]>');
    const inner = end < 0 ? piece.slice(0, 300) : piece.slice(0, end);
    const pieces = inner.length <= 2 && (inner.includes('<') || inner.includes('>'));
    if (pieces || inner.includes('<script') || inner.includes('javas') || /['"] or \d|<img|onerror=/.test(inner.slice(0, 300)))
      signals.report('xml.split_markup', at, at + 9);
    else if (at === start) {
      signals.report('xml.document', at, at + 9);
      if (inner.includes('<')) signals.report('xml.split_markup', at, at + 9);
    }
  }
}

function readDeclaration(folded: string, start: number, signals: Signals): void {
  signals.report('xml.document', start, start + 5);
  const end = folded.indexOf('?>', start);
  const head = folded.slice(start, end < 0 ? start + 200 : Math.min(end, start + 200));
  if (
    head.includes('utf-7') ||
    head.includes('utf-16') ||
    head.includes('ucs-') ||
    head.includes('ebcdic') ||
    head.includes('ibm037')
  )
    signals.report('xml.charset', start, start + head.length);
  if (head.includes('utf-7')) signals.report('xml.hidden', start, start + head.length);
}
