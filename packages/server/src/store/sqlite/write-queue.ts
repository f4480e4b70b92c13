import { StoreError } from '../errors.ts';
import type { Connection } from './connection.ts';
import type { Statement, StatementResult } from './protocol.ts';
import { fromSqliteError } from './sqlite-error.ts';

const largestQueue = 20_000;
const largestGroup = 2_000;
const rememberedExpiries = 100;
const transactionControl = /^\s*(?:begin|commit|end|rollback|savepoint|release)\b/i;

interface Unit {
  readonly kind: 'unit';
  readonly statements: readonly Statement[];
  readonly resolve: (results: StatementResult[]) => void;
  readonly reject: (error: StoreError) => void;
}

interface Waiter {
  readonly kind: 'waiter';
  readonly limitMs: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (transaction: number) => void;
  readonly reject: (error: StoreError) => void;
}

interface Job {
  readonly kind: 'job';
  readonly run: () => void;
  readonly reject: (error: StoreError) => void;
}

interface Transaction {
  readonly id: number;
  readonly timer: NodeJS.Timeout;
  failed: boolean;
}

/** The order in which one connection serves everybody: first come, first served; see {@link createWriteQueue}. */
export interface WriteQueue {
  execute(statements: readonly Statement[]): Promise<StatementResult[]>;
  begin(waitMs: number, limitMs: number): Promise<number>;
  query(transaction: number, statement: Statement, recovers: boolean): StatementResult;
  commit(transaction: number): null;
  rollback(transaction: number): null;
  /** Runs work that wants the connection to itself and outside any transaction, when its turn comes; everybody else waits. */
  exclusive<T>(work: () => T): Promise<T>;
  /** Commits what is queued, rolls back what is open, refuses what waits. */
  close(): void;
}

/**
 * Group commit over one connection. All units that arrive in one turn of the event loop are committed together with one
 * fsync, each in its own savepoint, and are acknowledged only after the commit. An interactive transaction has the
 * connection to itself; units wait behind it. A transaction that outlives its limit is rolled back.
 */
