import { randomInt } from 'node:crypto';
import pg from 'pg';
import { expect, test } from 'vitest';
import { ConditionComparison, type TestDatabase } from './testing/compare-condition.ts';
import { createTables } from './testing/create-tables.ts';

const SEED = Number(process.env['MENSHEN_POLICY_SEED'] ?? randomInt(2 ** 31));
const URL = process.env['MENSHEN_TEST_POSTGRES'] ?? 'postgres://postgres@127.0.0.1:5432/';

async function connect(): Promise<pg.Client | undefined> {
  const client = new pg.Client({ connectionString: URL, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    return client;
  } catch {
    return undefined;
  }
}

/** Temporary tables only: what else is in the database stays as it is. */
function databaseOf(client: pg.Client): TestDatabase {
  return {
    dialect: 'postgres',
    async fill(tables) {
      await client.query(createTables(tables, 'postgres', 'TEMPORARY').join(';'));
      for (const { table, columns, rows } of tables) {
        if (rows.length === 0) continue;
        const width = columns.length;
        const values = rows.map((_, row) => `(${columns.map((_name, column) => `$${row * width + column + 1}`).join(', ')})`);
        await client.query(`INSERT INTO ${table} VALUES ${values.join(', ')}`, rows.flat());
      }
    },
    async select({ text, parameters }) {
      const { rows } = await client.query<{ id: string }>(`SELECT r.id FROM records r WHERE ${text}`, [...parameters]);
      return rows.map((row) => row.id);
    },
  };
}

const client = await connect();
const title = client === undefined ? 'skipped: no PostgreSQL' : `seed ${SEED}`;

test.skipIf(client === undefined)(
  `selects in PostgreSQL exactly the rows that are allowed, ${title}`,
  { timeout: 120_000 },
  async () => {
    if (client === undefined) return;
    try {
      const comparison = new ConditionComparison();
      const database = databaseOf(client);
      for (let index = 0; index < 40; index++) await comparison.compare(SEED + index, database, false);
      const { differences, cases, selected, erring, open } = comparison;
      expect(differences.length, differences[0]).toBe(0);
      expect(cases).toBeGreaterThan(5_000);
      expect(Math.min(selected, erring)).toBeGreaterThan(cases / 20);
      expect(open).toBeGreaterThan(50);
    } finally {
      await client.end();
    }
  },
);
