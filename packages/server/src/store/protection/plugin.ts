import type { KyselyPlugin, OperationNode, QueryId, RootOperationNode } from 'kysely';
import { createRewriter, type Outputs } from './rewrite.ts';
import type { ProtectedTables } from './rule.ts';

/**
 * Seals texts on their way into protected columns, compares what is asked with what lies there, and opens what comes out. Stores and services above
 * it see clear texts only. A statement that would compare, order or move a protected column in a way that has no meaning is refused with
 * `store_statement`, and so is a protected column in raw SQL beside a value.
 */
export function createProtectionPlugin(tables: ProtectedTables): KyselyPlugin {
  const rewrite = createRewriter(tables);
  const plans = new WeakMap<QueryId, Outputs>();
  return {
    transformQuery({ node, queryId }) {
      const { query, outputs } = rewrite(node);
      if (outputs.size > 0) plans.set(queryId, outputs);
      return query as OperationNode as RootOperationNode;
    },
    async transformResult({ result, queryId }) {
      const outputs = plans.get(queryId);
      if (outputs === undefined || result.rows.length === 0) return result;
      for (const row of result.rows)
        for (const [name, rule] of outputs) {
          const stored = row[name];
          if (typeof stored === 'string' || stored instanceof Uint8Array) row[name] = rule.open(stored);
        }
      return result;
    },
  };
}
