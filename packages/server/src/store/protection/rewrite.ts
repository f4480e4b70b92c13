import {
  AggregateFunctionNode,
  AliasNode,
  type BinaryOperationNode,
  CaseNode,
  ColumnNode,
  type ColumnUpdateNode,
  type DeleteQueryNode,
  FunctionNode,
  IdentifierNode,
  type InsertQueryNode,
  type OperationNode,
  OperatorNode,
  ParensNode,
  PrimitiveValueListNode,
  RawNode,
  ReferenceNode,
  SelectAllNode,
  type SelectionNode,
  SelectQueryNode,
  TableNode,
  type UpdateQueryNode,
  ValueListNode,
  ValueNode,
  type ValuesNode,
} from 'kysely';
import { type Columns, keyAskedFor, type Named, refuse, textIn, textOf, type Writing, withRowKeys } from './row-keys.ts';
import { type ProtectedTables, type ProtectionRule, rowKey } from './rule.ts';

/** Protected columns of a result, by their name in it. */
export type Outputs = ReadonlyMap<string, ProtectionRule>;

/** The tables that a query names, with those of the queries around it. */
interface Scope {
  readonly tables: readonly Named[];
  readonly outer: Scope | null;
  /** The `id` of the one row that is written; undefined where it is not known. */
  readonly row?: string | undefined;
}

const none: Columns = new Map();
const equality = new Set(['=', '!=', '<>', 'in', 'not in', 'is', 'is not', 'is distinct from', 'is not distinct from']);
/** What has a meaning for sealed texts too: pages of a list go by any order that stays the same. */
const orders = new Set(['<', '<=', '>', '>=']);

/** A query with its values sealed where they meet protected columns, and what of its result is to be opened. */
export interface Rewritten {
  readonly query: OperationNode;
  readonly outputs: Outputs;
  /** Of what is bound to its row: under which name the row's `id` comes out, which nobody asked for. */
  readonly rows: ReadonlyMap<string, string>;
}

