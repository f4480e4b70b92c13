/** An element of a WXML document, as far as a check needs it. */
export interface WxmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly WxmlElement[];
}

/** The document is not well formed; the message says where and why. */
export class WxmlError extends Error {
  override readonly name = 'WxmlError';
}

const nameForm = /[A-Za-z_][\w:.-]*/y;
const spaceForm = /\s*/y;

/** Reads WXML: elements that nest, attributes in quotes, once each; `{{ }}` in text and attributes is left as it is. Throws WxmlError. */
export function parseWxml(source: string): readonly WxmlElement[] {
  let at = 0;

  const fail = (why: string): never => {
    const line = source.slice(0, at).split('\n').length;
    throw new WxmlError(`line ${line}: ${why}`);
  };
  const take = (form: RegExp): string => {
    form.lastIndex = at;
    const found = form.exec(source)?.[0] ?? '';
    at += found.length;
    return found;
  };

  const attribute = (into: Map<string, string>): void => {
    const name = take(nameForm) || fail('an attribute was expected');
    if (into.has(name)) fail(`attribute ${name} twice`);
    if (source[at] !== '=') {
      into.set(name, '');
      return;
    }
    at += 1;
    const quote = source[at];
    if (quote !== '"' && quote !== "'") fail(`the value of ${name} is not in quotes`);
    const end = source.indexOf(quote ?? '"', at + 1);
    if (end < 0) fail(`the value of ${name} does not end`);
    const value = source.slice(at + 1, end);
    checkMustaches(value);
    into.set(name, value);
    at = end + 1;
  };

  const checkMustaches = (text: string): void => {
    if (/\{\{(?:(?!\}\}).)*\{\{|\{\{\s*\}\}/s.test(text)) fail('a {{ }} is empty or nested');
    const opened = text.split('{{').length;
    if (opened !== text.split('}}').length) fail('a {{ does not end');
  };

  const content = (parent: string | null): WxmlElement[] => {
    const children: WxmlElement[] = [];
    for (;;) {
      const next = source.indexOf('<', at);
      checkMustaches(source.slice(at, next < 0 ? undefined : next));
      if (next < 0) {
        at = source.length;
        if (parent !== null) fail(`<${parent}> is not closed`);
        return children;
      }
      at = next;
      if (source.startsWith('<!--', at)) {
        const end = source.indexOf('-->', at);
        if (end < 0) fail('a comment does not end');
        at = end + 3;
      } else if (source.startsWith('</', at)) {
        at += 2;
        const name = take(nameForm);
        take(spaceForm);
        if (name !== parent) fail(`</${name}> closes <${parent ?? ''}>`);
        if (source[at] !== '>') fail(`</${name} has no end`);
        at += 1;
        return children;
      } else {
        children.push(element());
      }
    }
  };

  const element = (): WxmlElement => {
    at += 1;
    const name = take(nameForm) || fail('an element was expected');
    const attributes = new Map<string, string>();
    for (take(spaceForm); source[at] !== '>' && !source.startsWith('/>', at); take(spaceForm)) {
      if (at >= source.length) fail(`<${name} has no end`);
      attribute(attributes);
    }
    const closed = source[at] === '/';
    at += closed ? 2 : 1;
    return { name, attributes, children: closed ? [] : content(name) };
  };

  return content(null);
}

/** Every element of the document, parents first. */
export function* walkWxml(elements: readonly WxmlElement[]): Generator<WxmlElement> {
  for (const element of elements) {
    yield element;
    yield* walkWxml(element.children);
  }
}

/** Names of the handlers that a document binds: `bindtap="save"`, `catch:tap`, `capture-bind:input` ... */
export function boundHandlers(elements: readonly WxmlElement[]): string[] {
  return [...walkWxml(elements)].flatMap(({ attributes }) =>
    [...attributes].flatMap(([name, value]) => (/^(?:capture-)?(?:bind|catch|mut-bind):?[a-z]/.test(name) ? [value] : [])),
  );
}
