import { isDigit } from '../text/characters.ts';

/** `a=alert;a(1)`, `_=eval,_(…)`: a function that attackers call, under a name of its own. */
const alias =
  /(?:^|[\s;,{(\]])([a-z_$][\w$]{0,12})\s{0,4}=\s{0,4}(?:window\.|self\.|top\.)?(?:alert|confirm|prompt|eval|function|execscript|unescape)\s{0,4}(?=[;,)}\n]|$)/g;
/** `1[a](b[c](1))`: a method of a literal, by a name that was put together. */
const literalMethod = /(?:^|[^\w.\])\u0080-\uffff])\d\[['"]?[\w$+'" ]{1,20}['"]?\]\s{0,2}\(\s{0,2}[\w$]{1,12}\s{0,2}[[(,)]/;
function indexesNumber(text: string): boolean {
  for (let at = text.indexOf('[', 1); at >= 0; at = text.indexOf('[', at + 1)) if (isDigit(text.charCodeAt(at - 1))) return true;
  return false;
}

/** `Function("…")()`, new Function`…`: code from a text. */
const functionOfText =
  /(?:^|[\s;,=(+!~])(?:new\s{1,4})?function\s{0,4}(?:\(\s{0,4}(?:['"`][^)]{0,200}\)\s{0,4}[(`]|\w{1,8}\+))|new\s{1,4}function\s{0,4}`(?=[^\s`])/;
/** `with(document)`, `with(location)`: names that need no owner. */
const withOwner = /\bwith\s{0,4}\(\s{0,4}(?:document|location|window|self|top)\s{0,4}\)/;
/** `(0,alert)(…)`, `setTimeout(alert,…)`, `.then(alert)`, `.then(()=>alert(…`: a function that is handed on. */
const handedOn =
  /\(\s{0,4}[\w'"]{1,12}\s{0,4}(?:,\s{0,4}[\w'"]{1,12}\s{0,4}){0,12},\s{0,4}(?:alert|confirm|prompt|eval)\s{0,4}\)\s{0,4}[(`]|(?:\b(?:settimeout|setinterval|setimmediate)|\.\s{0,2}(?:then|catch|map|find|foreach|some|every|filter))\s{0,4}\(\s{0,4}(?:alert|confirm|prompt|eval)\s{0,4}[,)]|\.\s{0,2}then\s{0,4}\(\s{0,4}(?:\(\s{0,4}\w{0,8}\s{0,4}\)|\w{1,8})\s{0,4}=>\s{0,4}(?:alert|eval)\s{0,4}\(\s{0,4}['"`\d)]|=>\s{0,4}\w{1,8}\([^()]{0,24}\)\s{0,4}\)\s{0,4}\(\s{0,4}(?:alert|confirm|prompt|eval)\s{0,4}\)/;
const looked = 4_096;

export type Indirection = 'script.alias' | 'script.indirect_call' | 'script.whole_call' | 'script.page_write';

/** Ways to a function that avoid its name and parentheses. Offsets in the folded text. */
export function readIndirection(folded: string, report: (feature: Indirection, start: number, end: number) => void): void {
  const text = folded.length > looked ? folded.slice(0, looked) : folded;
  if (text.includes('=')) {
    let seen = 0;
    for (const found of text.matchAll(alias)) {
      seen += 1;
      if (seen > 8) break;
      const name = found[1] as string;
      const behind = found.index + found[0].length;
      const call = text.indexOf(`${name}(`, behind);
      if (call >= 0 && !/[\w$]/.test(text.charAt(call - 1))) {
        report('script.alias', found.index, behind);
        break;
      }
    }
  }
  if (text.includes('alert') || text.includes('eval') || text.includes('prompt') || text.includes('confirm')) {
    const at = text.search(handedOn);
    if (at >= 0) report('script.indirect_call', at, at + 24);
  }
  if (indexesNumber(text)) {
    const at = text.search(literalMethod);
    if (at >= 0) report('script.indirect_call', at, at + 20);
  }
  if (text.includes('function')) {
    const at = text.search(functionOfText);
    // Between the backticks of Markdown, `new Function` calls nothing.
    if (at >= 0 && text.slice(0, at).split('`').length % 2 === 1) report('script.indirect_call', at, at + 24);
  }
  if (text.includes('with')) {
    const at = text.search(withOwner);
    if (at >= 0) report('script.page_write', at, at + 16);
  }
}
