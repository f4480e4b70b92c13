/**
 * What a text in a request is declared to be. The order is from the most to the least settled: of two kinds that both hold the
 * earlier one is taken, of two that may hold the later one.
 */
export const fieldKinds = [
  /** No text is allowed here: a number, a boolean, an object. */
  'none',
  'enum',
  'date',
  'mobile',
  'id',
  'name',
  'pattern',
  'base64',
  'token',
  'url',
  'rich_text',
  'json',
  'code',
  'short_text',
  'text',
  /** Nothing is said about it. */
  'unknown',
] as const;

export type FieldKind = (typeof fieldKinds)[number];

const ranks = new Map<FieldKind, number>(fieldKinds.map((kind, rank) => [kind, rank]));
const lastSettled = ranks.get('url') ?? 0;
const rankOf = (kind: FieldKind): number => ranks.get(kind) ?? fieldKinds.length;

/** Whether a text of this kind that conforms to its schema needs no look for attacks: nothing in it has a meaning to any language. */
export function isSettled(kind: FieldKind): boolean {
  return rankOf(kind) <= lastSettled;
}

/** The kind of a text for which both declarations hold. */
export function bothKinds(a: FieldKind, b: FieldKind): FieldKind {
  return rankOf(a) <= rankOf(b) ? a : b;
}

/** The kind of a text for which one of two declarations holds, nobody knows which. */
export function eitherKind(a: FieldKind, b: FieldKind): FieldKind {
  return rankOf(a) >= rankOf(b) ? a : b;
}