/** Rewrites queries for the protected columns of these tables. Throws StoreError `store_statement`. */
export function createRewriter(tables: ProtectedTables): (root: OperationNode) => Rewritten {
  const columnsOf = (node: OperationNode | undefined, scope: Scope | null): readonly Named[] => {
    if (node === undefined) return [];
    if (TableNode.is(node)) {
      const { name } = node.table.identifier;
      return [{ name, columns: tables.get(name) ?? none }];
    }
    if (AliasNode.is(node)) {
      const alias = IdentifierNode.is(node.alias) ? node.alias.name : '';
      if (SelectQueryNode.is(node.node))
        return [{ name: alias, derived: true, columns: outputsOf(node.node.selections, scopeOfSelect(node.node, scope)) }];
      return columnsOf(node.node, scope).map(({ columns }) => ({ name: alias, columns }));
    }
    return [];
  };
  const scopeOf = (nodes: readonly (OperationNode | undefined)[], outer: Scope | null): Scope => ({
    tables: nodes.length === 1 ? columnsOf(nodes[0], outer) : nodes.flatMap((node) => columnsOf(node, outer)),
    outer,
  });
  const scopeOfSelect = (node: SelectQueryNode, outer: Scope | null): Scope =>
    scopeOf([...(node.from?.froms ?? []), ...(node.joins ?? []).map(({ table }) => table)], outer);

  /** The rule of a plain reference to a column. */
  const resolve = (node: OperationNode, scope: Scope): ProtectionRule | undefined => {
    const [column, table] = ReferenceNode.is(node) ? [node.column, node.table?.table.identifier.name] : [node, undefined];
    if (!ColumnNode.is(column)) return undefined;
    const { name } = column.column;
    for (let at: Scope | null = scope; at !== null; at = at.outer) {
      if (table !== undefined) {
        const named = at.tables.find((one) => one.name === table);
        if (named !== undefined) return named.columns.get(name);
        continue;
      }
      let found: ProtectionRule | undefined;
      for (const { columns } of at.tables) {
        const rule = columns.get(name);
        if (rule === undefined) continue;
        if (found !== undefined && found.domain !== rule.domain) return refuse('is ambiguous');
        found = rule;
      }
      if (found !== undefined) return found;
    }
    return undefined;
  };

  /** The rule of what an expression yields. */
  const ruleOf = (node: OperationNode | undefined, scope: Scope): ProtectionRule | undefined => {
    if (node === undefined) return undefined;
    if (ReferenceNode.is(node) || ColumnNode.is(node)) return resolve(node, scope);
    if (ParensNode.is(node) || AliasNode.is(node)) return ruleOf(node.node, scope);
    if (FunctionNode.is(node)) {
      const rules = node.arguments.map((argument) => ruleOf(argument, scope));
      if (node.func === 'coalesce') return rules.find((rule) => rule !== undefined);
      return rules.some((rule) => rule !== undefined) ? refuse('is an argument of a function') : undefined;
    }
    if (AggregateFunctionNode.is(node)) {
      if (node.func === 'count') return undefined;
      return node.aggregated.some((one) => ruleOf(one, scope) !== undefined) ? refuse('is added up') : undefined;
    }
    if (CaseNode.is(node))
      return [...(node.when ?? []).map(({ result }) => result), node.else]
        .map((one) => ruleOf(one, scope))
        .find((rule) => rule !== undefined);
    if (SelectQueryNode.is(node)) {
      const [rule] = outputsOf(node.selections, scopeOfSelect(node, scope)).values();
      return rule;
    }
    if (RawNode.is(node) && node.parameters.some((one) => ruleOf(one, scope) !== undefined)) return refuse('stands in raw SQL');
    return undefined;
  };

  const outputsOf = (selections: readonly SelectionNode[] | undefined, scope: Scope): Map<string, ProtectionRule> => {
    const outputs = new Map<string, ProtectionRule>();
    for (const { selection } of selections ?? []) {
      if (SelectAllNode.is(selection))
        for (const { columns } of scope.tables) for (const [name, rule] of columns) outputs.set(name, rule);
      else if (ReferenceNode.is(selection) && SelectAllNode.is(selection.column))
        for (const { name: table, columns } of scope.tables) {
          if (table === selection.table?.table.identifier.name) for (const [name, rule] of columns) outputs.set(name, rule);
        }
      else {
        const rule = ruleOf(selection, scope);
        const name = nameOf(selection);
        if (rule !== undefined && name !== null) outputs.set(name, rule);
      }
    }
    return outputs;
  };

  const sealValue = (value: unknown, rule: ProtectionRule, row: string | undefined): unknown => {
    if (value === null || value === undefined) return value;
    if (rule.bound && row === undefined) return refuse('is bound to a row that the statement does not name');
    return typeof value === 'string' || value instanceof Uint8Array
      ? rule.seal(value, row)
      : refuse('holds texts and bytes only');
  };

  /** A value on its way to a protected column, or beside one in a comparison. */
  const protect = (node: OperationNode, rule: ProtectionRule, scope: Scope): OperationNode => {
    if (ValueNode.is(node)) return { ...node, value: sealValue(node.value, rule, scope.row) } as OperationNode;
    if (PrimitiveValueListNode.is(node))
      return PrimitiveValueListNode.create(node.values.map((value) => sealValue(value, rule, scope.row)));
    if (ValueListNode.is(node)) return ValueListNode.create(node.values.map((value) => protect(value, rule, scope)));
    if (ParensNode.is(node)) return ParensNode.create(protect(node.node, rule, scope));
    if (CaseNode.is(node)) {
      const done = children(node, scope) as CaseNode;
      return {
        ...done,
        ...(done.when === undefined
          ? {}
          : {
              when: done.when.map((when) => ({ ...when, ...(when.result ? { result: protect(when.result, rule, scope) } : {}) })),
            }),
        ...(done.else === undefined ? {} : { else: protect(done.else, rule, scope) }),
      } as OperationNode;
    }
    if (FunctionNode.is(node) && node.func === 'coalesce')
      return { ...node, arguments: node.arguments.map((argument) => protect(argument, rule, scope)) } as OperationNode;
    if (ReferenceNode.is(node) || ColumnNode.is(node) || SelectQueryNode.is(node)) {
      if (ruleOf(node, scope)?.domain !== rule.domain) return refuse('meets a column of another kind');
      if (rule.bound) return refuse('is bound to its row and cannot be copied');
      return rewrite(node, scope);
    }
    return node.kind === 'DefaultInsertValueNode' ? node : refuse('meets an expression');
  };

  const binary = (node: BinaryOperationNode, scope: Scope): OperationNode => {
    const operator = OperatorNode.is(node.operator) ? node.operator.operator : '';
    const [left, right] = [ruleOf(node.leftOperand, scope), ruleOf(node.rightOperand, scope)];
    const rule = left ?? right;
    if (rule === undefined) return children(node, scope);
    if (!isNull(node.rightOperand)) {
      if (!rule.searchable) return refuse('is sealed and cannot be searched');
      if (!equality.has(operator) && !orders.has(operator)) return refuse(`has no operator ${operator}`);
    }
    return {
      ...node,
      leftOperand: protect(node.leftOperand, rule, scope),
      rightOperand: isNull(node.rightOperand) ? node.rightOperand : protect(node.rightOperand, rule, scope),
    } as OperationNode;
  };

  const update = (node: ColumnUpdateNode, scope: Scope): OperationNode => {
    const rule = resolve(node.column, { tables: scope.tables.slice(0, 1), outer: null });
    if (rule === undefined) {
      if (ruleOf(node.value, scope) !== undefined) return refuse('would be copied to one that is not');
      return children(node, scope);
    }
    return { ...node, value: protect(node.value, rule, scope) } as OperationNode;
  };

  const insert = (node: InsertQueryNode, outer: Scope | null): OperationNode => {
    const own = columnsOf(node.into, null);
    const columns = own[0]?.columns ?? none;
    const scope: Scope = { tables: [...own, { name: 'excluded', columns }], outer };
    const rules = (node.columns ?? []).map(({ column }) => columns.get(column.name));
    const { values, ...rest } = node;
    if (values === undefined || rules.every((rule) => rule === undefined)) return children(node, scope);
    if (values.kind !== 'ValuesNode') return refuse('is filled by a query');
    const keyAt = (node.columns ?? []).findIndex(({ column }) => column.name === rowKey);
    const rows = (values as ValuesNode).values.map((row) => {
      if (PrimitiveValueListNode.is(row)) {
        const own = textOf(row.values[keyAt]);
        return PrimitiveValueListNode.create(
          row.values.map((value, at) => (rules[at] === undefined ? value : sealValue(value, rules[at], own))),
        );
      }
      const own: Scope = { ...scope, row: textIn(row.values[keyAt]) };
      return ValueListNode.create(
        row.values.map((value, at) => {
          const rule = rules[at];
          return rule === undefined ? rewrite(value, scope) : protect(value, rule, own);
        }),
      );
    });
    return { ...(children(rest as OperationNode, scope) as object), values: { kind: 'ValuesNode', values: rows } } as never;
  };

  const ordered = (node: OperationNode, what: OperationNode, scope: Scope): OperationNode => {
    if (ruleOf(what, scope)?.searchable === false) return refuse('is sealed and has no order');
    return children(node, scope);
  };

  function rewrite(node: OperationNode, scope: Scope | null): OperationNode {
    switch (node.kind) {
      case 'IdentifierNode':
      case 'SchemableIdentifierNode':
      case 'ColumnNode':
      case 'TableNode':
      case 'OperatorNode':
      case 'ValueNode':
      case 'PrimitiveValueListNode':
      case 'ReferenceNode':
      case 'SelectAllNode':
        return node;
      case 'SelectQueryNode': {
        const { selections, frontModifiers, distinctOn } = node as SelectQueryNode;
        const inner = scopeOfSelect(node as SelectQueryNode, scope);
        const distinct = distinctOn !== undefined || frontModifiers?.some(({ modifier }) => modifier === 'Distinct') === true;
        if (distinct && [...outputsOf(selections, inner).values()].some(({ searchable }) => !searchable))
          return refuse('is sealed and has no equals');
        return children(node, inner);
      }
      case 'WithNode':
      case 'MergeQueryNode':
        return refuse('cannot be followed through this kind of query');
      case 'InsertQueryNode':
        return insert(node as InsertQueryNode, scope);
      case 'UpdateQueryNode': {
        const { table, from, joins, where } = node as UpdateQueryNode;
        const inner = scopeOf([table, ...(from?.froms ?? []), ...(joins ?? []).map((join) => join.table)], scope);
        return children(node, { ...inner, row: inner.tables.length === 1 ? keyAskedFor(where?.where) : undefined });
      }
      case 'DeleteQueryNode': {
        const { from, using, joins } = node as DeleteQueryNode;
        return children(
          node,
          scopeOf([...from.froms, ...(using?.tables ?? []), ...(joins ?? []).map(({ table }) => table)], scope),
        );
      }
    }
    if (scope === null) return children(node, scope);
    switch (node.kind) {
      case 'BinaryOperationNode':
        return binary(node as BinaryOperationNode, scope);
      case 'ColumnUpdateNode':
        return update(node as ColumnUpdateNode, scope);
      case 'OrderByItemNode':
        return ordered(node, (node as OperationNode & { orderBy: OperationNode }).orderBy, scope);
      case 'GroupByItemNode':
        return ordered(node, (node as OperationNode & { groupBy: OperationNode }).groupBy, scope);
      case 'RawNode':
        ruleOf(node, scope);
    }
    return children(node, scope);
  }

  /** A copy with each node below it rewritten; the node itself where nothing changed. */
  function children(node: OperationNode, scope: Scope | null): OperationNode {
    let copy: Record<string, unknown> | null = null;
    for (const name in node) {
      const value: unknown = node[name as keyof OperationNode];
      const changed = Array.isArray(value) ? list(value, scope) : isNode(value) ? rewrite(value, scope) : value;
      if (changed === value) continue;
      copy ??= { ...node };
      copy[name] = changed;
    }
    return copy === null ? node : (copy as never);
  }
  function list(values: readonly unknown[], scope: Scope | null): readonly unknown[] {
    let changed = false;
    const done = values.map((value) => {
      const one = isNode(value) ? rewrite(value, scope) : value;
      changed ||= one !== value;
      return one;
    });
    return changed ? done : values;
  }

  return (root) => {
    const query = rewrite(root, null);
    const scope = scopeOfRoot(root);
    if (scope === null) return { query, outputs: none, rows: new Map() };
    const selected = SelectQueryNode.is(root) ? root.selections : (root as OperationNode & Writing).returning?.selections;
    const outputs = outputsOf(selected, scope);
    const bound = [...outputs].filter(([, rule]) => rule.bound);
    return bound.length === 0 ? { query, outputs, rows: new Map() } : { ...withRowKeys(query, scope.tables, bound), outputs };
  };

  function scopeOfRoot(whole: OperationNode): Scope | null {
    if (SelectQueryNode.is(whole)) return scopeOfSelect(whole, null);
    const { returning, into, table, from } = whole as OperationNode & Writing;
    return returning === undefined ? null : scopeOf([into ?? table, ...(from?.froms ?? [])], null);
  }
}

const isNode = (value: unknown): value is OperationNode => typeof value === 'object' && value !== null && 'kind' in value;

const isNull = (node: OperationNode): boolean => ValueNode.is(node) && node.value === null;

/** The name under which a selection comes out. */
function nameOf(selection: OperationNode): string | null {
  if (AliasNode.is(selection)) return IdentifierNode.is(selection.alias) ? selection.alias.name : null;
  if (ReferenceNode.is(selection) && ColumnNode.is(selection.column)) return selection.column.column.name;
  return ColumnNode.is(selection) ? selection.column.name : null;
}
