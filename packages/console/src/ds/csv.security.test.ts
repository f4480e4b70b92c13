import { describe, expect, it } from 'vitest';
import { toCsv } from './csv.ts';

describe('toCsv', () => {
  it('quotes what would break a row', () => {
    expect(
      toCsv(
        ['a', 'b'],
        [
          ['x,y', 'say "no"'],
          [1, null],
        ],
      ),
    ).toBe('\uFEFFa,b\r\n"x,y","say ""no"""\r\n1,\r\n');
  });

  it.each(['=HYPERLINK("//evil")', '+1', '-1+cmd', '@SUM(A1)', '\tx'])('takes the power from %j', (value) => {
    const line = toCsv(['h'], [[value]]).split('\r\n')[1] ?? '';
    expect(line.replace(/^"/, '').startsWith("'")).toBe(true);
  });

  it('leaves numbers alone, negative ones too', () => {
    expect(toCsv(['h'], [[-3]])).toContain('\r\n-3\r\n');
  });
});
