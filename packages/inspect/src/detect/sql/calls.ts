import type { sqlFeatures } from './features.ts';
import { operandBits } from './grammar.ts';
import type { Reading } from './reading.ts';
import { kinds } from './tokens.ts';
import { hasWide } from './typography.ts';
import { functionFeature } from './words.ts';

const wholeCalls: ReadonlySet<string> = new Set([
  'sql.file_function',
  'sql.error_function',
  'sql.gather_function',
  'sql.blind_function',
]);

/** The call of a function, or a dotted name that is one. */
export function readCall(reading: Reading, at: number, name: string): void {
  const { grammar, tokens, report } = reading;
  const { kind, count } = tokens;
  const { word } = grammar;
  // sleep(睡眠) explains a word.
  if (kind[at + 1] === kinds.open && hasWide(word(at + 2))) return;
  const feature = functionFeature(name);
  // sleep() is the method of some program: a database has to be told how long.
  if (feature === 'sql.time_function' && kind[at + 1] === kinds.open && kind[at + 2] === kinds.close) return;
  if (feature !== undefined) {
    report(feature as keyof typeof sqlFeatures, at, at + 1);
    // The whole value is the call: `load_file('…')`, `convert(int,@@version)`.
    if (at === 0 && kind[1] === kinds.open && (tokens.match[1] as number) === count - 1 && wholeCalls.has(feature))
      report('sql.whole_call', at, count - 1);
    if (feature === 'sql.error_function' && kind[at + 1] === kinds.open && gathers(reading, at + 2))
      report('sql.nested_functions', at, at + 2);
    if (feature === 'sql.time_function' && !(at > 0 && (kind[at - 1] === kinds.name || kind[at - 1] === kinds.dot))) {
      const after = (tokens.match[at + 1] as number) + 1;
      const beside = at > 0 ? (kind[at - 1] as number) : 0;
      if (at === 0 && after >= count) report('sql.time_only', at, at + 1);
      else if (
        (kind[1] === kinds.open && at < (tokens.match[1] as number) && conditional.has(word(0))) ||
        (at === 1 && beside === kinds.semicolon) ||
        beside === kinds.arithmetic ||
        beside === kinds.comparison ||
        beside === kinds.logicalSign ||
        // What follows is a rest of the statement that it was cut out of, and a comment ends it.
        (after < count &&
          kind[count - 1] === kinds.comment &&
          (tokens.end[count - 1] as number) - (tokens.start[count - 1] as number) <= 4) ||
        (after < count && (kind[after] === kinds.comparison || kind[after] === kinds.arithmetic || kind[after] === kinds.comment))
      )
        report('sql.time_context', at, after);
    }
    if (
      kind[at + 2] !== undefined &&
      kind[at + 1] === kinds.open &&
      functionFeature(word(at + 2)) !== undefined &&
      kind[at + 3] === kinds.open &&
      at + 3 < count
    )
      report('sql.nested_functions', at, at + 3);
  }
  if (name === 'iif' || name === 'elt' || name === 'make_set' || name === 'decode') readConstantBranch(reading, at + 2);
  if (
    (name.startsWith('utl_') || name.startsWith('dbms_')) &&
    /^(?:utl|dbms)_[a-z]+\./.test(name) &&
    name.length < 64 &&
    (at === 0 || kind[at - 1] !== kinds.name)
  )
    report('sql.extended_procedure', at, at + 2);
  if ((name === 'char' || name === 'chr' || name === 'nchar') && kind[at + 2] === kinds.number) {
    const close = tokens.match[at + 1] as number;
    const again = word(close + 2);
    if (kind[close - 2] === kinds.comma || again === name) report('sql.char_chain', at, close);
  }
}

/** Functions of databases that compute one of their arguments only. */
const conditional: ReadonlySet<string> = new Set(['if', 'iif', 'elt', 'ifnull', 'nullif', 'coalesce']);

/** `extractvalue(rand(), concat(…))`: what an error is to print stands in a later argument. */
function gathers({ tokens, grammar }: Reading, from: number): boolean {
  const end = Math.min(tokens.match[from - 1] as number, from + 12, tokens.count);
  for (let at = from; at < end; at += 1)
    if (grammar.word(at).startsWith('concat') && tokens.kind[at + 1] === kinds.open) return true;
  return false;
}

/** A condition of CASE or IF that compares constants. */
export function readConstantBranch(reading: Reading, at: number): void {
  const { tokens, grammar, report } = reading;
  const { kind } = tokens;
  const next = grammar.expression(at);
  const left = grammar.bits;
  const then = next > 0 ? grammar.comparison(next) : -1;
  // `when (1=1) then`: the parenthesis is one operand.
  if (kind[at] === kinds.open) {
    const inner = grammar.expression(at + 1);
    const innerLeft = grammar.bits;
    const innerThen = inner > 0 ? grammar.comparison(inner) : -1;
    if (innerThen > 0 && grammar.expression(innerThen) > 0 && ((innerLeft | grammar.bits) & ~operandBits.constant) === 0)
      report('sql.case_constant', at, innerThen);
  } else if (then > 0 && grammar.expression(then) > 0 && ((left | grammar.bits) & ~operandBits.constant) === 0)
    report('sql.case_constant', at, then);
}
