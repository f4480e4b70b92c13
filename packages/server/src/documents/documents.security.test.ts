import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { readZip } from '../privacy/read-zip.ts';
import { writeDocx } from './docx.ts';
import { writeHtml } from './html.ts';
import type { Block, Cell, ReportDocument } from './model.ts';
import { writeXlsx } from './xlsx.ts';

/** Elements in order with their text; throws where it is not well-formed XML. */
function parseXml(xml: string): { readonly names: string[]; readonly text: string } {
  const parser = new SaxesParser({ xmlns: true });
  const names: string[] = [];
  let text = '';
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => void names.push(name));
  parser.on('text', (found) => {
    text += found;
  });
  parser.write(xml).close();
  return { names, text };
}

const filesOf = (bytes: Uint8Array): Map<string, string> =>
  new Map([...readZip(Buffer.from(bytes))].map(([name, content]) => [name, content.toString('utf8')]));
const part = (bytes: Uint8Array, name: string): string => {
  const found = filesOf(bytes).get(name);
  if (found === undefined) throw new Error(`no part ${name}`);
  return found;
};
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const hostile = [
  '</w:t></w:r></w:p><w:p>injected',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '&lt;!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
  '\u0000\u0008\u001b[31m\u007f\ufffe\uffff',
  '\ud800 lone \udfff',
  'paid\u202egpj.exe',
  ']]>',
];
const everyBlock = (text: string): readonly Block[] => [
  { kind: 'heading', level: 1, text },
  { kind: 'paragraph', text, style: 'quiet' },
  { kind: 'list', items: [text, text] },
  { kind: 'list', items: [text], ordered: true },
  { kind: 'list', items: [text], ordered: true },
  {
    kind: 'facts',
    rows: [
      [text, text],
      ['leer', ''],
    ],
  },
  { kind: 'table', head: [text, 'b'], rows: [[text]], widths: [1, 3] },
  { kind: 'bars', caption: text, rows: [[text, 3]] },
  {
    ...{ kind: 'lines', caption: text, labels: [text, 'b', text], marks: [{ at: 1 }] },
    series: [
      { name: text, values: [1, null, 3] },
      { name: 'b', values: [0, 0, 0] },
    ],
  },
  { kind: 'pageBreak' },
];
const document = (text: string): ReportDocument => ({
  ...{ title: text, subtitle: text, author: text, footer: text, created: 1_767_225_600_000 },
  ...{ language: 'zh', blocks: everyBlock(text) },
});
const workbook = (text: string) => ({
  author: text,
  sheets: [{ name: text, columns: [{ title: text }], rows: [[text], [1], [true], [{ at: 1_767_225_600_000 }], [null]] }],
});

describe('documents of hostile text', () => {
  it.each(hostile)('stay well-formed and hold it as text: %j', (text) => {
    const clean = parseXml(part(writeDocx(document('clean')), 'word/document.xml'));
    for (const made of [writeDocx(document(text)), writeXlsx(workbook(text))])
      for (const [name, xml] of filesOf(made)) expect(() => parseXml(xml), name).not.toThrow();
    // What the text looks like adds no element.
    expect(parseXml(part(writeDocx(document(text)), 'word/document.xml')).names).toEqual(clean.names);
    const html = writeHtml(document(text));
    expect(html).not.toMatch(/<script|<img|\u202e|\u0000/);
    expect(html).toContain("default-src 'none'");
  });

  it('are well-formed whatever anybody writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const made of [writeDocx(document(text)), writeXlsx(workbook(text))])
          for (const xml of filesOf(made).values()) parseXml(xml);
      }),
      { numRuns: 60 },
    );
  });

  it('never hold a formula, and mark what looks like one as text', () => {
    const cells = ['=1+1', '+cmd|calc', '-2+3', '@SUM(A1)', ' \t=A1', '＝HYPERLINK("http://x")', '\u00a0=1', 'plain'];
    const sheet = part(
      writeXlsx({ sheets: [{ name: 's', columns: [{ title: '=head()' }], rows: cells.map((cell): Cell[] => [cell]) }] }),
      'xl/worksheets/sheet1.xml',
    );
    expect(sheet).not.toContain('<f>');
    expect(sheet.match(/t="inlineStr" s="3"/g)).toHaveLength(cells.length - 1);
    expect(sheet.match(/t="inlineStr"/g)).toHaveLength(cells.length + 1);
  });
});

