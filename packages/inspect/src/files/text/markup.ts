import { type Place, report } from '../cursor.ts';
import { attributeText, bareAddress, holdsDocument, isRemote, opensOnServer, runsCode } from './addresses.ts';
import { readFileTags, type Tag } from './tags.ts';

export type MarkupKind = 'svg' | 'xml' | 'html' | 'text';

const embedding = new Set(['iframe', 'object', 'embed', 'applet', 'portal', 'frame', 'frameset', 'base', 'form', 'link', 'meta']);
/** Of these a text that is no page may speak. */
const embeddingInText = new Set(['iframe', 'object', 'embed', 'applet', 'frameset']);
const addressNames = new Set([
  'href',
  'src',
  'action',
  'formaction',
  'data',
  'xlink',
  'srcdoc',
  'background',
  'poster',
  'code',
  'manifest',
]);
const loading = new Set([
  'image',
  'img',
  'use',
  'feimage',
  'script',
  'link',
  'video',
  'audio',
  'source',
  'track',
  'tref',
  'pattern',
  'lineargradient',
  'radialgradient',
  'filter',
]);
const animations = new Set(['set', 'animate', 'animatetransform', 'animatemotion', 'animatecolor', 'discard']);
const embeddable = new Set(['use', 'iframe', 'object', 'embed', 'frame', 'portal', 'script', 'tref']);

/** Looks in a drawing, a document, a page or a text for what a browser would run, or load from elsewhere. `base` is where the text begins; `more` of it follows. */
export function scanMarkup(text: string, place: Place, kind: MarkupKind, base = 0, more = false): void {
  const active = kind !== 'xml' || /http:\/\/www\.w3\.org\/(?:1999\/xhtml|2000\/svg)/.test(text);
  const closed = kind !== 'text' || more ? Number.POSITIVE_INFINITY : lastClosing(text);
  readFileTags(text, place, kind === 'svg' || kind === 'xml', (tag) => {
    if (active && !(kind === 'text' && isMention(tag, closed))) see(tag, place, kind, base);
    if (kind === 'xml' || kind === 'svg') seeXml(tag, place, base);
  });
  if (kind === 'text') return;
  const instruction = text.indexOf('<?xml-stylesheet');
  if (instruction >= 0 && (kind !== 'svg' || !isLocalStyle(text, instruction)))
    report(place, 'upload.xml_stylesheet', base + instruction);
  if (!active) return;
  const style = /@import\b|-moz-binding\s{0,10}:|\bbehavior\s{0,10}:\s{0,10}url|expression\s{0,10}\(/i.exec(text);
  if (style !== null)
    report(place, style[0].toLowerCase() === '@import' ? 'upload.markup_remote' : 'upload.markup_address', base + style.index);
}

/** Where the last script of a text ends: one without an end is not run. */
function lastClosing(text: string): number {
  let last = -1;
  for (const { index } of text.matchAll(/<\/script/gi)) last = index;
  return last;
}

/** In a text that is no page, an element that is only spoken of: nothing that it would load, no script that ends. */
function isMention({ name, at, attributes }: Tag, closed: number): boolean {
  if (name === 'script') return at > closed && !attributes.some(([attribute]) => attribute === 'src' || attribute === 'href');
  return embeddingInText.has(name) && attributes.every(([attribute, value]) => !addressNames.has(attribute) || value === '');
}

/** A style sheet within the document itself, as some drawing programs write it. */
const isLocalStyle = (text: string, at: number): boolean =>
  /^<\?xml-stylesheet[^>]{0,200}href\s{0,4}=\s{0,4}["']#/i.test(text.slice(at, at + 300));

function see({ name, at, attributes }: Tag, place: Place, kind: MarkupKind, base: number): void {
  const tell = (rule: string): void => report(place, rule, base + at);
  if (name === 'script' || (kind === 'svg' && (name === 'handler' || name === 'listener')))
    tell(kind === 'text' || kind === 'html' ? 'upload.text_script' : 'upload.svg_script');
  if (name === 'foreignobject') tell('upload.svg_foreign');
  if (kind === 'text' ? embeddingInText.has(name) : embedding.has(name) && (name !== 'link' || kind !== 'html'))
    tell('upload.markup_embed');
  for (const [attribute, value] of attributes) {
    if (isHandler(attribute, value)) tell('upload.markup_handler');
    else if (attribute === 'authenticate' && name === 'image' && value.includes('`')) tell('upload.drawing_command');
    else if (addressNames.has(attribute)) {
      const address = bareAddress(value);
      if (runsCode(address) || (attribute === 'srcdoc' && value !== '')) tell('upload.markup_address');
      else if (embeddable.has(name) && holdsDocument(address)) tell('upload.markup_address');
      else if (kind !== 'text' && loading.has(name) && opensOnServer(address)) tell('upload.drawing_command');
      else if (kind !== 'text' && loading.has(name) && isRemote(address)) tell('upload.markup_remote');
    } else if (
      kind !== 'text' &&
      attribute === 'style' &&
      /url\s{0,4}\(\s{0,4}["']?\s{0,4}(?:https?:|\/\/)/i.test(attributeText(value))
    )
      tell('upload.markup_remote');
  }
  if (animations.has(name)) seeAnimation(attributes, tell);
}

/** An animation can write a handler, or an address that runs code. */
function seeAnimation(attributes: Tag['attributes'], tell: (rule: string) => void): void {
  const target = bareAddress(attributes.find(([name]) => name === 'attributename')?.[1] ?? '');
  if (target.startsWith('on')) tell('upload.markup_handler');
  if (!target.endsWith('href')) return;
  const values = attributes.filter(([name]) => ['to', 'from', 'by', 'values'].includes(name));
  if (values.some(([, value]) => value.split(';', 200).some((one) => runsCode(bareAddress(one))))) tell('upload.markup_address');
}

/** Inclusion and transformation, which a parser on the server may carry out. */
function seeXml({ name, at, attributes }: Tag, place: Place, base: number): void {
  const declared = attributes.map(([, value]) => value).join(' ');
  const includes = name === 'include' && attributes.some(([attribute]) => attribute === 'href' || attribute === 'parse');
  const transforms = (name === 'stylesheet' || name === 'transform') && declared.includes('http://www.w3.org/1999/XSL/Transform');
  if (includes || transforms) report(place, 'upload.xml_stylesheet', base + at);
}

/** `onload="…"`; an attribute that merely begins so (`online="1"`) holds no code. */
function isHandler(name: string, value: string): boolean {
  if (!/^on[a-z]{3,30}$/.test(name)) return false;
  return /[(`=;]|javascript|location/i.test(attributeText(value));
}
