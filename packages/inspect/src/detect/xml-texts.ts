/** A text of an XML document and the name of the element or attribute that holds it. */
export interface XmlText {
  readonly name: string;
  readonly text: string;
}

const maxTexts = 20_000;

/**
 * The texts, CDATA sections and attribute values of an XML document, without entity decoding, in one pass and without judging whether
 * it is well-formed: what a lax parser could hand to a backend.
 */
export function* xmlTexts(document: string): Generator<XmlText> {
  let element = '';
  let count = 0;
  let at = 0;
  while (at < document.length && count < maxTexts) {
    const open = document.indexOf('<', at);
    const text = document.slice(at, open < 0 ? document.length : open).trim();
    if (text !== '') {
      count += 1;
      yield { name: element, text };
    }
    if (open < 0) return;
    if (document.startsWith('<![CDATA[', open)) {
      const close = document.indexOf(']]>', open);
      count += 1;
      yield { name: element, text: document.slice(open + 9, close < 0 ? document.length : close) };
      at = close < 0 ? document.length : close + 3;
      continue;
    }
    if (document.startsWith('<!--', open)) {
      const close = document.indexOf('-->', open);
      at = close < 0 ? document.length : close + 3;
      continue;
    }
    let cursor = open + 1;
    while (cursor < document.length && !isBreak(document.charCodeAt(cursor))) cursor += 1;
    if (document.charCodeAt(open + 1) !== 0x2f) element = document.slice(open + 1, Math.min(cursor, open + 80));
    let attribute = '';
    let from = cursor;
    for (; cursor < document.length; cursor += 1) {
      const unit = document.charCodeAt(cursor);
      if (unit === 0x3e) break;
      if (unit === 0x3d) attribute = document.slice(Math.max(from, cursor - 80), cursor).trim();
      else if (unit === 0x22 || unit === 0x27) {
        const close = document.indexOf(String.fromCharCode(unit), cursor + 1);
        const end = close < 0 ? document.length : close;
        if (end > cursor + 1 && count < maxTexts) {
          count += 1;
          yield { name: attribute, text: document.slice(cursor + 1, end) };
        }
        cursor = end;
        from = end + 1;
      }
    }
    at = cursor + 1;
  }
}

function isBreak(unit: number): boolean {
  return unit <= 0x20 || unit === 0x3e || unit === 0x2f;
}
