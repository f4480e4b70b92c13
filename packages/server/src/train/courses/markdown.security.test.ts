import { courseBlock } from '@menshen/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocksHtml } from '../scorm/course-html.ts';
import { scormPackage } from '../scorm/package.ts';
import { openLibrary } from './library.ts';
import { readMarkdown } from './read-markdown.ts';

const read = (text: string) => {
  const said: string[] = [];
  const blocks = readMarkdown(text, 1, (line, _zh, en) => void said.push(`${line} ${en}`));
  return { blocks, said, html: blocksHtml(blocks) };
};

/** Elements and attributes that packages may hold; everything else would have come from a course. */
const allowed =
  /<\/?(?:p|h3|ul|ol|li|blockquote|pre|code|strong|em|br)>|<a href="https:[^"<>]*" rel="noopener noreferrer" target="_blank">|<\/a>|<img src="pictures\/[a-z0-9-]+\.svg" alt="[^"<>]*">/g;

describe('Markdown of a course', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    'text <b onclick="alert(1)">bold</b>',
    '<svg/onload=alert(1)>',
    '<!-- --><iframe src="https://evil.example">',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '`<script>alert(1)</script>`',
    '```html\n<script>alert(1)</script>\n```',
    '- <a href="javascript:alert(1)">x</a>',
  ])('keeps what looks like a tag as text: %s', (text) => {
    const { blocks, html } = read(text);
    expect(html.replaceAll(allowed, '')).not.toMatch(/[<>]/);
    for (const block of blocks) expect(courseBlock.safeParse(block).success).toBe(true);
  });

  it.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:x)',
    '[x](http://example.com)',
    '[x](//example.com)',
    '[x](/path)',
    '<javascript:alert(1)>',
    '[x]: javascript:alert(1)\n\n[x]',
    '![x](https://evil.example/track.png)',
    '![x](data:image/svg+xml;base64,PHN2Zy8+)',
    '![x](../../etc/passwd)',
    'text ![x](pause.svg) text',
    '---\n\ntext',
  ])('refuses what is not on its list, and says so: %s', (text) => {
    const { said, html } = read(text);
    expect(said.length).toBeGreaterThan(0);
    expect(html).not.toMatch(/javascript:|data:|evil/i);
  });

  it('says where bold has no effect, as beside Chinese punctuation', () => {
    expect(read('秘诀。**先停。**本课').said.join()).toContain('The ** has no effect');
    expect(read('秘诀。**先停**。本课').said).toEqual([]);
    expect(read('`2 ** 3`').said).toEqual([]);
  });

  it('bounds how deep blocks stand in each other', () => {
    const { blocks, said } = read(`${'> '.repeat(400)}deep`);
    expect(said.some((line) => line.includes('levels may be nested'))).toBe(true);
    expect(JSON.stringify(blocks).match(/"quote"/g)?.length ?? 0).toBeLessThanOrEqual(5);
  });

  it('makes of any text what the contract knows, and no markup of it', () => {
    const pieces = fc.constantFrom(
      '<script>',
      '"',
      "'",
      '`',
      '```\n',
      '> ',
      '- ',
      '1. ',
      '[',
      '](https://a.b/?x="><img onerror=1>)',
      '**',
      '\n\n',
      'a',
      '&#60;',
      '\\<',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const { blocks, html } = read(parts.join(''));
        for (const block of blocks) expect(courseBlock.safeParse(block).success).toBe(true);
        expect(html.replaceAll(allowed, '')).not.toMatch(/[<>]/);
      }),
      { numRuns: 300 },
    );
  });

  it('lets no text end the script of a package', () => {
    const [course] = openLibrary().courses.values();
    if (course === undefined) throw new Error('no course');
    const [first] = course.bank;
    const hostile = '</script><script>alert(1)</script>\u2028';
    const questions = new Map(course.text.zh.questions);
    const before = questions.get(first?.id ?? '');
    if (before !== undefined) questions.set(before.id, { ...before, ask: hostile });
    const zip = Buffer.from(
      scormPackage(
        { ...course, text: { ...course.text, zh: { ...course.text.zh, title: hostile, questions } } },
        'zh',
        new Map(),
      ),
    );
    // Files are stored, not compressed: what would harm would be seen.
    expect(zip.toString('utf8')).not.toContain('<script>alert(1)');
  });
});
