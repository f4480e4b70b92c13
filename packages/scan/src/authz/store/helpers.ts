import type { Machine } from '../machine/machine.ts';
import type { Access, Operation } from '../machine/trace.ts';
import type { CallSite, Closure, Value } from '../machine/value.ts';
import { addConditions, finish, newQuery } from './query.ts';

const operations: readonly (readonly [RegExp, Operation])[] = [
  [/^(?:find|findOne|findAll|findMany|select|selectOne|get|getOne|getAll|getList|list|query|queryOne|first|fetch\w*)$/, 'read'],
  [/^(?:count|exists)$/, 'count'],
  [/^(?:update|modify|set|updateOne|updateBy\w*|edit)$/, 'update'],
  [/^(?:delete|remove|del|destroy|deleteOne|deleteBy\w*)$/, 'delete'],
  [/^(?:insert|create|add|save|insertOne|insertMany)$/, 'create'],
];
const whereName = /^(?:where|wheres|condition|conditions|conds?|filter|filters|criteria|query|params)$/i;
const dataName = /^(?:data|datas|values?|record|row|obj|fields|update|updates|updateData|insertData|dataArray)$/i;

/** A project's own way to its tables: `db.findOne('orders', { id })`, `db.update('orders', data, where)`. */
export interface Helper {
  readonly table: string;
  readonly operation: Operation;
  readonly where: Value | undefined;
  readonly data: Value | undefined;
}

/** What was handed over, as it was: such functions rewrite the conditions in place. */
const asGiven = (value: Value): Value =>
  value.shape ? { ...value, shape: { ...value.shape, props: new Map(value.shape.props) } } : value;

/** What a call of such a function asks for, by its name, its parameters' names and a table's name as its first argument. */
export function helperCall(closure: Closure, args: readonly Value[], name: string | undefined): Helper | undefined {
  const table = args[0]?.literal;
  if (typeof table !== 'string' || !/^[A-Za-z_]\w{1,60}$/.test(table)) return undefined;
  const short = (name ?? closure.name).slice((name ?? closure.name).lastIndexOf('.') + 1);
  const operation = operations.find(([pattern]) => pattern.test(short))?.[1];
  if (operation === undefined) return undefined;
  let where: Value | undefined;
  let data: Value | undefined;
  for (const [index, parameter] of closure.node.params.entries()) {
    const inner = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
    const given = args[index];
    if (index === 0 || inner.type !== 'Identifier' || !given?.shape) continue;
    if (operation !== 'create' && whereName.test(inner.name)) where ??= asGiven(given);
    else if (operation !== 'read' && operation !== 'delete' && operation !== 'count' && dataName.test(inner.name)) data ??= given;
  }
  return where === undefined && data === undefined ? undefined : { table, operation, where, data };
}

/** The columns by which a caller asks, where all of them are known. */
function columnsOf(where: Value | undefined): readonly string[] {
  return !where?.shape || where.shape.list || where.shape.rest ? [] : [...where.shape.props.keys()];
}

/** The function's own text has a statement, whose table stands in a hole. */
function writesStatement(m: Machine, { node, module }: Closure): boolean {
  const text = m.sources.text(module.file).slice(node.start, Math.min(node.end, node.start + 4_000));
  return /\b(?:select\b[\s\S]{1,200}?\bfrom|update|insert\s+into|delete\s+from)\s+[`"]?\$\{/i.test(text);
}

/**
 * Says of the accesses that such a function made what its caller said, where its own code put the statement together in ways that were
 * not followed. Undefined where the code was understood.
 */
export function throughHelper(m: Machine, closure: Closure, helper: Helper, before: number, site: CallSite): Value | undefined {
  const added: readonly Access[] = m.trace?.accesses.slice(before) ?? [];
  if (!m.trace || (added.length === 0 && !writesStatement(m, closure))) return undefined;
  const asked = columnsOf(helper.where);
  const written = helper.operation === 'create' ? columnsOf(helper.data) : [];
  const understood =
    added.length > 0 &&
    (written.length === 0 || added.some((access) => written.every((column) => access.data?.shape?.props.has(column)))) &&
    (asked.length > 0
      ? added.some((access) => asked.every((column) => access.conditions.some((one) => one.column === column)))
      : added.some((access) => !access.opaque || access.conditions.length > 0));
  if (understood) return undefined;
  m.trace.accesses.length = before;
  const query = newQuery(helper.table);
  if (helper.where) addConditions(m, query, helper.where, site.place);
  return finish(m, query, helper.operation, site, helper.data);
}
