import { InexpressibleError } from './inexpressible.ts';

/** The databases that conditions are written for; `mysql` also serves MariaDB. */
export type SqlDialect = 'sqlite' | 'postgres' | 'mysql';

/** A value of a condition. Integers are always bigint: drivers bind a JavaScript number as a floating-point one. */
export type SqlParameter = string | bigint;

interface Parameter {
  readonly parameter: SqlParameter;
}

/** A piece of SQL with its parameters in place. Immutable. */
export interface Sql {
  readonly parts: ReadonlyArray<string | Parameter | Sql>;
  /** How many pieces and parameters it is made of, all levels counted. */
  readonly size: number;
}

/** A condition for a WHERE clause. Values are in `parameters` only, in the order of the placeholders. */
export interface SqlCondition {
  readonly text: string;
  readonly parameters: readonly SqlParameter[];
}

/** Bounds of a condition: SQLite takes 32,766 parameters and 1,000,000 bytes of text. */
const MAX_SIZE = 200_000;
const MAX_PARAMETERS = 20_000;
const MAX_TEXT = 500_000;

function tooLarge(): InexpressibleError {
  return new InexpressibleError('too_large', 'the condition would be too large for a database');
}

function make(parts: Sql['parts']): Sql {
  const size = parts.reduce((sum, part) => sum + (typeof part === 'object' && 'size' in part ? part.size : 1), 1);
  if (size > MAX_SIZE) throw tooLarge();
  return { parts, size };
}

/** SQL from a template; what is put in are pieces of SQL. Throws `too_large`. */
export function sql(strings: TemplateStringsArray, ...pieces: readonly Sql[]): Sql {
  return make(
    strings.flatMap((text, index) => [text, pieces[index]].filter((part) => part !== undefined && part !== '')) as Sql['parts'],
  );
}

/** Text that is SQL already: keywords, operators and quoted names. */
export function raw(text: string): Sql {
  return make([text]);
}

/** A value, as a parameter. */
export function parameter(value: SqlParameter): Sql {
  return make([{ parameter: value }]);
}

/** Pieces between separators. */
export function join(pieces: readonly Sql[], separator: string): Sql {
  return make(pieces.flatMap((piece, index) => (index === 0 ? [piece] : [separator, piece])));
}

/** `a AND b AND ...` as a balanced tree: SQLite bounds the depth of an expression, and reads a chain as a deep one. */
export function balanced(pieces: readonly Sql[], operator: 'AND' | 'OR'): Sql {
  if (pieces.length <= 4) return join(pieces, ` ${operator} `);
  const middle = pieces.length >> 1;
  return sql`(${balanced(pieces.slice(0, middle), operator)}) ${raw(operator)} (${balanced(pieces.slice(middle), operator)})`;
}

function typeOf(value: SqlParameter): string {
  return typeof value === 'string' ? 'text' : 'bigint';
}

/** Writes SQL out. PostgreSQL's placeholders count from `first` and name their type, so that nothing depends on the driver's guess. */
export function renderSql(condition: Sql, dialect: SqlDialect, first = 1): SqlCondition {
  const text: string[] = [];
  const parameters: SqlParameter[] = [];
  const write = (piece: Sql): void => {
    for (const part of piece.parts) {
      if (typeof part === 'string') text.push(part);
      else if ('parts' in part) write(part);
      else {
        parameters.push(part.parameter);
        text.push(dialect === 'postgres' ? `$${first + parameters.length - 1}::${typeOf(part.parameter)}` : '?');
      }
    }
  };
  write(condition);
  const whole = text.join('');
  if (parameters.length > MAX_PARAMETERS || whole.length > MAX_TEXT) throw tooLarge();
  return { text: whole, parameters };
}
