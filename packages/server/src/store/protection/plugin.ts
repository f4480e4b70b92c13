import type { KyselyPlugin, OperationNode, QueryId, RootOperationNode } from 'kysely';
import { breathe } from '../../gently.ts';
import { createRewriter, type Rewritten } from './rewrite.ts';
import type { ProtectedTables } from './rule.ts';

/** Opened in some milliseconds. */
const rowsAtOnce = 500;

/**
 * Seals texts on their way into protected columns, compares what is asked with what lies there, and opens what comes out. Stores and services above
 * it see clear texts only. A statement that would compare, order or move a protected column in a way that has no meaning is refused with
 * `store_statement`, and so is a protected column in raw SQL beside a value.
 */
export function createProtectionPlugin(tables: ProtectedTables): KyselyPlugin {
  const rewrite = createRewriter(tables);
  const plans = new WeakMap<QueryId, Pick<Rewritten, 'outputs' | 'rows'>>();
  return {
    transformQuery({ node, queryId }) {
      const { query, outputs, rows } = rewrite(node);
      if (outputs.size > 0) plans.set(queryId, { outputs, rows });
      return query as OperationNode as RootOperationNode;
    },
    async transformResult({ result, queryId }) {
      const plan = plans.get(queryId);
      if (plan === undefined || result.rows.length === 0) return result;
      const { outputs, rows } = plan;
      const hidden = new Set(rows.values());
      for (const [at, row] of result.rows.entries()) {
        // Of a large company somebody may read everybody: to open all of them takes a second.
        if (at % rowsAtOnce === rowsAtOnce - 1) await breathe();
        for (const [name, rule] of outputs) {
          const stored = row[name];
          if (typeof stored !== 'string' && !(stored instanceof Uint8Array)) continue;
          const key = rows.get(name);
          row[name] = key === undefined ? rule.open(stored) : rule.open(stored, String(row[key]));
        }
        for (const name of hidden) delete row[name];
      }
      return result;
    },
  };
}
