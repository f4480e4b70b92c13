import { describe, expect, it } from 'vitest';
import { parseCourse } from './parse-course.ts';

const options = { origin: 'own', pictures: new Set(['pause.svg']) } as const;
const front = (id = 'own', more = ''): string =>
  `---\nid: ${id}\nversion: 1\ntitle: 课程\nsummary: 一门用来测试的课程，三张卡片。\nminutes: 5\naudience: [everyone]\ndraw: 2\n${more}---\n`;
const question = (id: string): string => `?${id} 问题？\n+ 对\n- 错\n> 因为。\n\n`;
const cards = '# 一\n\n正文\n\n# 二\n\n正文\n\n# 三\n\n正文\n\n';
const bank = `# ?\n\n${question('a')}${question('b')}`;
const whole = front() + cards + bank;
const problems = (zh: string, en: string | null = null): string[] => {
  const parsed = parseCourse({ zh, en }, options);
  return parsed.ok ? [] : parsed.problems.map(({ language, line, en: text }) => `${language}:${line} ${text}`);
};

describe('a course as text', () => {
  it('is read with its cards, questions and facts', () => {
    const text =
      front('own', 'tags: [cwe:79, alert:brute_force]\n') +
      cards.replace('正文', `正文 **重** \`x\`\n\n${question('on-card')}`) +
      bank;
    const parsed = parseCourse({ zh: text, en: null }, options);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const { course } = parsed;
    expect(course).toMatchObject({ id: 'own', version: 1, pass: 80, draw: 2, valid: 12, tags: ['cwe:79', 'alert:brute_force'] });
    expect(course.text.zh.cards.map(({ title, check }) => [title, check])).toEqual([
      ['一', 'on-card'],
      ['二', null],
      ['三', null],
    ]);
    expect(course.bank).toEqual([
      { id: 'a', right: [true, false] },
      { id: 'b', right: [true, false] },
    ]);
    expect(course.text.en).toBe(course.text.zh);
  });

  it('takes what stands in a code block for code, not for cards and questions', () => {
    const text = front() + cards.replace('正文', '```\n# 不是卡片\n?x 不是题目\n```') + bank;
    expect(problems(text)).toEqual([]);
  });

  it.each([
    ['no front matter', '# 一\n', 'zh:1 A file begins with the facts of the course between two lines "---".'],
    ['an id of capitals', whole.replace('id: own', 'id: Own'), /^zh:2 The fact id is not right/],
    ['broken YAML', whole.replace('title: 课程', 'title: [课程'), /^zh:\d+ The facts of the course are not proper YAML/],
    ['an unknown fact', front('own', 'colour: red\n') + cards + bank, /^zh:\d+ The fact .*colour/],
    ['a YAML alias', front('own', 'tags: &a [cwe:79]\nsources: *a\n') + cards + bank, /aliases/],
    ['an empty card', front() + cards.replace('正文\n', '\n') + bank, 'zh:10 The card is empty.'],
    ['text before the first card', `${front()}前言\n\n${cards}${bank}`, 'zh:10 A card begins with "# Title".'],
    ['a question without a right option', whole.replace('+ 对', '- 对'), /^zh:\d+ At least one option is right/],
    ['a question without a reason', whole.replace('> 因为。', ''), /^zh:\d+ A question says why/],
    ['options that are the same', whole.replace('- 错', '- 对'), /^zh:\d+ Options must differ/],
    ['a question twice', whole.replace('?b', '?a'), /^zh:\d+ There are two questions a/],
    [
      'a bank that is too small',
      `${front()}${cards}# ?\n\n${question('a')}`,
      'zh:1 The bank has 1 questions, too few to draw 2.',
    ],
    ['text in the bank', `${whole}闲话\n`, /The bank holds questions alone/],
    ['a picture that is not there', whole.replace('正文', '![图](none.svg)'), /The library has no picture none\.svg/],
    ['a picture without words', whole.replace('正文', '![](pause.svg)'), /needs a text in its place/],
  ])('is refused with its line: %s', (_name, text, said) => {
    const found = problems(text);
    expect(found.length).toBeGreaterThan(0);
    if (typeof said === 'string') expect(found).toContain(said);
    else expect(found.join('\n')).toMatch(said);
  });

  it('says the same in both languages, or says where it does not', () => {
    const en = `---\nid: own\ntitle: Course\nsummary: A course for the test, with three cards.\n---\n${cards}${bank}`;
    expect(problems(whole, en)).toEqual([]);
    expect(problems(whole, en.replace('+ 对\n- 错', '- 对\n+ 错'))).toEqual(['en:20 Other options of a are right in Chinese.']);
    expect(problems(whole, en.replace('?b', '?c'))).toEqual([
      'en:1 The question b is missing in English.',
      'en:25 There is no question c in Chinese.',
    ]);
    expect(problems(whole, en.replace('# 三\n\n正文\n\n', ''))[0]).toBe('en:1 A course has 3 to 15 cards; there are 2.');
  });

  it('names everything that is wrong at once, in order', () => {
    const found = problems(whole.replace('+ 对', '- 对').replace('> 因为。', ''));
    expect(found.map((line) => line.slice(0, 5))).toEqual(found.map((line) => line.slice(0, 5)).toSorted());
    expect(found.length).toBe(2);
  });
});
