import type { Condition } from '../model.ts';
import { refuse } from '../problem.ts';

const maxLength = 8_192;
const maxNesting = 60;

interface Token {
  readonly text: string;
  readonly word: string;
}

/**
 * Parses a condition (Sigma rules 2.1, "Condition"): `or` binds least, then `and`, `not`, `N of …`, parentheses. The words are taken in any case. The
 * same grammar serves conditions over rule names in correlations.
 */
export function parseCondition(text: string, path: string): Condition {
  if (text.length > maxLength) refuse('limit_exceeded', path, '条件过长。', 'The condition is too long.');
  if (text.includes('|'))
    refuse(
      'condition_invalid',
      path,
      '条件中的 | 聚合已被 Sigma 2 取消，请改用关联规则。',
      'Aggregations with | are gone from Sigma 2: use a correlation rule.',
    );
  const tokens: Token[] = (text.match(/[()]|[^\s()]+/g) ?? []).map((token) => ({ text: token, word: token.toLowerCase() }));
  const parser = new Parser(tokens, path);
  return parser.whole();
}

const quantifier = /^(?:any|all|[1-9]\d{0,3})$/;
const reserved = new Set(['and', 'or', 'not', 'of', 'them', '(', ')']);

class Parser {
  readonly #tokens: readonly Token[];
  readonly #path: string;
  #at = 0;

  constructor(tokens: readonly Token[], path: string) {
    this.#tokens = tokens;
    this.#path = path;
  }

  whole(): Condition {
    const condition = this.#or(0);
    if (this.#at < this.#tokens.length) this.#invalid();
    return condition;
  }

  #word(ahead = 0): string {
    return this.#tokens[this.#at + ahead]?.word ?? '';
  }

  #invalid(): never {
    return refuse(
      'condition_invalid',
      this.#path,
      '条件不符合 Sigma 的语法。',
      'The condition does not follow the grammar of Sigma.',
    );
  }

  #or(nesting: number): Condition {
    return this.#chain('or', nesting, () => this.#chain('and', nesting, () => this.#not(nesting)));
  }

  #chain(kind: 'and' | 'or', nesting: number, operand: () => Condition): Condition {
    if (nesting > maxNesting) refuse('limit_exceeded', this.#path, '条件的括号嵌套过深。', 'The condition is nested too deeply.');
    const first = operand();
    const of = [first];
    while (this.#word() === kind) {
      this.#at += 1;
      of.push(operand());
    }
    return of.length === 1 ? first : { kind, of };
  }

  #not(nesting: number): Condition {
    let negated = false;
    while (this.#word() === 'not') {
      negated = !negated;
      this.#at += 1;
    }
    const condition = this.#operand(nesting);
    return negated ? { kind: 'not', of: condition } : condition;
  }

  #operand(nesting: number): Condition {
    const token = this.#tokens[this.#at];
    if (token === undefined) return this.#invalid();
    this.#at += 1;
    if (token.word === '(') {
      const inner = this.#or(nesting + 1);
      if (this.#word() !== ')') return this.#invalid();
      this.#at += 1;
      return inner;
    }
    if (quantifier.test(token.word) && this.#word() === 'of') {
      const pattern = this.#tokens[this.#at + 1];
      if (pattern === undefined || (reserved.has(pattern.word) && pattern.word !== 'them')) return this.#invalid();
      this.#at += 2;
      const least = token.word === 'all' ? null : token.word === 'any' ? 1 : Number(token.word);
      return { kind: 'some', least, pattern: pattern.word === 'them' ? 'them' : pattern.text };
    }
    if (reserved.has(token.word) || token.text.includes('*')) return this.#invalid();
    return { kind: 'name', name: token.text };
  }
}

/** Which of the names a pattern of `N of` means: all but those that begin with `_`, unless the pattern begins so too. */
export function namesOf(pattern: string, names: Iterable<string>): string[] {
  const all = [...names];
  if (pattern === 'them') return all.filter((name) => !name.startsWith('_'));
  const matches = nameTest(pattern);
  return all.filter((name) => matches(name) && (pattern.startsWith('_') || !name.startsWith('_')));
}

/** Whether a name has the pieces of the pattern between its `*` in this order; linear. */
function nameTest(pattern: string): (name: string) => boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return (name) => name === first;
  const last = rest.pop() ?? '';
  return (name) => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
    let at = first.length;
    const end = name.length - last.length;
    for (const piece of rest) {
      const found = name.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return at <= end;
  };
}
