import type { Subject } from '../model.ts';
import type { sqlFeatures } from './features.ts';

/** `A ' OR ' B`, as it stands between the quotes of an application. */
const quotedOperator =
  /^\w{1,16} ?(['"]) ?(?:[-+*/%<>=!|&^]{1,3}|(?:not )?(?:r?like|regexp|in|is)|sounds like|x?or|and|div|mod) ?\1 ?\w{1,16}$/i;
/** A few characters with both quotes unbalanced and nothing else to say: somebody tries whether they do something. */
function isQuoteProbe(text: string): boolean {
  let single = 0;
  let double = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x27) single += 1;
    else if (unit === 0x22) double += 1;
    else if (unit === 0x20 || unit > 0x7e) return false;
  }
  return single % 2 === 1 && double % 2 === 1;
}

/** An honest client has no reason to encode a lone quote at the end of a value again. */
const hiddenQuote = /^[\w.@-]{1,40}['"]$/;

/** What a short value as a whole says, without its grammar. */
export function probeFeatures(text: string, { layers }: Subject): readonly (keyof typeof sqlFeatures)[] {
  const found: (keyof typeof sqlFeatures)[] = [];
  if (text.length <= 48 && quotedOperator.test(text)) found.push('sql.quoted_operator');
  if (text.length <= 16 && isQuoteProbe(text)) found.push('sql.quote_probe');
  if (layers > 0 && text.length < 64 && hiddenQuote.test(text)) found.push('sql.hidden_quote');
  return found;
}