describe('documents', () => {
  it('are the same bytes for the same data, and others for other data', () => {
    const hashes = [writeDocx(document('甲')), writeDocx(document('甲')), writeDocx(document('乙'))].map(sha256);
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[0]).not.toBe(hashes[2]);
    expect(sha256(writeXlsx(workbook('甲')))).toBe(sha256(writeXlsx(workbook('甲'))));
    // The date of the zip entries is the earliest there is, not today's.
    expect(Buffer.from(writeDocx(document('甲'))).readUInt32LE(10)).toBe(((0 << 9) | (1 << 5) | 1) << 16);
  });

  it('keep to the parts that every word processor looks for', () => {
    const docx = filesOf(writeDocx(document('x')));
    expect([...docx.keys()].slice(0, 3)).toEqual(['[Content_Types].xml', '_rels/.rels', 'docProps/core.xml']);
    const types = docx.get('[Content_Types].xml') ?? '';
    for (const name of docx.keys())
      expect(name === '[Content_Types].xml' || name.endsWith('.rels') || types.includes(`PartName="/${name}"`), name).toBe(true);
    const styles = new Set([...(docx.get('word/styles.xml') ?? '').matchAll(/w:styleId="(\w+)"/g)].map(([, id]) => id));
    const used = [...(docx.get('word/document.xml') ?? '').matchAll(/w:(?:pStyle|tblStyle) w:val="(\w+)"/g)];
    expect(used.length).toBeGreaterThan(5);
    for (const [, id] of used) expect(styles, id).toContain(id);
    const numbering = docx.get('word/numbering.xml') ?? '';
    for (const [, id] of (docx.get('word/document.xml') ?? '').matchAll(/<w:numId w:val="(\d+)"/g))
      expect(numbering).toContain(`<w:num w:numId="${id}">`);
  });

  it('break lines where the text does', () => {
    const xml = part(
      writeDocx({ title: 't', language: 'en', blocks: [{ kind: 'paragraph', text: 'a\r\nb\nc' }] }),
      'word/document.xml',
    );
    expect(xml.match(/<w:br\/>/g)).toHaveLength(2);
    expect(writeHtml({ title: 't', language: 'en', blocks: [{ kind: 'paragraph', text: 'a\r\nb' }] })).toContain('<p>a<br>b</p>');
  });

  it('show moments by the wall clock of the zone, and name sheets as Excel allows', () => {
    const noon = Date.UTC(2026, 0, 1, 4, 0, 0);
    const sheets = ['a/b[c]', 'A B C', 'x'.repeat(40), 'x'.repeat(41), '', "'"].map((name) => ({
      ...{ name, columns: [{ title: 't' }], rows: [[{ at: noon }, 5], [Number.NaN], ['y'.repeat(40_000)]] as Cell[][] },
    }));
    const made = writeXlsx({ sheets });
    // 2026-01-01 is day 46023 of Excel; noon in Shanghai is half of it.
    expect(part(made, 'xl/worksheets/sheet1.xml')).toContain('<v>46023.5</v>');
    expect(part(writeXlsx({ sheets, timeZone: 'UTC' }), 'xl/worksheets/sheet1.xml')).toContain('<v>46023.16666667</v>');
    const names = [...part(made, 'xl/workbook.xml').matchAll(/<sheet name="([^"]*)"/g)].map(([, name]) => name ?? '');
    expect(names).toEqual(['a b c', 'A B C (2)', 'x'.repeat(31), `${'x'.repeat(27)} (2)`, 'Sheet5', 'Sheet6']);
    expect(() => writeXlsx({ sheets: [] })).toThrow(RangeError);
  });
});
