import type { Signals } from '../model.ts';
import type { sqlFeatures } from './features.ts';
import { type Grammar, operandBits } from './grammar.ts';
import { kinds, type Tokens } from './tokens.ts';
import { wordKinds } from './words.ts';

/** A text split into tokens in one quoting context, and what all who look at it ask. Positions are token indexes. */
export interface Reading {
  readonly text: string;
  readonly tokens: Tokens;
  readonly grammar: Grammar;
  /** The quote inside of which the text is read; 0 outside of quotes. */
  readonly quote: number;
  /** First token that closes no parenthesis: behind the quote, or at the start. */
  readonly lead: number;
  /** Outside of quotes, the token behind a value of constants with its parentheses; -1 when the text begins otherwise. */
  readonly numericLead: number;
  report(feature: keyof typeof sqlFeatures, first: number, last: number): void;
  /** Takes note of what the grammar has read; false when the budget is spent. */
  spend(): boolean;
  /** Whether the value stops being a value here. */
  isLead(at: number): boolean;
  /** Whether a token begins a line; never inside of quotes. */
  startsLine(at: number): boolean;
  /** Does the rest end as an injected piece does: in a comment or in an open quote? */
  closes(at: number): boolean;
  /** Whether a condition ends at a position, or goes on as SQL; prose goes on with a word. */
  continues(at: number): boolean;
}

const stepsOfOperand = 60;

export function createReading(text: string, tokens: Tokens, grammar: Grammar, quote: number, signals: Signals): Reading {
  const { kind, value, start, end, count } = tokens;
  let lead = 0;
  while (lead < count && kind[lead] === kinds.close) lead += 1;
  const numericLead = quote === 0 ? behindConstants(tokens, grammar) : -1;
  return {
    text,
    tokens,
    grammar,
    quote,
    lead,
    numericLead,
    spend: () => {
      const { operands } = grammar;
      grammar.operands = 0;
      return signals.spend(operands * stepsOfOperand);
    },
    report: (feature, first, last) => signals.report(feature, start[first] ?? 0, end[Math.min(last, count - 1)] ?? text.length),
    isLead: (at) => at === lead || at === numericLead,
    startsLine: (at) => quote === 0 && (at === 0 || text.slice(end[at - 1], start[at]).includes('\n')),
    closes: (at) =>
      at < count ? kind[at] === kinds.comment || kind[at] === kinds.openString : (grammar.bits & operandBits.openString) !== 0,
    continues: (at) =>
      grammar.isEnd(at) ||
      kind[at] === kinds.logicalSign ||
      kind[at] === kinds.comma ||
      kind[at] === kinds.arithmetic ||
      (kind[at] === kinds.word &&
        value[at] !== wordKinds.other &&
        value[at] !== wordKinds.operator &&
        value[at] !== wordKinds.statement),
  };
}

function behindConstants({ kind, count }: Tokens, grammar: Grammar): number {
  let at = grammar.expression(0);
  if (at <= 0 || (grammar.bits & ~(operandBits.constant | operandBits.call | operandBits.variable)) !== 0) return -1;
  while (at < count && kind[at] === kinds.close) at += 1;
  return at;
}
