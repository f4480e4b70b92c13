import { registerExport } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { toCsv } from './csv.ts';
import { exportNameOf } from './marked-csv.ts';

describe('toCsv', () => {
  it('quotes what would break a row', () => {
    expect(
      toCsv(
        ['a', 'b'],
        [
          ['x,y', 'say "no"'],
          [1, null],
        ],
        'mark',
      ),
    ).toBe('\uFEFFa,b\r\n"x,y","say ""no"""\r\n1,\r\n# mark\r\n');
  });

  it.each([
    '=HYPERLINK("//evil")',
    '+1',
    '-1+cmd',
    '@SUM(A1)',
    '\tx',
    '\n=1+1',
    // As East Asian editions of spreadsheets read them.
    "＝cmd|'/c calc'!A1",
    '＋1',
    '－1',
    '＠SUM(A1)',
    ' =1+1',
    '\u00a0=1+1',
    '\u3000＝1+1',
    '\n=1+1',
    '|calc',
  ])('takes the power from %j', (value) => {
    const line = toCsv(['h'], [[value]], 'mark').split('\r\n')[1] ?? '';
    expect(line.replace(/^"/, '').startsWith("'")).toBe(true);
  });

  it('ends with the watermark, in one line and one cell, whatever is in it', () => {
    const mark = 'Menshen export menshen/7 | li, "wei"\r\n=1+1 | 2026-11-26';
    const text = toCsv(['h'], [], mark);
    expect(text).toBe(`\uFEFFh\r\n"# ${mark.replaceAll('"', '""')}"\r\n`);
  });

  it.each([
    ['menshen-codes-b_7', 'menshen-codes-b-7'],
    ['menshen-sessions-张三', 'menshen-sessions-'],
    ['7', 'table'],
    ['x'.repeat(90), 'x'.repeat(40)],
  ])('calls %s by a name that the audit log takes', (name, called) => {
    expect(exportNameOf(name)).toBe(called);
    expect(registerExport.body?.safeParse({ what: called, subject: name, rows: 1 }).success).toBe(true);
  });

  it('leaves numbers alone, negative ones too', () => {
    expect(toCsv(['h'], [[-3]], 'mark')).toContain('\r\n-3\r\n');
  });
});
