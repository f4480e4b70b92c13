import { SourceTextBuilder } from './builder.ts';
import { longestValue, type SourceText } from './model.ts';
import { readPairs } from './read-pairs.ts';

const longestTag = 20_000;
const attribute = /([\w:.@-]{1,80})[ \t\r\n]{0,40}=[ \t\r\n]{0,40}(?:"([^"]{0,4096})"|'([^']{0,4096})')/g;

/** Reads XML and the like: attributes, the text of elements, and `<property name="x" value="y"/>`. */
export function readMarkup(text: string): SourceText {
  const builder = new SourceTextBuilder(text);
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('<', at);
    if (open < 0) break;
    if (text.startsWith('<!--', open)) {
      const close = text.indexOf('-->', open + 4);
      const end = close < 0 ? text.length : close + 3;
      builder.comment(open, end);
      readPairs(builder, open + 4, end, true);
      at = end;
      continue;
    }
    const close = text.indexOf('>', open + 1);
    if (close < 0) break;
    if (close - open < longestTag) readTag(builder, open, close);
    at = close + 1;
  }
  return builder.finish();
}

function readTag(builder: SourceTextBuilder, open: number, close: number): void {
  const tag = builder.text.slice(open, close);
  const element = /^<([A-Za-z][\w:.-]{0,80})/.exec(tag)?.[1];
  if (element === undefined) return;
  const found = [...tag.matchAll(attribute)].map((match) => {
    const value = match[2] ?? match[3] ?? '';
    const start = open + match.index + match[0].length - 1 - value.length;
    return { name: match[1] ?? '', value, start };
  });
  const named = found.find(({ name }) => name === 'name' || name === 'key')?.value;
  for (const { name, value, start } of found) {
    const fullName = name === 'value' && named !== undefined ? named : name;
    builder.add(start, start + value.length, { relation: 'assigned', fullName }, false, false);
  }
  const next = builder.text.indexOf('<', close);
  if (tag.endsWith('/') || next < 0 || next - close > longestValue || next - close < 2) return;
  const raw = builder.text.slice(close + 1, next);
  const value = raw.trim();
  if (value === '') return;
  const start = close + 1 + raw.indexOf(value);
  builder.add(start, start + value.length, { relation: 'assigned', fullName: named ?? element }, false, false);
}
