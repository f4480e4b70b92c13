import type { SourceTextBuilder } from './builder.ts';

/** Longest comment or line of prose that is looked into. */
const longestPassage = 20_000;
/** `name = value`, `name: value` and `名称：值` in prose. Each part is bounded, so a match costs at most a few hundred steps a character. */
const pair =
  /([A-Za-z_\u4e00-\u9fff][\w.\-\u4e00-\u9fff]{1,40})["'`]{0,2}[ \t]{0,8}(?:[:=]|：|=>|是|为)[ \t]{0,8}["'`]?([^\s"'`,;，。；）)]{4,300})/g;

/** Reads names and values out of prose or a comment, as assigned literals. */
export function readPairs(builder: SourceTextBuilder, start: number, end: number, inComment: boolean): void {
  if (end - start < 8) return;
  const passage = builder.text.slice(start, Math.min(end, start + longestPassage));
  if (!/[:=：是为]/.test(passage)) return;
  for (const match of passage.matchAll(pair)) {
    const name = match[1] ?? '';
    const value = match[2] ?? '';
    const from = start + match.index + match[0].length - value.length;
    builder.add(from, from + value.length, { relation: 'assigned', fullName: name }, false, inComment);
  }
}
