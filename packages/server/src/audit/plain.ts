/** An object that came from outside: JSON and nothing trusted. */
export type Plain = Record<string, unknown>;

/** A value as an object; null for everything else, lists too. */
export const plainOrNull = (value: unknown): Plain | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : null;

const NOTHING: Readonly<Plain> = {};
/** A value as an object to read from; everything else has no members. */
export const plain = (value: unknown): Readonly<Plain> => plainOrNull(value) ?? NOTHING;
/** A text that is not empty. */
export const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
export const integer = (value: unknown): number | null => (Number.isSafeInteger(value) ? (value as number) : null);

/** An entry as the object that it holds; null for what is no JSON object. */
export function parsePlain(entry: string): Plain | null {
  try {
    return plainOrNull(JSON.parse(entry));
  } catch {
    return null;
  }
}
