import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxFileBytes, parseCsv } from './parse.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
/** 姓名,张三 in GB18030 (GB 18030-2022; the same bytes as GBK). */
const gb = Uint8Array.from([0xd0, 0xd5, 0xc3, 0xfb, 0x2c, 0xd5, 0xc5, 0xc8, 0xfd, 0x0a]);
const cells = (text: string): readonly (readonly string[])[] => {
  const result = parseCsv(utf8(text));
  return result.ok ? result.rows.map((row) => row.cells) : [];
};

describe('a file of comma-separated values', () => {
  it('is read with quotes, doubled quotes, line ends of three kinds and a mark at its start', () => {
    expect(cells('\ufeffa,b\r\n"x, y","say ""hi"""\n"two\nlines",z\rlast,')).toEqual([
      ['a', 'b'],
      ['x, y', 'say "hi"'],
      ['two\nlines', 'z'],
      ['last', ''],
    ]);
  });
  it('may use semicolons or tabs', () => {
    expect(cells('a;b;c\n1;"2;3";4')).toEqual([
      ['a', 'b', 'c'],
      ['1', '2;3', '4'],
    ]);
    expect(cells('a\tb\n1,5\t2')[1]).toEqual(['1,5', '2']);
  });
  it('skips empty lines and keeps the numbers of the others', () => {
    const result = parseCsv(utf8('a\n\n"b\nc"\n\n  \nd\n'));
    expect(result.ok && result.rows.map((row) => row.line)).toEqual([1, 3, 7]);
  });
  it('is UTF-8 or GB18030, by its bytes or as it is told', () => {
    expect(parseCsv(gb)).toMatchObject({ ok: true, encoding: 'gb18030', rows: [{ cells: ['姓名', '张三'] }] });
    expect(parseCsv(utf8('姓名,张三'))).toMatchObject({ ok: true, encoding: 'utf-8' });
    expect(parseCsv(gb, 'utf-8')).toMatchObject({ ok: false, code: 'encoding_unknown' });
    expect(parseCsv(Uint8Array.from([0xff, 0xff, 0xff]))).toMatchObject({ ok: false, code: 'encoding_unknown' });
    // A character of four bytes, which GBK does not have: U+20000.
    expect(parseCsv(Uint8Array.from([0x95, 0x32, 0x82, 0x36]))).toMatchObject({ rows: [{ cells: ['\u{20000}'] }] });
  });
  it.each([
    ['a,b\n"open,1\n2,3', 2, 'quote_unclosed'],
    ['a,b\n"x"y,1', 2, 'quote_misplaced'],
    ['a,b\nx"y,1', 2, 'quote_misplaced'],
    ['', 1, 'file_empty'],
    ['\n \n', 1, 'file_empty'],
    [`${','.repeat(70)}\n`, 1, 'too_many_columns'],
    [`a\n${'1\n'.repeat(100_001)}`, 100_002, 'too_many_rows'],
  ])('says the line of what is wrong (%#)', (text, line, code) => {
    expect(parseCsv(utf8(text))).toEqual({ ok: false, line, code });
  });
  it('has a limit of bytes', () => {
    expect(parseCsv(new Uint8Array(maxFileBytes + 1))).toMatchObject({ code: 'file_too_large' });
  });
  it('gives back whatever was written by the rules', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ';', '张', '=', ' ') });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), (rows) => {
        const written = [['x', 'y'], ...rows]
          .map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(','))
          .join('\r\n');
        const kept = rows.filter((row) => row.some((one) => one.trim() !== ''));
        expect(cells(written).slice(1)).toEqual(kept);
      }),
    );
  });
  it('never throws and never hangs on any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parseCsv(bytes)));
  });
});
