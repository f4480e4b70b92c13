import { xmlHead } from './xml.ts';

export const officeRelations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const word = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
export const mainNamespace = `xmlns:w="${word}" xmlns:r="${officeRelations}"`;

/** Body in 宋体, headings in 黑体, as Chinese offices print; Latin text in a serif of the same weight. */
const bodyFonts = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体" w:cs="Times New Roman"/>';
const headFonts = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="黑体" w:cs="Arial"/>';

interface Style {
  readonly id: string;
  readonly name: string;
  readonly next?: string;
  readonly paragraph?: string;
  readonly run?: string;
}

const spacing = (before: number, after: number): string =>
  `<w:spacing w:before="${before}" w:after="${after}" w:line="360" w:lineRule="auto"/>`;
const size = (halfPoints: number): string => `<w:sz w:val="${halfPoints}"/><w:szCs w:val="${halfPoints}"/>`;
const heading = (level: number, halfPoints: number): Style => ({
  id: `Heading${level}`,
  name: `heading ${level}`,
  next: 'Normal',
  paragraph: `<w:keepNext/>${spacing(240, 80)}<w:outlineLvl w:val="${level - 1}"/>`,
  run: `${headFonts}<w:b/>${size(halfPoints)}`,
});

const styles: readonly Style[] = [
  {
    id: 'Title',
    name: 'Title',
    next: 'Normal',
    paragraph: `${spacing(0, 120)}<w:jc w:val="center"/>`,
    run: `${headFonts}<w:b/>${size(36)}`,
  },
  {
    id: 'Subtitle',
    name: 'Subtitle',
    next: 'Normal',
    paragraph: `${spacing(0, 240)}<w:jc w:val="center"/>`,
    run: `<w:color w:val="595959"/>${size(22)}`,
  },
  heading(1, 30),
  heading(2, 26),
  heading(3, 24),
  { id: 'ListParagraph', name: 'List Paragraph', paragraph: spacing(0, 60) },
  { id: 'Quiet', name: 'Quiet', run: `<w:color w:val="595959"/>${size(20)}` },
  { id: 'Strong', name: 'Strong Paragraph', run: '<w:b/>' },
  { id: 'Centred', name: 'Centred', paragraph: '<w:jc w:val="center"/>' },
  { id: 'Right', name: 'Right', paragraph: '<w:jc w:val="right"/>' },
  { id: 'Cell', name: 'Cell', paragraph: '<w:spacing w:before="40" w:after="40"/>', run: size(21) },
  { id: 'CellHead', name: 'Cell Head', paragraph: '<w:spacing w:before="40" w:after="40"/>', run: `<w:b/>${size(21)}` },
  { id: 'Gap', name: 'Gap', paragraph: '<w:spacing w:before="0" w:after="0" w:line="200" w:lineRule="exact"/>' },
  { id: 'Footer', name: 'footer', paragraph: '<w:jc w:val="center"/>', run: `<w:color w:val="595959"/>${size(18)}` },
];

const styleXml = ({ id, name, next, paragraph = '', run = '' }: Style): string =>
  `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/><w:basedOn w:val="Normal"/>` +
  (next === undefined ? '' : `<w:next w:val="${next}"/>`) +
  `<w:qFormat/><w:pPr>${paragraph}</w:pPr><w:rPr>${run}</w:rPr></w:style>`;

export function stylesXml(language: string): string {
  const border = ['top', 'left', 'bottom', 'right', 'insideH', 'insideV']
    .map((side) => `<w:${side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>`)
    .join('');
  return (
    `${xmlHead}<w:styles ${mainNamespace}><w:docDefaults><w:rPrDefault><w:rPr>${bodyFonts}${size(24)}` +
    `<w:lang w:val="${language}" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>` +
    `<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/><w:pPr>${spacing(0, 120)}</w:pPr></w:style>` +
    `<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>` +
    styles.map(styleXml).join('') +
    `<w:style w:type="table" w:styleId="Ruled"><w:name w:val="Ruled"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>${border}</w:tblBorders>` +
    '<w:tblCellMar><w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>'
  );
}

/** Numbering 1 has bullets; 2 and up are ordered lists, each counting from one. */
export function numberingXml(ordered: number): string {
  const level = (format: string, text: string): string =>
    `<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/><w:lvlJc w:val="left"/>` +
    '<w:pPr><w:ind w:left="420" w:hanging="420"/></w:pPr></w:lvl>';
  const abstract = (id: number, content: string): string =>
    `<w:abstractNum w:abstractNumId="${id}"><w:multiLevelType w:val="singleLevel"/>${content}</w:abstractNum>`;
  const numbers = Array.from(
    { length: ordered },
    (_, at) =>
      `<w:num w:numId="${at + 2}"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>`,
  );
  return (
    `${xmlHead}<w:numbering ${mainNamespace}>${abstract(0, level('bullet', '•'))}${abstract(1, level('decimal', '%1.'))}` +
    `<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>${numbers.join('')}</w:numbering>`
  );
}

export const settingsXml = `${xmlHead}<w:settings ${mainNamespace}><w:defaultTabStop w:val="420"/><w:characterSpacingControl w:val="compressPunctuation"/></w:settings>`;
