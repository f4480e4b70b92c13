import type { InnerKind, PersonalKind } from '@menshen/contract';
import { maskValue } from './formats.ts';
import { findInnerWords } from './inner-words.ts';
import { findPersonalValues, type PersonalValue } from './personal-values.ts';
import type { DisclosureRules } from './rules.ts';

/** What was found in an answer, and what is done about it. */
export interface Leak {
  readonly kind: PersonalKind | InnerKind | 'bulk';
  readonly count: number;
  readonly action: 'alert' | 'mask' | 'withhold';
}

export interface Examined {
  readonly leaks: readonly Leak[];
  readonly withheld: boolean;
  /** Personal values that stay in clear. */
  readonly values: number;
  /** The text with values masked; null when none is to be. */
  readonly text: string | null;
}

const nothing: Examined = { leaks: [], withheld: false, values: 0, text: null };

/** Looks for personal values and a backend's inside in the text of an answer; `json` says whether it is JSON. Linear in its length. */
export function examineText(text: string, rules: DisclosureRules, json: boolean): Examined {
  const { personal, inner, most, onMost } = rules;
  const values = findPersonalValues(text);
  const words = findInnerWords(text);
  if (values.length === 0 && words.size === 0) return nothing;
  const leaks: Leak[] = [];
  for (const kind of words) {
    const action = inner[kind];
    if (action !== 'pass') leaks.push({ kind, count: 1, action });
  }
  const counts = new Map<PersonalKind, number>();
  for (const { kind } of values) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const [kind, count] of counts) {
    const action = personal[kind];
    if (action !== 'pass') leaks.push({ kind, count, action });
  }
  if (values.length > most) leaks.push({ kind: 'bulk', count: values.length, action: onMost });
  if (leaks.length === 0) return { ...nothing, values: values.length };
  const withheld = leaks.some(({ action }) => action === 'withhold');
  const hidden = withheld ? [] : values.filter(({ kind }) => personal[kind] === 'mask');
  return {
    leaks,
    withheld,
    values: values.length - hidden.length,
    text: hidden.length === 0 ? null : hideValues(text, hidden, json),
  };
}

/** In JSON a masked number becomes a text, because stars are no number; inside a text the stars stand as they are. */
function hideValues(text: string, values: readonly PersonalValue[], json: boolean): string {
  const parts: string[] = [];
  let at = 0;
  let inText = false;
  for (const { kind, start, end } of values) {
    for (let walked = json ? at : start; walked < start; walked += 1) {
      const code = text.charCodeAt(walked);
      if (code === backslash && inText) walked += 1;
      else if (code === quotationMark) inText = !inText;
    }
    const masked = maskValue(text.slice(start, end), kind);
    parts.push(text.slice(at, start), json && !inText ? `"${masked}"` : masked);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

const backslash = 92;
const quotationMark = 34;
