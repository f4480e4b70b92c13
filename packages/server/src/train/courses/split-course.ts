/** A question as its lines say it. */
export interface RawQuestion {
  readonly id: string;
  readonly ask: string;
  readonly options: readonly { readonly text: string; readonly right: boolean }[];
  readonly because: string;
  readonly line: number;
}

export interface RawCard {
  readonly title: string;
  readonly line: number;
  /** Markdown, and the line of the file at which it begins. Lines of questions are empty in it. */
  readonly body: string;
  readonly bodyLine: number;
  readonly questions: readonly RawQuestion[];
}

export interface RawCourse {
  /** YAML, and the line of the file at which it begins. */
  readonly frontMatter: string;
  readonly cards: readonly RawCard[];
  readonly bank: readonly RawQuestion[];
}

type Say = (line: number, zh: string, en: string) => void;

const fence = /^(```+|~~~+)/;
const questionStart = /^\?([a-z0-9][a-z0-9-]{0,39})[ \t]+(\S.*)$/;

/**
 * Splits a course's text: front matter between two lines `---`, cards that begin with `# Title`, and after a line `# ?` the bank. A question is a line
 * `?id text`, its right options `+ text`, its wrong ones `- text`, and why `> text`; a line that is set in goes on with the one before.
 */
export function splitCourse(text: string, say: Say): RawCourse {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const end = lines[0] === '---' ? lines.indexOf('---', 1) : -1;
  if (end < 0) {
    say(1, '文件以“---”包围的课程信息开头。', 'A file begins with the facts of the course between two lines "---".');
    return { frontMatter: '', cards: [], bank: [] };
  }
  const cards: { title: string; line: number; body: string[]; questions: RawQuestion[] }[] = [];
  const bank: RawQuestion[] = [];
  let inBank = false;
  let fenced: string | null = null;
  for (let at = end + 1; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const mark = fence.exec(line)?.[1];
    if (mark !== undefined) fenced = fenced === null ? mark : line.startsWith(fenced) ? null : fenced;
    const card = cards.at(-1);
    if (fenced === null && mark === undefined) {
      if (line.trimEnd() === '# ?') {
        inBank = true;
        continue;
      }
      if (line.startsWith('# ') && !inBank) {
        cards.push({ title: line.slice(2).trim(), line: at + 1, body: [], questions: [] });
        continue;
      }
      if (line.startsWith('?')) {
        const { question, next } = readQuestion(lines, at, say);
        if (question !== null) (inBank ? bank : card?.questions)?.push(question);
        // The lines of the body keep their numbers.
        for (let skipped = at; skipped < next; skipped += 1) card?.body.push('');
        at = next - 1;
        continue;
      }
    }
    if (inBank) {
      if (line.trim() !== '')
        say(at + 1, '题库里只有题目（以 ? 开头）。', 'The bank holds questions alone (each begins with ?).');
    } else if (card === undefined) {
      if (line.trim() !== '') say(at + 1, '正文前要有“# 标题”。', 'A card begins with "# Title".');
    } else card.body.push(line);
  }
  return {
    frontMatter: lines.slice(1, end).join('\n'),
    cards: cards.map(({ body, ...card }) => ({ ...card, body: body.join('\n'), bodyLine: card.line + 1 })),
    bank,
  };
}

function readQuestion(lines: readonly string[], at: number, say: Say): { question: RawQuestion | null; next: number } {
  const start = questionStart.exec(lines[at] ?? '');
  const parts: { mark: string; text: string }[] = [];
  let next = at + 1;
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? '';
    const found = /^([+>-])[ \t]+(\S.*)$/.exec(line);
    const last = parts.at(-1);
    if (found !== null) parts.push({ mark: found[1] ?? '', text: (found[2] ?? '').trim() });
    else if (/^[ \t]+\S/.test(line) && last !== undefined) last.text += ` ${line.trim()}`;
    else break;
  }
  if (start === null) {
    say(
      at + 1,
      '题目写成“?编号 题干”，编号用小写字母、数字和连字符。',
      'Write a question as "?id text", the id in lower case, digits and hyphens.',
    );
    return { question: null, next };
  }
  const options = parts.filter(({ mark }) => mark !== '>').map(({ mark, text }) => ({ text, right: mark === '+' }));
  const because = parts.filter(({ mark }) => mark === '>').map(({ text }) => text);
  const rights = options.filter(({ right }) => right).length;
  if (options.length < 2 || options.length > 8)
    say(at + 1, '一道题有 2 到 8 个选项（+ 为对，- 为错）。', 'A question has 2 to 8 options (+ right, - wrong).');
  else if (rights === 0) say(at + 1, '至少一个选项是对的（以 + 开头）。', 'At least one option is right (begins with +).');
  if (new Set(options.map(({ text }) => text)).size !== options.length) say(at + 1, '选项不能相同。', 'Options must differ.');
  if (because.length === 0) say(at + 1, '题目要有解析（以 > 开头）。', 'A question says why (a line that begins with >).');
  const question = { id: start[1] ?? '', ask: (start[2] ?? '').trim(), options, because: because.join(' '), line: at + 1 };
  return { question, next };
}