export function createWriteQueue(connection: Connection): WriteQueue {
  let queue: (Unit | Waiter | Job)[] = [];
  let active: Transaction | null = null;
  let lastId = 0;
  const expired = new Set<number>();
  let scheduled = false;
  let closed = false;

  const abandon = (): void => {
    if (connection.inTransaction) connection.control('rollback');
  };

  const runUnit = (unit: Unit): StatementResult[] | StoreError => {
    connection.control('savepoint unit');
    try {
      const results = unit.statements.map((statement) => {
        if (transactionControl.test(statement.sql))
          throw new StoreError('store_statement', 'transaction control outside a transaction');
        return connection.run(statement);
      });
      connection.control('release unit');
      return results;
    } catch (error) {
      // A full disk ends the whole transaction: then nothing of the group is durable, and the caller refuses all of it.
      if (!connection.inTransaction) throw error;
      connection.control('rollback to unit');
      connection.control('release unit');
      return fromSqliteError(error);
    }
  };

  const commitGroup = (group: readonly Unit[]): void => {
    let outcomes: (StatementResult[] | StoreError)[];
    try {
      connection.control('begin immediate');
      outcomes = group.map(runUnit);
      connection.control('commit');
    } catch (error) {
      const failure = fromSqliteError(error);
      try {
        abandon();
      } catch {
        // The first failure is the one to report.
      }
      // A deferred constraint fails at the commit and does not say whose it is; nothing was acknowledged, so each may try alone.
      if (group.length > 1 && (failure.code === 'store_reference' || failure.code === 'store_constraint')) {
        for (const unit of group) commitGroup([unit]);
      } else {
        for (const unit of group) unit.reject(failure);
      }
      return;
    }
    group.forEach((unit, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined || outcome instanceof StoreError)
        unit.reject(outcome ?? new StoreError('store_unavailable', 'no outcome'));
      else unit.resolve(outcome);
    });
  };

  const finish = (transaction: Transaction): void => {
    clearTimeout(transaction.timer);
    active = null;
    schedule();
  };

  const start = (waiter: Waiter): void => {
    clearTimeout(waiter.timer);
    try {
      connection.control('begin immediate');
    } catch (error) {
      waiter.reject(fromSqliteError(error));
      return;
    }
    lastId += 1;
    const id = lastId;
    const timer = setTimeout(() => {
      if (active?.id !== id) return;
      const outlived = active;
      expired.add(id);
      if (expired.size > rememberedExpiries) expired.delete(Math.min(...expired));
      try {
        abandon();
      } finally {
        finish(outlived);
      }
    }, waiter.limitMs);
    active = { id, timer, failed: false };
    waiter.resolve(id);
  };

  const drain = (): void => {
    scheduled = false;
    while (active === null && queue[0] !== undefined && queue[0].kind !== 'unit') {
      const [first] = queue.splice(0, 1);
      if (first?.kind === 'waiter') start(first);
      if (first?.kind === 'job') first.run();
    }
    if (active !== null || queue.length === 0) return;
    const group: Unit[] = [];
    for (const entry of queue) {
      if (entry.kind !== 'unit' || group.length === largestGroup) break;
      group.push(entry);
    }
    queue.splice(0, group.length);
    commitGroup(group);
    schedule();
  };

  const schedule = (): void => {
    if (scheduled || active !== null || queue.length === 0) return;
    scheduled = true;
    setImmediate(drain);
  };

  const admit = (): StoreError | null => {
    if (closed) return new StoreError('store_unavailable', 'the store is closed');
    if (queue.length >= largestQueue) return new StoreError('store_busy', 'too many writes are waiting');
    return null;
  };

  const demand = (id: number): Transaction => {
    if (active?.id === id) return active;
    if (expired.has(id)) throw new StoreError('store_transaction_timeout', 'the transaction took too long and was rolled back');
    throw new StoreError('store_transaction_ended', 'the transaction is over');
  };

  return {
    execute: (statements) =>
      new Promise((resolve, reject) => {
        const refusal = admit();
        if (refusal !== null) return reject(refusal);
        queue.push({ kind: 'unit', statements, resolve, reject });
        schedule();
      }),
    begin: (waitMs, limitMs) =>
      new Promise((resolve, reject) => {
        const refusal = admit();
        if (refusal !== null) return reject(refusal);
        const timer = setTimeout(() => {
          queue = queue.filter((entry) => entry !== waiter);
          reject(new StoreError('store_busy', 'the store was in use for too long'));
        }, waitMs);
        const waiter: Waiter = { kind: 'waiter', limitMs, timer, resolve, reject };
        queue.push(waiter);
        schedule();
      }),
    exclusive: (work) =>
      new Promise((resolve, reject) => {
        const refusal = admit();
        if (refusal !== null) return reject(refusal);
        const run = (): void => {
          try {
            resolve(work());
          } catch (error) {
            reject(fromSqliteError(error));
          }
        };
        queue.push({ kind: 'job', run, reject });
        schedule();
      }),
    query(id, statement, recovers) {
      const transaction = demand(id);
      // PostgreSQL refuses everything after a failed statement; a capability must meet the same rule on both engines.
      if (transaction.failed && !recovers) {
        throw new StoreError('store_transaction_ended', 'a statement of the transaction failed; roll it back');
      }
      try {
        const result = connection.run(statement);
        if (recovers) transaction.failed = false;
        return result;
      } catch (error) {
        transaction.failed = true;
        throw fromSqliteError(error);
      }
    },
    commit(id) {
      const transaction = demand(id);
      try {
        if (transaction.failed || !connection.inTransaction) {
          throw new StoreError('store_transaction_ended', 'a statement of the transaction failed; it was rolled back');
        }
        connection.control('commit');
      } catch (error) {
        abandon();
        throw fromSqliteError(error);
      } finally {
        finish(transaction);
      }
      return null;
    },
    rollback(id) {
      if (active?.id !== id) return null;
      const transaction = active;
      try {
        abandon();
      } finally {
        finish(transaction);
      }
      return null;
    },
    close() {
      if (closed) return;
      closed = true;
      if (active !== null) {
        clearTimeout(active.timer);
        abandon();
        active = null;
      }
      const units: Unit[] = [];
      for (const entry of queue.splice(0)) {
        if (entry.kind === 'unit') units.push(entry);
        else {
          if (entry.kind === 'waiter') clearTimeout(entry.timer);
          entry.reject(new StoreError('store_unavailable', 'the store is closed'));
        }
      }
      for (let at = 0; at < units.length; at += largestGroup) commitGroup(units.slice(at, at + largestGroup));
    },
  };
}
