import { XMLParser } from 'fast-xml-parser';
import { WechatCryptoError } from './crypto-error.ts';
import type { EncryptedReply } from './message-codec.ts';

export type MessageXmlValue = string | MessageXml | readonly (string | MessageXml)[];

/** The children of `<xml>` by name. Values are text as written; a repeated name gives a list, so a reader of one text sees the repeat. */
export interface MessageXml {
  readonly [name: string]: MessageXmlValue;
}

export interface MessageXmlLimits {
  /** Longest document in characters; 262,144 by default. */
  readonly maxChars?: number;
  /** Deepest element below `<xml>`; 8 by default. */
  readonly maxDepth?: number;
  /** Most elements; 2,000 by default. */
  readonly maxElements?: number;
}

type OrderedNode = { readonly [name: string]: readonly OrderedNode[] | string };

const cdataStart = '<![CDATA[';
const forbiddenCharacters = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const elementName = /^[A-Za-z_][\w.-]{0,63}$/;
const predefinedEntities: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/**
 * Reads the XML of a push message. Accepted is what WeChat and WeCom send: elements, text, CDATA, XML's five predefined
 * entities. A DOCTYPE, a comment, a processing instruction, any other entity, mixed content, a root other than `<xml>` or
 * something over a limit is refused with `message_xml_invalid` (or `message_too_large`). Attributes are ignored; line ends become LF, as XML says.
 */
export function parseMessageXml(xml: string, limits: MessageXmlLimits = {}): MessageXml {
  const maxDepth = limits.maxDepth ?? 8;
  if (typeof xml !== 'string') throw invalid();
  if (xml.length > (limits.maxChars ?? 262_144)) throw new WechatCryptoError('message_too_large');
  refuseMarkup(xml);
  const budget = { elements: limits.maxElements ?? 2000 };
  const nodes = parseOrdered(xml, maxDepth).filter((node) => !('#text' in node) && !('?xml' in node));
  const root = nodes[0]?.xml;
  if (nodes.length !== 1 || !Array.isArray(root)) throw invalid();
  const value = readElement(root, maxDepth, budget);
  if (typeof value === 'string') {
    if (value !== '') throw invalid();
    return Object.create(null) as MessageXml;
  }
  return value;
}

/** The XML of a push message: `<xml>` with text as CDATA and numbers as they are. Throws `message_xml_invalid` for what XML cannot hold. */
export function buildMessageXml(fields: MessageXmlFields): string {
  return `<xml>${writeFields(fields)}</xml>`;
}

export type MessageXmlField = string | number | MessageXmlFields | readonly MessageXmlField[];

export interface MessageXmlFields {
  readonly [name: string]: MessageXmlField;
}

/** The XML form of an encrypted answer. */
export function buildReplyXml(reply: EncryptedReply): string {
  const { Encrypt, MsgSignature, TimeStamp, Nonce } = reply;
  return buildMessageXml({ Encrypt, MsgSignature, TimeStamp, Nonce });
}

function parseOrdered(xml: string, maxDepth: number): OrderedNode[] {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: true,
    parseTagValue: false,
    trimValues: false,
    processEntities: false,
    cdataPropName: '#cdata',
    maxNestedTags: maxDepth + 1,
  });
  try {
    return parser.parse(xml, true) as OrderedNode[];
  } catch {
    throw invalid();
  }
}

/** Lets `<!` stand only for CDATA and `<?` only for the declaration at the start, so that the parser never meets a DTD. */
function refuseMarkup(xml: string): void {
  let at = xml.startsWith('<?xml ') ? 2 : 0;
  for (;;) {
    at = xml.indexOf('<', at);
    if (at < 0) return;
    if (xml.startsWith(cdataStart, at)) {
      at = xml.indexOf(']]>', at);
      if (at < 0) throw invalid();
    } else if (xml[at + 1] === '!' || xml[at + 1] === '?') {
      throw invalid();
    }
    at += 1;
  }
}

function readElement(nodes: readonly OrderedNode[], depth: number, budget: { elements: number }): string | MessageXml {
  const children = nodes.filter((node) => !('#text' in node) && !('#cdata' in node));
  if (children.length === 0) return readText(nodes);
  if (depth === 0 || readText(nodes).trim() !== '') throw invalid();

  const element: Record<string, MessageXmlValue> = Object.create(null);
  for (const child of children) {
    const [name, content] = Object.entries(child)[0] ?? [];
    budget.elements -= 1;
    if (name === undefined || !elementName.test(name) || !Array.isArray(content) || budget.elements < 0) throw invalid();
    const value = readElement(content, depth - 1, budget);
    const present = element[name];
    if (present === undefined) element[name] = value;
    else if (Array.isArray(present)) present.push(value);
    else element[name] = [present as string | MessageXml, value];
  }
  return element;
}

function readText(nodes: readonly OrderedNode[]): string {
  const hasCdata = nodes.some((node) => '#cdata' in node);
  let text = '';
  for (const node of nodes) {
    if (typeof node['#text'] === 'string') {
      const piece = node['#text'];
      if (!hasCdata || piece.trim() !== '') text += decodeEntities(piece);
    } else if (Array.isArray(node['#cdata'])) {
      for (const part of node['#cdata'] as readonly OrderedNode[]) text += typeof part['#text'] === 'string' ? part['#text'] : '';
    }
  }
  return hasCdata ? text : text.trim();
}

function decodeEntities(text: string): string {
  return text.replace(/&([^;&]{0,5};?)/g, (_match, reference: string) => {
    const value = reference.endsWith(';') ? predefinedEntities.get(reference.slice(0, -1)) : undefined;
    if (value === undefined) throw invalid();
    return value;
  });
}

function writeFields(fields: MessageXmlFields): string {
  return Object.entries(fields)
    .map(([name, value]) => writeField(name, value))
    .join('');
}

function writeField(name: string, value: MessageXmlField): string {
  if (!elementName.test(name)) throw invalid();
  if (typeof value === 'string') return `<${name}>${writeText(value)}</${name}>`;
  if (typeof value === 'number' && Number.isFinite(value)) return `<${name}>${value}</${name}>`;
  if (Array.isArray(value)) return value.map((item: MessageXmlField) => writeField(name, item)).join('');
  if (typeof value !== 'object' || value === null) throw invalid();
  return `<${name}>${writeFields(value as MessageXmlFields)}</${name}>`;
}

function writeText(text: string): string {
  if (forbiddenCharacters.test(text)) throw invalid();
  return `${cdataStart}${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

function invalid(): WechatCryptoError {
  return new WechatCryptoError('message_xml_invalid');
}
