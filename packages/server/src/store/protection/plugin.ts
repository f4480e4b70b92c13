import type { KyselyPlugin, OperationNode, QueryId, RootOperationNode } from 'kysely';
import { type Outputs, rewriteQuery } from './rewrite.ts';
import type { ProtectionRule } from './rule.ts';

/** The protected columns of a table, by name. */
export type ProtectedTables = ReadonlyMap<string, ReadonlyMap<string, ProtectionRule>>;

/**
 * Seals texts on their way into protected columns, compares what is asked with what lies there, and opens what comes out. Stores and services above
 * it see clear texts only. A statement that would compare, order or move a protected column in a way that has no meaning is refused with
 * `store_statement`, and so is a protected column in raw SQL beside a value.
 */
export function createProtectionPlugin(tables: ProtectedTables): KyselyPlugin {
  const plans = new WeakMap<QueryId, Outputs>();
  return {
    transformQuery({ node, queryId }) {
      const { query, outputs } = rewriteQuery(node, tables);
      if (outputs.size > 0) plans.set(queryId, outputs);
      return query as OperationNode as RootOperationNode;
    },
    async transformResult({ result, queryId }) {
      const outputs = plans.get(queryId);
      if (outputs === undefined || result.rows.length === 0) return result;
      const columns = [...outputs];
      for (const row of result.rows)
        for (const [name, rule] of columns) {
          const stored = row[name];
          if (typeof stored === 'string' || stored instanceof Uint8Array) row[name] = rule.open(stored);
        }
      return result;
    },
  };
}
