export interface MarkupAttribute {
  readonly name: string;
  /** Undefined for an attribute without a value. Entities are left as they are. */
  readonly value: string | undefined;
  readonly start: number;
  readonly end: number;
  /** Offset of the value's first character, behind the quote. */
  readonly valueStart: number;
}

export interface MarkupElement {
  readonly kind: 'element';
  readonly name: string;
  readonly attributes: readonly MarkupAttribute[];
  readonly children: readonly MarkupNode[];
  readonly start: number;
  /** Behind the closing tag, or where the parser gave the element up. */
  readonly end: number;
  /** Behind the `>` of the opening tag: where raw text such as a script begins. */
  readonly contentStart: number;
}

export interface MarkupText {
  readonly kind: 'text';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export type MarkupNode = MarkupElement | MarkupText;

/** A WXML file, a Vue file or a page of HTML: whatever stands in it, in order. */
export interface Markup {
  readonly children: readonly MarkupNode[];
  /** Elements were left open, closed without being open, or nested too deeply. */
  readonly broken: boolean;
}

interface Open {
  readonly name: string;
  readonly attributes: readonly MarkupAttribute[];
  readonly children: MarkupNode[];
  readonly start: number;
  readonly contentStart: number;
}

const voidNames = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
const space = /\s/;

/**
 * Reads WXML and Vue templates in one pass. Never fails: a closing tag that fits nothing is dropped, an element left open
 * ends with its parent.
 *
 * @param rawNames elements whose content is no markup (`wxs`, `script`, `style`)
 */
export function parseMarkup(text: string, maxDepth: number, rawNames: ReadonlySet<string>): Markup {
  const root: MarkupNode[] = [];
  const stack: Open[] = [];
  let broken = false;
  let at = 0;
  const children = (): MarkupNode[] => stack.at(-1)?.children ?? root;
  const addText = (start: number, end: number): void => {
    if (end > start) children().push({ kind: 'text', text: text.slice(start, end), start, end });
  };
  const close = (open: Open, end: number): void => {
    const { name, attributes, start, contentStart } = open;
    children().push({ kind: 'element', name, attributes, children: open.children, start, end, contentStart });
  };
  while (at < text.length) {
    const tag = nextTag(text, at);
    addText(at, tag);
    if (tag >= text.length) break;
    if (text.startsWith('<!--', tag)) {
      at = after(text, '-->', tag + 4);
    } else if (text[tag + 1] === '!' || text[tag + 1] === '?') {
      at = after(text, '>', tag + 2);
    } else if (text[tag + 1] === '/') {
      const end = after(text, '>', tag + 2);
      const name = text.slice(tag + 2, end - 1).trim();
      const index = stack.findLastIndex((open) => open.name === name);
      if (index < 0) broken = true;
      else
        while (stack.length > index) {
          const open = stack.pop();
          if (open === undefined) break;
          broken ||= open.name !== name;
          close(open, open.name === name ? end : tag);
        }
      at = end;
    } else {
      const { name, attributes, end, selfClosing } = readTag(text, tag);
      at = end;
      const open: Open = { name, attributes, children: [], start: tag, contentStart: end };
      if (selfClosing || voidNames.has(name)) close(open, end);
      else if (rawNames.has(name)) {
        const closing = indexOfClosing(text, name, end);
        if (closing > end) open.children.push({ kind: 'text', text: text.slice(end, closing), start: end, end: closing });
        at = after(text, '>', closing);
        close(open, at);
      } else if (stack.length < maxDepth) stack.push(open);
      else broken = true;
    }
  }
  for (let open = stack.pop(); open !== undefined; open = stack.pop()) {
    broken = true;
    close(open, text.length);
  }
  return { children: root, broken };
}

/** Every element of a tree, parents first. */
export function* elementsOf(nodes: readonly MarkupNode[]): Generator<MarkupElement> {
  for (const node of nodes) {
    if (node.kind !== 'element') continue;
    yield node;
    yield* elementsOf(node.children);
  }
}

export const attributeOf = (element: MarkupElement, name: string): MarkupAttribute | undefined =>
  element.attributes.find((attribute) => attribute.name === name);

/** The next `<` that opens a tag; one inside `{{ a < b }}` is a comparison. Looks only at the text before it. */
function nextTag(text: string, from: number): number {
  let seen = from;
  for (let at = text.indexOf('<', from); at >= 0; at = text.indexOf('<', at + 1)) {
    const mustache = text.slice(seen, at).lastIndexOf('{{');
    const open = mustache >= 0 && !text.slice(seen + mustache, at).includes('}}');
    if (open && text.slice(at, at + 400).includes('}}')) continue;
    if (/[a-zA-Z/!?]/.test(text[at + 1] ?? '')) return at;
    seen = open ? seen : at;
  }
  return text.length;
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

function indexOfClosing(text: string, name: string, from: number): number {
  const at = text.indexOf(`</${name}`, from);
  return at < 0 ? text.length : at;
}

function readTag(text: string, start: number) {
  let at = start + 1;
  while (at < text.length && !/[\s/>]/.test(text[at] ?? '')) at += 1;
  const name = text.slice(start + 1, at);
  const attributes: MarkupAttribute[] = [];
  for (;;) {
    while (space.test(text[at] ?? '')) at += 1;
    if (at >= text.length) return { name, attributes, end: at, selfClosing: true };
    if (text[at] === '>') return { name, attributes, end: at + 1, selfClosing: false };
    if (text[at] === '/' && text[at + 1] === '>') return { name, attributes, end: at + 2, selfClosing: true };
    if (text[at] === '<') return { name, attributes, end: at, selfClosing: false };
    const attribute = readAttribute(text, at);
    attributes.push(attribute);
    at = attribute.end;
  }
}

function readAttribute(text: string, start: number): MarkupAttribute {
  let at = start + 1;
  while (at < text.length && !/[\s=>]/.test(text[at] ?? '') && !text.startsWith('/>', at)) at += 1;
  const name = text.slice(start, at);
  let value = at;
  while (space.test(text[value] ?? '')) value += 1;
  if (text[value] !== '=') return { name, value: undefined, start, end: at, valueStart: at };
  value += 1;
  while (space.test(text[value] ?? '')) value += 1;
  const quote = text[value];
  if (quote === '"' || quote === "'") {
    const close = text.indexOf(quote, value + 1);
    const end = close < 0 ? text.length : close;
    return { name, value: text.slice(value + 1, end), start, end: Math.min(end + 1, text.length), valueStart: value + 1 };
  }
  let end = value;
  while (end < text.length && !/[\s>]/.test(text[end] ?? '')) end += 1;
  return { name, value: text.slice(value, end), start, end: Math.max(end, start + 1), valueStart: value };
}
