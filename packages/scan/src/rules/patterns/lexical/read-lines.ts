import { SourceTextBuilder } from './builder.ts';
import type { SourceText } from './model.ts';
import { readPairs } from './read-pairs.ts';

/** Longest line of a settings file that is looked into; the rest of a longer one is passed over. */
const longestLine = 8192;
const keyLine =
  /^([ \t]{0,200})((?:- +)?)(?:export +|ENV +|ARG +|set +)?("[^"\n]{1,80}"|'[^'\n]{1,80}'|[\w.\-/$[\]\u4e00-\u9fff]{1,120})[ \t]{0,40}(:(?=\s|$)|=|:(?==))[ \t]{0,40}/;

/** Reads YAML, `.properties`, `.env`, INI and the like: a name and a value a line, blocks by indentation or by `[section]`. */
export function readLines(text: string, yaml: boolean): SourceText {
  const builder = new SourceTextBuilder(text);
  const indents: number[] = [];
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    readLine(builder, at, Math.min(end, at + longestLine), yaml, indents);
    at = end + 1;
  }
  return builder.finish();
}

function readLine(builder: SourceTextBuilder, start: number, end: number, yaml: boolean, indents: number[]): void {
  const line = builder.text.slice(start, end).replace(/\r$/, '');
  const first = line.search(/\S/);
  if (first < 0) return;
  if (line[first] === '#' || line[first] === ';' || (line[first] === '!' && !yaml)) {
    builder.comment(start + first, start + line.length);
    readPairs(builder, start + first + 1, start + line.length, true);
    return;
  }
  const section = yaml ? null : /^\s*\[([^\]\n]{1,80})\]\s*$/.exec(line);
  if (section !== null) {
    if (builder.scope !== null) builder.close('{', start);
    builder.open('{', start, section[1] ?? '');
    return;
  }
  const head = keyLine.exec(line);
  if (head === null) return;
  const [whole, space = '', dash = '', rawName = ''] = head;
  const indent = space.length + dash.length;
  if (yaml) {
    while (indents.length > 0 && (indents.at(-1) ?? 0) >= (dash === '' ? indent : space.length + 1)) {
      indents.pop();
      builder.close('{', start);
    }
  }
  const name = rawName.replace(/^["']|["']$/g, '');
  builder.key(name);
  const { from, to, comment } = settingIn(line, whole.length);
  if (comment >= 0) {
    builder.comment(start + comment, start + line.length);
    readPairs(builder, start + comment + 1, start + line.length, true);
  }
  if (from === to) {
    if (yaml && /:\s*$/.test(whole)) {
      builder.open('{', start, name);
      indents.push(indent);
    }
    return;
  }
  builder.add(start + from, start + to, { relation: 'assigned', fullName: name }, false, false);
}

/** Where the value stands in its line, without quotes and a closing comment. */
function settingIn(line: string, begin: number): { from: number; to: number; comment: number } {
  const mark = line[begin];
  if (mark === '"' || mark === "'") {
    const close = line.indexOf(mark, begin + 1);
    if (close > 0)
      return { from: begin + 1, to: close, comment: line.indexOf(' #', close) + (line.indexOf(' #', close) < 0 ? 0 : 1) };
  }
  const hash = /(?:^|[ \t])#/.exec(line.slice(begin));
  const comment = hash === null ? -1 : begin + hash.index + (hash[0].length - 1);
  const to = begin + line.slice(begin, comment < 0 ? undefined : comment).trimEnd().length;
  return { from: begin, to: Math.max(begin, to), comment };
}
