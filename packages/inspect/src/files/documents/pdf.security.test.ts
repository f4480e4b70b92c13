import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { latin, pdf, rulesOf } from '../testing/build.ts';

const actions: readonly (readonly [string, string])[] = [
  ['<</OpenAction <</S /JavaScript /JS (app.alert(1))>>>>', 'upload.pdf_script'],
  ['<</S/J#61vaScript>>', 'upload.pdf_script'],
  ['<</S /Rendition /JS 8 0 R>>', 'upload.pdf_script'],
  ['<</AA <</O <</JS <6170702e616c657274>>>>>>>', 'upload.pdf_script'],
  ['<</S /Launch /F (cmd.exe)>>', 'upload.pdf_launch'],
  ['<</S /#4c#61unch>>', 'upload.pdf_launch'],
  ['<</Names <</EmbeddedFiles 5 0 R>>>>', 'upload.pdf_embedded'],
  ['<</Type /EmbeddedFile>>', 'upload.pdf_embedded'],
  ['<</S /SubmitForm /F (http://a.example)>>', 'upload.pdf_action'],
  ['<</AcroForm <</XFA [1 0 R]>>>>', 'upload.pdf_action'],
  ['<</Subtype /RichMedia>>', 'upload.pdf_action'],
];

describe('a PDF that acts by itself', () => {
  it.each(actions)('%j is told, in clear and in a packed object stream', async (body, rule) => {
    expect(await rulesOf(pdf(body), 'a.pdf')).toEqual([rule]);
    expect(await rulesOf(pdf('<<>>', `1 0 ${body}`), 'a.pdf')).toEqual([rule]);
  });

  it('is told across the edges of what is read at once', async () => {
    for (const before of [65_500, 65_530, 131_050]) {
      expect(await rulesOf(pdf(`<</A (${'x'.repeat(before)})/S /JavaScript>>`))).toEqual(['upload.pdf_script']);
      expect(await rulesOf(pdf(`<</A (${'x'.repeat(before)})>>`, '<</S/Launch>>'))).toEqual(['upload.pdf_launch']);
    }
  });

  it('hides its object stream behind another object in vain', async () => {
    const data = deflateSync('<</S /JavaScript>>');
    const hidden = (dictionary: string): Buffer =>
      Buffer.concat([latin(`%PDF-1.7\n9 0 obj\n${dictionary}\nstream\r\n`), data, latin('\nendstream\nendobj\n%%EOF')]);
    expect(await rulesOf(hidden('<</Type/ObjStm/Filter/FlateDecode>> % 5 0 obj <<>>'))).toEqual(['upload.pdf_script']);
    expect(await rulesOf(hidden('<</Type/Obj#53tm/Filter[/FlateDecode]>>'))).toEqual(['upload.pdf_script']);
    expect(await rulesOf(hidden(`<</Type/ObjStm/Filter/FlateDecode/X(${'x'.repeat(2_500)})>>`))).toEqual(['upload.pdf_script']);
  });

  it('in another packing, or encrypted, is told as not read', async () => {
    const stream = '<</Type/ObjStm/Filter[/ASCII85Decode/FlateDecode]>>\nstream\nabc\nendstream';
    expect(await rulesOf(pdf(stream))).toEqual(['upload.pdf_stream']);
    expect(await rulesOf(pdf('<</Encrypt 5 0 R>>'))).toEqual(['upload.pdf_encrypted']);
  });

  it('with something in front or behind is told as broken', async () => {
    expect(await rulesOf(Buffer.concat([pdf('<<>>'), latin('more')]))).toEqual(['upload.structure']);
    expect(await rulesOf(pdf('<<>>').subarray(0, -12))).toEqual(['upload.structure']);
  });

  it('unpacks no more than it may', async () => {
    const bomb = pdf('<<>>', `${' '.repeat(6_000_000)}<</S /JavaScript>>`);
    expect(await rulesOf(bomb)).toEqual(['upload.too_much']);
    expect(await rulesOf(pdf('<<>>', '<</S /URI>>'.repeat(500)), null, { bounds: { readBytes: 1_000 } })).toEqual([
      'upload.too_much',
    ]);
  });
});

describe('an honest PDF', () => {
  it('that is filled up with spaces passes', async () => {
    expect(await rulesOf(Buffer.concat([pdf('<<>>'), Buffer.alloc(9_000, ' ')]))).toEqual([]);
  });

  it.each([
    [
      'with links, outlines and a page to open',
      '<</OpenAction [3 0 R /Fit] /A <</S /URI /URI (https://www.example.com)>> /AcroForm <</Fields []>> /Dest /GoTo>>',
    ],
    ['with words about scripts', '<</Title (JavaScript and Launch) /JSX 1 /Launcher 2>>'],
    ['with a font and a picture', '<</Type /XObject /Filter /DCTDecode>>\nstream\n\xff\xd8/JS\xa0(\x01\nendstream'],
  ])('%s passes', async (_what, body) => expect(await rulesOf(pdf(body), 'a.pdf')).toEqual([]));
});
