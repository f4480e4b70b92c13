import { type Machine, placeOf } from '../machine/machine.ts';
import type { Operation } from '../machine/trace.ts';
import { type CallSite, has, literal, native, object, origin, unknown, type Value } from '../machine/value.ts';
import { addCondition, finish, newQuery, type Query } from './query.ts';

const statement = /^\s*(select|update|delete|insert|replace)\b/i;

export function looksLikeSql(text: unknown): text is string {
  return typeof text === 'string' && statement.test(text) && /\b(from|set|into|where|values)\b/i.test(text);
}

/** `db.prepare(sql)`: the statement runs, with what stands for its parameters, when one of its methods is called. */
export function preparedStatement(m: Machine, text: Value): Value {
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'sql-statement',
      get: (name) => {
        if (/^(bind|pluck|raw|expand|safeIntegers|setReadBigInts)$/.test(name)) return native(name, () => self);
        if (!/^(get|all|run|iterate|each|execute|query|first|values)$/.test(name)) return undefined;
        return native(name, (args, site) => {
          const [first] = args;
          const bound: Value | undefined =
            args.length === 1 && first?.shape
              ? first
              : { flags: 0, shape: { props: new Map(args.map((arg, i) => [String(i), arg])), rest: undefined, list: true } };
          return sqlAccess(m, [text, bound], site) ?? unknown;
        });
      },
    },
  };
  return self;
}

const verbs: Record<string, Operation> = {
  select: 'read',
  update: 'update',
  delete: 'delete',
  insert: 'create',
  replace: 'create',
};

/** A statement given as text: its table, its conditions and the values that stand for `?`, `:name` and the holes of a template. */
export function sqlAccess(m: Machine, args: readonly Value[], site: CallSite): Value | undefined {
  const first = args[0];
  const text =
    typeof first?.literal === 'string'
      ? first.literal
      : typeof first?.shape?.props.get('sql')?.literal === 'string'
        ? (first.shape.props.get('sql')?.literal as string)
        : undefined;
  if (!looksLikeSql(text)) return undefined;
  const sql = text.slice(0, 6_000);
  const verb = (statement.exec(sql)?.[1] ?? 'select').toLowerCase();
  const main = verb === 'select' ? outside(sql, 'from') : -1;
  const table = tableAfter.exec(main > 0 ? sql.slice(main) : sql)?.[1] ?? tableAfter.exec(sql)?.[1] ?? '';
  const query = newQuery(table);
  const values = parameters(args, first);
  const outer = outside(sql, 'where');
  const where = outer < 0 ? sql.search(/\bwhere\b/i) : outer;
  query.wherePlace = site.args[0] ? placeOf(m, site.args[0]) : site.place;
  if (where >= 0) readConditions(query, sql, where, values, query.wherePlace);
  const columns = verb === 'select' ? selected(sql) : undefined;
  if (columns) query.fields = columns;
  return finish(
    m,
    query,
    verb === 'select' && onlyCounted.test(sql) ? 'count' : (verbs[verb] ?? 'read'),
    site,
    verb === 'select' || verb === 'delete' ? undefined : written(sql, verb, values),
  );
}

const tableAfter = /\b(?:from|update|into)\s+(?:low_priority\s+|ignore\s+|only\s+)?[`"[]?(?:\w+[`"]?\.[`"]?)?(\w+)/i;

/** Where a word of the statement itself stands, not of one that it holds in brackets; -1 where there is none. */
function outside(sql: string, word: string): number {
  let depth = 0;
  for (const match of sql.matchAll(new RegExp(`[()]|\\b${word}\\b`, 'gi'))) {
    if (match[0] === '(') depth += 1;
    else if (match[0] === ')') depth -= 1;
    else if (depth === 0) return match.index;
  }
  return -1;
}

