import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';

const escapePattern = (text: string): string => text.replaceAll(/[\\%_]/g, (character) => `\\${character}`);

// The engines disagree on the default escape character, so it is always named.
const match = (column: Expression<string | null>, pattern: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`${column} like ${pattern} escape '\\'`;

/** Text of a column begins with `text`, taken literally: `%` and `_` have no power. Case matters, on both engines. */
export function startsWith(column: Expression<string | null>, text: string): RawBuilder<SqlBool> {
  return match(column, `${escapePattern(text)}%`);
}

/** Text of a column contains `text`, taken literally. Case matters, on both engines; compare `lower(...)` to ignore it. */
export function contains(column: Expression<string | null>, text: string): RawBuilder<SqlBool> {
  return match(column, `%${escapePattern(text)}%`);
}
