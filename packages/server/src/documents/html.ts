import { barsSvg } from './bars.ts';
import { linesSvg } from './lines.ts';
import type { Block, ReportDocument } from './model.ts';
import { escapeText, linesOf } from './xml.ts';

/** Colours and sizes of print: black on white, A4, no page break inside a row. */
const css = `
@page { size: A4; margin: 22mm 20mm }
body { max-width: 210mm; margin: 0 auto; padding: 16px; color: #111; background: #fff;
  font: 12pt/1.6 "Songti SC", SimSun, "Noto Serif CJK SC", "Times New Roman", serif; overflow-wrap: anywhere }
h1, h2, h3, .subtitle { font-family: "Heiti SC", SimHei, "Noto Sans CJK SC", Arial, sans-serif; break-after: avoid }
h1 { font-size: 20pt; text-align: center; margin: 0 0 4pt }
.subtitle { text-align: center; color: #595959; margin: 0 0 16pt }
h2 { font-size: 15pt } h3 { font-size: 13pt } h4 { font-size: 12pt }
table { width: 100%; border-collapse: collapse; margin: 6pt 0 12pt; font-size: 10.5pt }
th, td { border: 1px solid #808080; padding: 4px 8px; text-align: left; vertical-align: top }
th { background: #f2f2f2 } thead { display: table-header-group } tr { break-inside: avoid }
.quiet { color: #595959; font-size: 10pt } .strong { font-weight: bold } .centred { text-align: center } .right { text-align: right }
figure { margin: 6pt 0 12pt; break-inside: avoid } figcaption { color: #595959; font-size: 10pt; text-align: center }
.break { break-after: page } footer { margin-top: 24pt; text-align: center; color: #595959; font-size: 9pt }
`;

/**
 * A page to print of a document, whole in one file: it loads nothing and runs nothing, and says so to the browser (Content-Security-Policy). The same
 * document gives the same bytes.
 */
export function writeHtml(document: ReportDocument): string {
  const body = [
    `<h1>${inline(document.title)}</h1>`,
    ...(document.subtitle === undefined ? [] : [`<p class="subtitle">${inline(document.subtitle)}</p>`]),
    ...document.blocks.map(block),
    ...(document.footer === undefined ? [] : [`<footer>${inline(document.footer)}</footer>`]),
  ];
  return `<!doctype html>
<html lang="${document.language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeText(document.title)}</title>
<style>${css}</style>
</head>
<body>
${body.join('\n')}
</body>
</html>
`;
}

const inline = (text: string): string => linesOf(text).map(escapeText).join('<br>');

function block(one: Block): string {
  switch (one.kind) {
    case 'heading':
      return `<h${one.level + 1}>${inline(one.text)}</h${one.level + 1}>`;
    case 'paragraph':
      return `<p${one.style === undefined ? '' : ` class="${one.style}"`}>${inline(one.text)}</p>`;
    case 'list': {
      const tag = one.ordered === true ? 'ol' : 'ul';
      return `<${tag}>${one.items.map((item) => `<li>${inline(item)}</li>`).join('')}</${tag}>`;
    }
    case 'facts': {
      const rows = one.rows.map(
        ([label, value]) =>
          `<tr><th scope="row">${inline(label)}</th><td>${value === '' ? '＿＿＿＿＿＿' : inline(value)}</td></tr>`,
      );
      return `<table><colgroup><col style="width:28%"><col></colgroup><tbody>${rows.join('')}</tbody></table>`;
    }
    case 'table': {
      const sum = one.widths?.reduce((total, width) => total + width, 0) ?? 0;
      const columns = one.head.map((_, at) => {
        const width = one.widths?.[at];
        return width === undefined ? '<col>' : `<col style="width:${((width / sum) * 100).toFixed(2)}%">`;
      });
      const head = one.head.map((title) => `<th scope="col">${inline(title)}</th>`).join('');
      const rows = one.rows.map((cells) => `<tr>${one.head.map((_, at) => `<td>${inline(cells[at] ?? '')}</td>`).join('')}</tr>`);
      return `<table><colgroup>${columns.join('')}</colgroup><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
    }
    case 'bars':
      return barsSvg(one.caption, one.rows);
    case 'lines':
      return linesSvg(one);
    case 'pageBreak':
      return '<div class="break"></div>';
  }
}