/** How many rows there are, or whether there is one: nothing of the rows. */
const onlyCounted = /^\s*select\s+(?:count\s*\([^()]{0,60}\)|exists\s*\(|1\b)(?:\s+as\s+\w+)?\s+from\b/i;

/** The columns that a statement writes, with their values. */
function written(sql: string, verb: string, values: Parameters): Value {
  const props: [string, Value][] = [];
  let question = 0;
  let hole = 0;
  const take = (token: string): Value => {
    if (token === '?') return values.positional[question++] ?? unknown;
    if (token === '\u0000') return values.holes[hole++] ?? unknown;
    if (/^[:@$]/.test(token)) return values.named?.shape?.props.get(token.slice(1)) ?? numbered(values, token) ?? unknown;
    return literal(token.replace(/^['"]|['"]$/g, ''));
  };
  if (verb === 'update') {
    const set = /\bset\b([\s\S]*?)(?:\bwhere\b|$)/i.exec(sql)?.[1] ?? '';
    for (const match of set.matchAll(assignment)) {
      const [, column = '', token = '', sign, step = ''] = match;
      const isCounted = plain(token) === plain(column);
      props.push([plain(column), isCounted ? counted(sign, step === '' ? unknown : take(step)) : take(token)]);
    }
    // `SET ?` takes a whole object.
    if (props.length === 0 && /^\s*\?/.test(set)) return values.positional[0] ?? values.named ?? unknown;
    return object(props);
  }
  const insert = /\(([^()]*)\)\s*values?\s*\(([^()]*)\)/i.exec(sql.replace(constantCall, 'null').replace(constantCall, 'null'));
  if (!insert) return /\bset\s*\?/i.test(sql) ? (values.positional[0] ?? values.named ?? unknown) : unknown;
  // `(${Object.keys(row)}) VALUES (…)`, with the values of the same row.
  if (/^[\s`"]*\u0000[\s`"]*$/.test(insert[1] ?? '') && values.whole) return values.whole;
  const names = (insert[1] ?? '').split(',');
  (insert[2] ?? '').split(',').forEach((token, n) => {
    props.push([plain(names[n] ?? ''), take(token.trim().replace(/^['"](\u0000)['"]$/, '$1'))]);
  });
  return object(props);
}

/** `now()`, `date_format(now(), '%Y')`: a call in which nothing of the statement's values stands. */
const constantCall = /\b(?!values?\b)\w{1,40}\s?\([^()\u0000?:@$]{0,60}\)(?=\s*[,)])/gi;

/** `name = ?`, and `stock = stock - ?` with what is added or taken. */
const assignment =
  /([`\w.]+)\s*=\s*(?:['"]?)(\u0000|\?|[:@$]\w+|'[^']*'|"[^"]*"|[`\w.]+)(?:\s*([+-])\s*(\u0000|\?|[:@$]\w+|\d+))?/g;

const counted = (sign: string | undefined, step: Value): Value =>
  object([['$inc', sign === '-' && step.flags !== 0 ? { ...step, taken: true } : step]]);

function plain(column: string): string {
  return column.slice(column.lastIndexOf('.') + 1).replace(/[`"\s]/g, '');
}

interface Parameters {
  readonly holes: readonly Value[];
  readonly positional: readonly Value[];
  readonly named: Value | undefined;
  /** The object whose values were given, in their order. */
  readonly whole?: Value;
}

function parameters(args: readonly Value[], first: Value | undefined): Parameters {
  const holes = first?.shape
    ? [...first.shape.props].filter(([name]) => name.startsWith('\u0000')).map(([, value]) => value)
    : [];
  let bound = args[1] ?? first?.shape?.props.get('values');
  const replacements =
    bound?.shape?.props.get('replacements') ?? bound?.shape?.props.get('bind') ?? bound?.shape?.props.get('values');
  bound = replacements ?? bound;
  if (bound?.shape?.list) {
    const whole = bound.handle?.kind === 'values' ? (bound.handle.data as Value) : undefined;
    return { holes, positional: [...bound.shape.props.values()], named: undefined, ...(whole ? { whole } : {}) };
  }
  if (bound?.shape) return { holes, positional: [], named: bound };
  // The holes of a tagged template, and the values of SQLite's calls, come one by one.
  if (bound && !bound.callable) return { holes, positional: args.slice(1).filter((arg) => !arg.callable), named: undefined };
  return { holes, positional: [], named: undefined };
}

/** `$1` of PostgreSQL. */
function numbered(values: Parameters, token: string): Value | undefined {
  const number = /^\$(\d+)$/.exec(token)?.[1];
  return number === undefined ? undefined : values.positional[Number(number) - 1];
}

/** The names under which the columns of a statement come out; nothing where all are asked for, or where the list was put together elsewhere. */
function selected(sql: string): string[] | undefined {
  const from = outside(sql, 'from');
  const list = (from < 0 ? sql : sql.slice(0, from)).replace(/^\s*select\s+(?:distinct\s+)?/i, '');
  const names: string[] = [];
  let depth = 0;
  let item = '';
  for (const char of `${list},`) {
    if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if (char === ',' && depth <= 0) {
      const name = /(\w+)[`"\s]*$/.exec(item)?.[1];
      if (name === undefined && !/\u0000/.test(item) && item.trim() !== '' && !/\)\s*$/.test(item)) return undefined;
      if (/^\s*\u0000?\s*$/.test(item)) return undefined;
      names.push(name ?? '');
      item = '';
      continue;
    }
    // What stands in brackets is reckoned with, and does not come out as it is.
    if (depth === 0) item += char;
  }
  return names.filter((name) => name !== '');
}

const conditionPattern =
  /([`"\w.]+)\s*(=|<>|!=|>=|<=|>|<|\bin\b|\blike\b|\bnot in\b)\s*\(?\s*(['"`]?%?)(\u0000|\?|[:@]\w+|\$\{?\w+|'[^']*'|"[^"]*"|\d+)/gi;

function readConditions(
  query: Query,
  sql: string,
  from: number,
  values: Parameters,
  place: NonNullable<Query['wherePlace']>,
): void {
  const before = sql.slice(0, from);
  let question = (before.match(/\?/g) ?? []).length;
  let hole = (before.match(/\u0000/g) ?? []).length;
  const rest = sql.slice(from);
  // What stands in a hole before may hold any number of places: the conditions' values are the last ones.
  if (hole > 0) question = Math.max(question, values.positional.length - (rest.match(/\?/g) ?? []).length);
  conditionPattern.lastIndex = 0;
  let n = 0;
  for (let match = conditionPattern.exec(rest); match && n < 40; match = conditionPattern.exec(rest), n++) {
    const [, column = '', operator = '=', , token = ''] = match;
    let value: Value;
    if (token === '?')
      value = values.positional[question++] ?? (values.positional.length === 1 ? (values.positional[0] ?? unknown) : unknown);
    else if (token === '\u0000') value = values.holes[hole++] ?? unknown;
    else if (/^[:@$]\w/.test(token))
      value =
        numbered(values, token) ??
        values.named?.shape?.props.get(token.slice(1)) ??
        (values.named && has(values.named, origin.client) ? values.named : unknown);
    else value = { flags: 0, literal: token.replace(/^['"]|['"]$/g, '') };
    const narrowing = /^(=|in)$/i.test(operator);
    addCondition(query, column, value, place);
    if (!narrowing) {
      const last = query.conditions.pop();
      if (last) query.conditions.push({ ...last, narrowing: false });
    }
  }
  // Holes that stand where a condition was assembled elsewhere.
  if ((hole < values.holes.length && query.conditions.length === 0) || /\b(?:where|and|or)\s+\(*\s*\u0000/i.test(rest))
    query.opaque = true;
}
