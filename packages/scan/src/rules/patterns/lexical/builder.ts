import { type Comment, type Literal, longestValue, mostKeys, plainName, type Scope, type SourceText } from './model.ts';
import { lastPart } from './names-before.ts';
import { type Standing, standingOf } from './relation.ts';

const mostLiterals = 200_000;
const deepest = 200;

/** Collects what a reader meets in one text. */
export class SourceTextBuilder {
  readonly text: string;
  readonly literals: Literal[] = [];
  readonly comments: Comment[] = [];
  scope: Scope | null = null;
  #depth = 0;
  /** Brackets opened beyond the deepest scope kept. */
  #beyond = 0;

  constructor(text: string) {
    this.text = text;
  }

  open(bracket: Scope['open'], start: number, name: string): void {
    if (this.#depth >= deepest) {
      this.#beyond += 1;
      return;
    }
    this.scope = { open: bracket, name, start, end: this.text.length, parent: this.scope, keys: new Set(), position: 0 };
    this.#depth += 1;
  }

  /** Closes up to the scope that `bracket` opened; a bracket that nothing opened is left alone. */
  close(bracket: Scope['open'], end: number): void {
    if (this.#beyond > 0) {
      this.#beyond -= 1;
      return;
    }
    let found = this.scope;
    let steps = 1;
    while (found !== null && found.open !== bracket && steps < 4) {
      found = found.parent;
      steps += 1;
    }
    if (found === null || found.open !== bracket) return;
    for (let at = this.scope; at !== null && at !== found.parent; at = at.parent) {
      at.end = end;
      this.#depth -= 1;
    }
    this.scope = found.parent;
  }

  key(name: string): void {
    const keys = this.scope?.keys;
    if (keys !== undefined && keys.size < mostKeys && name !== '') keys.add(plainName(lastPart(name)));
  }

  /** A quoted literal: `start` and `end` are inside its quotes. */
  quoted(start: number, end: number, partial: boolean): void {
    const standing = standingOf(this.text, start - 1, this.scope);
    // `define('NAME', 'value')` of PHP gives a name as well.
    const name = standing.fullName === 'define' && this.scope?.position === 1 ? this.literals.at(-1) : undefined;
    this.add(start, end, name?.fullName === 'define' ? { relation: 'assigned', fullName: name.value } : standing, partial, false);
  }

  add(start: number, end: number, { relation, fullName }: Standing, partial: boolean, inComment: boolean): void {
    if (this.literals.length >= mostLiterals) return;
    this.literals.push({
      value: this.text.slice(start, Math.min(end, start + longestValue)),
      start,
      end,
      relation,
      name: lastPart(fullName),
      fullName,
      argument: relation === 'argument' ? (this.scope?.position ?? 0) : -1,
      partial,
      scope: this.scope,
      inComment,
    });
  }

  comment(start: number, end: number): void {
    this.comments.push({ start, end });
  }

  finish(): SourceText {
    return { text: this.text, code: blank(this.text, this.comments), literals: this.literals, comments: this.comments };
  }
}

function blank(text: string, comments: readonly Comment[]): string {
  if (comments.length === 0) return text;
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of comments) {
    parts.push(text.slice(at, start), text.slice(start, end).replace(/[^\n\r]/g, ' '));
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}
