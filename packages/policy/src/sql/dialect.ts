import type { PatternPart } from '../ast.ts';
import { InexpressibleError } from './inexpressible.ts';
import { join, parameter, raw, type Sql, type SqlDialect, sql } from './sql-text.ts';

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_$]{0,62}$/;

/** What differs between databases. Text is compared as Cedar does: by code points, whatever the column's collation. */
export interface Dialect {
  readonly name: SqlDialect;
  /** A quoted name, dots between its parts. Throws a TypeError for what is no plain name. */
  identifier(name: string): Sql;
  text(value: string): Sql;
  textEquals(left: Sql, right: Sql): Sql;
  textIn(left: Sql, values: readonly string[]): Sql;
  like(text: Sql, pattern: readonly PatternPart[]): Sql;
  /** An integer column as text, to be compared with ids that are text. */
  integerAsText(integer: Sql): Sql;
  /** A boolean column as a condition. */
  truth(column: Sql): Sql;
  /** An operand of arithmetic, as a 64-bit integer. */
  wide(integer: Sql): Sql;
}

function checkText(value: string, allowNul: boolean): string {
  if (value.isWellFormed() && (allowNul || !value.includes('\0'))) return value;
  throw new InexpressibleError('unstorable_text', 'a text holds half a surrogate pair or a NUL');
}

function quoted(quote: string): (name: string) => Sql {
  return (name) => {
    const parts = name.split('.');
    if (parts.length > 3 || !parts.every((part) => IDENTIFIER.test(part))) throw new TypeError('not a plain SQL name');
    return raw(parts.map((part) => quote + part + quote).join('.'));
  };
}

function likePattern(pattern: readonly PatternPart[], wildcard: string, quote: (text: string) => string): string {
  return pattern.map((part) => (part === null ? wildcard : quote(part))).join('');
}

/** `!` escapes, not a backslash: that one means different things in different modes of MySQL. */
const escapeLike = (text: string): string => text.replace(/[!%_]/g, '!$&');
const escapeGlob = (text: string): string => text.replace(/[*?[]/g, '[$&]');

const sqliteText = (value: string): Sql => parameter(checkText(value, true));

const sqlite: Dialect = {
  name: 'sqlite',
  identifier: quoted('"'),
  text: sqliteText,
  textEquals: (left, right) => sql`${left} = ${right} COLLATE BINARY`,
  textIn: (left, values) => sql`${left} COLLATE BINARY IN (${join(values.map(sqliteText), ', ')})`,
  // GLOB, as LIKE ignores case. It stops at a NUL: such a text counts as an error, so that it is refused and not misread.
  like: (text, pattern) =>
    sql`CASE WHEN instr(CAST(${text} AS BLOB), x'00') = 0 THEN ${text} GLOB ${parameter(
      checkText(likePattern(pattern, '*', escapeGlob), false),
    )} END`,
  integerAsText: (integer) => sql`CAST(${integer} AS TEXT)`,
  truth: (column) => sql`(${column} <> 0)`,
  wide: (integer) => integer,
};

const postgresText = (value: string): Sql => parameter(checkText(value, false));

const postgres: Dialect = {
  name: 'postgres',
  identifier: quoted('"'),
  text: postgresText,
  textEquals: (left, right) => sql`${left} = ${right}`,
  textIn: (left, values) => sql`${left} IN (${join(values.map(postgresText), ', ')})`,
  like: (text, pattern) => sql`${text} LIKE ${postgresText(likePattern(pattern, '%', escapeLike))} ESCAPE '!'`,
  integerAsText: (integer) => sql`CAST(${integer} AS text)`,
  truth: (column) => column,
  wide: (integer) => sql`CAST(${integer} AS bigint)`,
};

const mysqlText = (value: string): Sql => parameter(checkText(value, true));
const bytes = (text: Sql): Sql => sql`CAST(CONVERT(${text} USING utf8mb4) AS BINARY)`;

/** Its usual collations take `A` for `a` and ignore spaces at the end; its first comparison is for the index, the second is exact. */
const mysql: Dialect = {
  name: 'mysql',
  identifier: quoted('`'),
  text: mysqlText,
  textEquals: (left, right) => sql`(${left} = ${right} AND ${bytes(left)} = ${bytes(right)})`,
  textIn: (left, values) => {
    const list = values.map(mysqlText);
    return sql`(${left} IN (${join(list, ', ')}) AND ${bytes(left)} IN (${join(list.map(bytes), ', ')}))`;
  },
  like: (text, pattern) =>
    sql`CONVERT(${text} USING utf8mb4) COLLATE utf8mb4_bin LIKE ${mysqlText(likePattern(pattern, '%', escapeLike))} ESCAPE '!'`,
  integerAsText: (integer) => sql`CAST(${integer} AS CHAR)`,
  truth: (column) => sql`(${column} <> 0)`,
  wide: (integer) => integer,
};

export const DIALECTS: Readonly<Record<SqlDialect, Dialect>> = { sqlite, postgres, mysql };
