import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { StoreError } from '../errors.ts';

const largestPool = 10;
const closeGraceMs = 2_000;

// Object identifiers of PostgreSQL's built-in types (catalog pg_type).
const booleanType = 16;
const bytesType = 17;
const integerTypes = new Set([20, 21, 23, 26]);
const realTypes = new Set([700, 701, 1700]);

function readInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new StoreError('store_value', 'a column holds an integer beyond 2^53-1');
  return value;
}

function readReal(text: string): number {
  // A sum of integers arrives as numeric and is an integer to the caller.
  return /^-?\d+$/.test(text) ? readInteger(text) : Number(text);
}

function parserOf(type: number): (text: string) => unknown {
  if (integerTypes.has(type)) return readInteger;
  if (realTypes.has(type)) return readReal;
  if (type === booleanType) return (text) => (text === 't' ? 1 : 0);
  if (type === bytesType) return (text) => Uint8Array.from(Buffer.from(text.slice(2), 'hex'));
  return (text) => text;
}

/**
 * A pool whose connections answer in the forms of `values.ts`, acknowledge a commit only when it is on disk, whatever
 * the server's default, and give up a single statement after a minute.
 */
export function openPool(connectionString: string): { readonly pool: pg.Pool; close(): Promise<void> } {
  const pool = new pg.Pool({
    connectionString,
    max: largestPool,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'menshen',
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
    onConnect: async (client) => {
      await client.query("set synchronous_commit = on; set statement_timeout = '60s'; set bytea_output = hex");
    },
  });
  // The pool drops a broken idle connection by itself; without a listener the event would end the process.
  pool.on('error', () => {});
  const taken = new Set<pg.PoolClient>();
  pool.on('acquire', (client) => taken.add(client));
  pool.on('release', (_error, client) => taken.delete(client));
  return {
    pool,
    /** Waits for statements under way, but not for a transaction that nobody ends. */
    async close() {
      await withinGrace(pool.end());
      const left = [...taken] as unknown as pg.Client[];
      // A server that is gone without a word never answers the farewell.
      await withinGrace(Promise.all(left.map((client) => client.end())));
    },
  };
}

async function withinGrace(work: Promise<unknown>): Promise<void> {
  const grace = new AbortController();
  const over = delay(closeGraceMs, undefined, { signal: grace.signal }).catch(() => {});
  await Promise.race([work, over]);
  grace.abort();
}
