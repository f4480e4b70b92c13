import { withoutShownMarks } from '../detect/decode/shown-code.ts';
import type { FieldMap } from '../fields/field-map.ts';
import { type Cleaned, cleanRichText, type Removed } from './clean.ts';
import { textOfRichText } from './text-of.ts';

/** Which members of a value are rich text. */
export interface RichFields {
  /**
   * Paths such as `content.html`: every member `html` of a member `content`, at whatever depth and in whatever list, because a backend may wrap its
   * objects as it likes.
   */
  readonly names: readonly string[];
  /** Fields whose schema says `format: rich-text`. */
  readonly declared: FieldMap | null;
}

/** A field that was cleaned and what was taken from it. */
export interface CleanedField {
  /** The path of the rule, or the declared path with `[]` for lists: names of ours. */
  readonly field: string;
  readonly removed: Removed;
  readonly harmful: boolean;
}

export type CleanedValue =
  | {
      readonly kind: 'clean';
      readonly value: unknown;
      /** The value with the words of its rich text in place of the HTML: what a look for other attacks reads. */
      readonly words: unknown;
      readonly changed: boolean;
      readonly fields: readonly CleanedField[];
    }
  | { readonly kind: 'too_large'; readonly field: string };

const maxDepth = 200;
/** Characters and marks of all rich text of a value together, so that many fields cost no more than one. */
const maxCharacters = 524_288;
const maxMarks = 30_000;

/** Cleans the rich-text fields of a parsed JSON value, form or multipart body. The value given is not changed. */
export function cleanRichFields(value: unknown, { names, declared }: RichFields): CleanedValue {
  const walk = new Walk(
    names.map((name) => ({ name, steps: name.split('.').reverse() })),
    declared?.hasRichText === true ? declared : null,
  );
  const [cleaned, words] = walk.value(value, []);
  if (walk.tooLarge !== null) return { kind: 'too_large', field: walk.tooLarge };
  return { kind: 'clean', value: cleaned, words, changed: walk.changed, fields: walk.fields };
}

class Walk {
  readonly #rules: readonly { readonly name: string; readonly steps: readonly string[] }[];
  readonly #declared: FieldMap | null;
  readonly fields: CleanedField[] = [];
  changed = false;
  tooLarge: string | null = null;
  #characters = 0;
  #marks = 0;

  constructor(rules: readonly { readonly name: string; readonly steps: readonly string[] }[], declared: FieldMap | null) {
    this.#rules = rules;
    this.#declared = declared;
  }

  /** The value cleaned, and the same with words for HTML. */
  value(value: unknown, path: readonly (string | number)[]): readonly [unknown, unknown] {
    if (typeof value === 'string') return this.#text(value, path);
    if (typeof value !== 'object' || value === null || this.tooLarge !== null) return [value, value];
    if (path.length > maxDepth) {
      this.tooLarge = '';
      return [value, value];
    }
    if (Array.isArray(value)) {
      const pairs = value.map((item, at) => this.value(item, [...path, at]));
      return [pairs.map(([item]) => item), pairs.map(([, words]) => words)];
    }
    const cleaned: Record<string, unknown> = Object.create(null);
    const words: Record<string, unknown> = Object.create(null);
    for (const [key, member] of Object.entries(value)) [cleaned[key], words[key]] = this.value(member, [...path, key]);
    return [cleaned, words];
  }

  #text(text: string, path: readonly (string | number)[]): readonly [string, string] {
    const field = this.#fieldOf(path);
    // Without a tag there is nothing to clean; an ampersand alone would only be spelt otherwise.
    if (field === null || !text.includes('<')) return [text, text];
    this.#characters += text.length;
    for (let at = 0; at < text.length && this.#marks <= maxMarks; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 0x3c || code === 0x26) this.#marks += 1;
    }
    const tooMuch = this.#characters > maxCharacters || this.#marks > maxMarks;
    const cleaned: Cleaned = tooMuch ? { kind: 'too_large' } : cleanRichText(text);
    if (cleaned.kind === 'too_large') {
      this.tooLarge = field;
      return ['', ''];
    }
    if (cleaned.html !== text) this.changed = true;
    const { elements, ...counts } = cleaned.removed;
    if (Object.keys(elements).length > 0 || Object.values(counts).some((count) => count > 0))
      this.fields.push({ field, removed: cleaned.removed, harmful: cleaned.harmful });
    return [cleaned.html, textOfRichText(withoutShownMarks(cleaned.html))];
  }

  #fieldOf(path: readonly (string | number)[]): string | null {
    const names = path.filter((step) => typeof step === 'string').reverse();
    const rule = this.#rules.find(({ steps }) => steps.every((step, at) => names[at] === step));
    if (rule !== undefined) return rule.name;
    if (this.#declared?.kindAt(path) !== 'rich_text') return null;
    return path.map((step) => (typeof step === 'number' ? '[]' : step)).join('.');
  }
}
