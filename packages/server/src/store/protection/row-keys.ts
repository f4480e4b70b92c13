import {
  AliasNode,
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  type FromNode,
  IdentifierNode,
  type OperationNode,
  OperatorNode,
  ParensNode,
  ReferenceNode,
  type ReturningNode,
  SelectionNode,
  SelectQueryNode,
  TableNode,
  ValueNode,
} from 'kysely';
import { StoreError } from '../errors.ts';
import { type ProtectionRule, rowKey } from './rule.ts';

/** Protected columns of a table, by name. */
export type Columns = ReadonlyMap<string, ProtectionRule>;

/** A table that a query names. */
export interface Named {
  readonly name: string;
  readonly columns: Columns;
  /** Whether it is the result of a query within the query. */
  readonly derived?: boolean;
}

/** Parts of a statement that writes. */
export interface Writing {
  readonly into?: OperationNode;
  readonly table?: OperationNode;
  readonly from?: FromNode;
  readonly returning?: ReturningNode;
}

/** @throws StoreError `store_statement` */
export const refuse = (reason: string): never => {
  throw new StoreError('store_statement', `a protected column ${reason}`);
};

/** Has the ids of the rows come out as well that bound values are of. */
export function withRowKeys(
  query: OperationNode,
  tables: readonly Named[],
  bound: readonly (readonly [string, ProtectionRule])[],
): { readonly query: OperationNode; readonly rows: ReadonlyMap<string, string> } {
  const { distinctOn, frontModifiers, groupBy, setOperations } = query as SelectQueryNode;
  if (groupBy !== undefined || [distinctOn, frontModifiers, setOperations].some((part) => part !== undefined && part.length > 0))
    return refuse('is bound to its row and cannot be put together with others');
  const names = new Map<string, string>();
  const rows = new Map<string, string>();
  for (const [output, rule] of bound) {
    const of = tables.filter(({ columns }) => [...columns.values()].includes(rule));
    const [table, ...more] = of;
    if (table === undefined || more.length > 0 || table.derived) return refuse('is bound to a row that cannot be told');
    const name = names.get(table.name) ?? `row_key_${names.size}`;
    names.set(table.name, name);
    rows.set(output, name);
  }
  const keys = [...names].map(([table, name]) =>
    SelectionNode.create(
      AliasNode.create(ReferenceNode.create(ColumnNode.create(rowKey), TableNode.create(table)), IdentifierNode.create(name)),
    ),
  );
  if (SelectQueryNode.is(query))
    return { query: { ...query, selections: [...(query.selections ?? []), ...keys] } as OperationNode, rows };
  const { returning } = query as OperationNode & Writing;
  return {
    query: { ...query, returning: { ...returning, selections: [...(returning?.selections ?? []), ...keys] } } as OperationNode,
    rows,
  };
}

/** The id that a condition asks for alone; undefined where it may hold of other rows. */
export function keyAskedFor(condition: OperationNode | undefined): string | undefined {
  if (condition === undefined) return undefined;
  if (ParensNode.is(condition)) return keyAskedFor(condition.node);
  if (AndNode.is(condition)) return keyAskedFor(condition.left) ?? keyAskedFor(condition.right);
  if (!BinaryOperationNode.is(condition) || !OperatorNode.is(condition.operator) || condition.operator.operator !== '=')
    return undefined;
  const { leftOperand: left, rightOperand: right } = condition;
  const column = ReferenceNode.is(left) ? left.column : left;
  return ColumnNode.is(column) && column.column.name === rowKey ? textIn(right) : undefined;
}

/** A text, where a value is one. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
/** The text that stands in a statement as a value. */
export const textIn = (node: OperationNode | undefined): string | undefined =>
  node !== undefined && ValueNode.is(node) ? textOf(node.value) : undefined;
