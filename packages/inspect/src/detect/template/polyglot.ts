import type { Signals } from '../model.ts';
import { longest } from './closings.ts';

/** A number between marks, beside a mark of another engine, and next to no letters: `[[${1}]]`, `#{1}1@*`. */
const numberBetweenMarks = /[$#{]\{\{?\s{0,4}\d{1,6}\s{0,4}\}/;
const foreignMark = /@\*|##|\[\[|\{#|\*\/|<%|<!--/;
/** `{{1337}}`, `${12345?c}`, `<%= 4711 %>`: a number needs no marks, unless somebody asks whether they vanish. */
const numberOnly = /^["']?\s?(?:[$#*@]\{\s?\d{4,9}(?:\?c)?\s?\}|\{\{=?\s?\d{4,9}\s?\}\}|<%=\s?\d{4,9}\s?%>)\s?["']?$/;
/** `${1234}<#--x-->${5678}`: what stands between two of them should vanish. */
const numbersApart = /^([$#*@]|\{)\{\d{4,9}\}\}?\W.{0,30}\1\{\d{4,9}\}\}?$/;
/** Marks of one engine directly inside those of another, or comments of several. */
const nestedMarks = /\[\[\$\{\{|\{#\$\{\{|\$\{\{[/<%#]|\{##[^ ]{0,12}\{\{!--/;

/** `${{<%[%'"}}%\`: marks of many engines next to one another. */
export function readPolyglot(folded: string, short: boolean, digit: boolean, signals: Signals): void {
  if (!short) return;
  let kinds = 0;
  for (const mark of ['${', '{{', '<%', '{%', '#{', '%}', '}}', '[%']) if (folded.includes(mark)) kinds += 1;
  const at = folded.indexOf('${{<%');
  if (
    digit &&
    folded.length <= 64 &&
    numberBetweenMarks.test(folded) &&
    foreignMark.test(folded.replace(numberBetweenMarks, '')) &&
    folded.replace(/[^a-z]/g, '').length <= 6
  )
    signals.report('template.probe', 0, folded.length);
  if (digit && ((folded.length <= 24 && numberOnly.test(folded)) || (folded.length <= 64 && numbersApart.test(folded))))
    signals.report('template.probe', 0, folded.length);
  const nested = nestedMarks.exec(folded.slice(0, longest));
  if (nested !== null) signals.report('template.probe', nested.index, nested.index + nested[0].length);
  if (at >= 0 || kinds >= 6) signals.report('template.probe', Math.max(0, at), folded.length);
}
