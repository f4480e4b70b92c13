import { barsRows } from './bars.ts';
import { mainNamespace, numberingXml, officeRelations, settingsXml, stylesXml } from './docx-styles.ts';
import { linesRows } from './lines.ts';
import type { Block, ReportDocument } from './model.ts';
import { type Part, relationships, writePackage } from './package.ts';
import { escapeText, linesOf, xmlHead } from './xml.ts';

/** Width of the text of an A4 page between its margins, in twentieths of a point. */
const textWidth = 9_070;
const wordprocessing = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
/** What stands for a value that is to be filled in by hand. */
const blank = '＿＿＿＿＿＿';

/** A Word file (WordprocessingML, ECMA-376 part 1) of a document. The same document gives the same bytes. */
export function writeDocx(document: ReportDocument): Uint8Array {
  const language = document.language === 'zh' ? 'zh-CN' : 'en-US';
  const numbering = numberer();
  const body = [
    paragraph(document.title, 'Title'),
    ...(document.subtitle === undefined ? [] : [paragraph(document.subtitle, 'Subtitle')]),
    ...document.blocks.map((block) => blockXml(block, numbering)),
  ];
  const section =
    '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:pgSz w:w="11906" w:h="16838"/>' +
    '<w:pgMar w:top="1440" w:right="1418" w:bottom="1440" w:left="1418" w:header="851" w:footer="850" w:gutter="0"/></w:sectPr>';
  const parts: readonly Part[] = [
    {
      name: 'word/document.xml',
      type: `${wordprocessing}.document.main+xml`,
      xml: `${xmlHead}<w:document ${mainNamespace}><w:body>${body.join('')}${section}</w:body></w:document>`,
    },
    { name: 'word/styles.xml', type: `${wordprocessing}.styles+xml`, xml: stylesXml(language) },
    { name: 'word/numbering.xml', type: `${wordprocessing}.numbering+xml`, xml: numberingXml(numbering.count()) },
    { name: 'word/settings.xml', type: `${wordprocessing}.settings+xml`, xml: settingsXml },
    { name: 'word/footer1.xml', type: `${wordprocessing}.footer+xml`, xml: footer(document.footer) },
    {
      name: 'word/_rels/document.xml.rels',
      xml: relationships([
        { type: `${officeRelations}/styles`, target: 'styles.xml' },
        { type: `${officeRelations}/numbering`, target: 'numbering.xml' },
        { type: `${officeRelations}/settings`, target: 'settings.xml' },
        { type: `${officeRelations}/footer`, target: 'footer1.xml' },
      ]),
    },
  ];
  return writePackage({ ...document, language, main: 'word/document.xml' }, parts);
}

/** Every ordered list counts from one: it has a numbering of its own. 1 is that of the bullets. */
function numberer() {
  let ordered = 0;
  return {
    next(isOrdered: boolean): number {
      if (!isOrdered) return 1;
      ordered += 1;
      return ordered + 1;
    },
    count: () => ordered,
  };
}

function blockXml(block: Block, numbering: ReturnType<typeof numberer>): string {
  switch (block.kind) {
    case 'heading':
      return paragraph(block.text, `Heading${block.level}`);
    case 'paragraph':
      return paragraph(block.text, block.style === undefined ? 'Normal' : paragraphStyles[block.style]);
    case 'list': {
      const id = numbering.next(block.ordered === true);
      const number = `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="${id}"/></w:numPr>`;
      return block.items.map((item) => paragraph(item, 'ListParagraph', number)).join('');
    }
    case 'facts':
      return table([2, 5], [], block.rows, true);
    case 'table':
      return table(block.widths ?? block.head.map(() => 1), block.head, block.rows, false);
    case 'bars':
      return paragraph(block.caption, 'Quiet') + table([3, 5, 1], [], barsRows(block.rows), false);
    case 'lines':
      return paragraph(block.caption, 'Quiet') + table([3, 5, 1, 1], [], linesRows(block), false);
    case 'pageBreak':
      return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>';
  }
}

const paragraphStyles = { quiet: 'Quiet', strong: 'Strong', centred: 'Centred', right: 'Right' } as const;

const runs = (text: string): string =>
  linesOf(text)
    .map((line, at) => `<w:r>${at === 0 ? '' : '<w:br/>'}<w:t xml:space="preserve">${escapeText(line)}</w:t></w:r>`)
    .join('');

const paragraph = (text: string, style: string, more = ''): string =>
  `<w:p><w:pPr><w:pStyle w:val="${style}"/>${more}</w:pPr>${runs(text)}</w:p>`;

function table(
  widths: readonly number[],
  head: readonly string[],
  rows: readonly (readonly string[])[],
  labelled: boolean,
): string {
  const sum = widths.reduce((total, width) => total + width, 0);
  const twips = widths.map((width) => Math.round((width / sum) * textWidth));
  const cell = (text: string, at: number, isHead: boolean): string => {
    const shade = isHead ? '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>' : '';
    const content = paragraph(text === '' && labelled ? blank : text, isHead ? 'CellHead' : 'Cell');
    return `<w:tc><w:tcPr><w:tcW w:w="${twips[at] ?? 0}" w:type="dxa"/>${shade}</w:tcPr>${content}</w:tc>`;
  };
  const row = (cells: readonly string[], isHead: boolean): string => {
    const properties = `<w:trPr><w:cantSplit/>${isHead ? '<w:tblHeader/>' : ''}</w:trPr>`;
    const shown = twips.map((_, at) => cell(cells[at] ?? '', at, isHead || (labelled && at === 0)));
    return `<w:tr>${properties}${shown.join('')}</w:tr>`;
  };
  const grid = twips.map((width) => `<w:gridCol w:w="${width}"/>`).join('');
  const all = [...(head.length === 0 ? [] : [row(head, true)]), ...rows.map((cells) => row(cells, false))];
  if (all.length === 0) return '';
  // A table that ends a section needs a paragraph after it; here it is also the space below.
  return (
    `<w:tbl><w:tblPr><w:tblStyle w:val="Ruled"/><w:tblW w:w="${textWidth}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>` +
    `<w:tblGrid>${grid}</w:tblGrid>${all.join('')}</w:tbl>${paragraph('', 'Gap')}`
  );
}

function footer(text: string | undefined): string {
  const field = (kind: string): string => `<w:r><w:fldChar w:fldCharType="${kind}"/></w:r>`;
  const page = `${field('begin')}<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>${field('separate')}<w:r><w:t>1</w:t></w:r>${field('end')}`;
  const words = text === undefined ? '' : `<w:r><w:t xml:space="preserve">${escapeText(text)}  ·  </w:t></w:r>`;
  return `${xmlHead}<w:ftr ${mainNamespace}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>${words}${page}</w:p></w:ftr>`;
}
