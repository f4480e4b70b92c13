import { randomInt } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { ConditionComparison, type TestDatabase } from './testing/compare-condition.ts';
import { createTables } from './testing/create-tables.ts';

const SEED = Number(process.env['MENSHEN_POLICY_SEED'] ?? randomInt(2 ** 31));
const FACTOR = Number(process.env['MENSHEN_POLICY_FACTOR'] ?? 0.5);

function openSqlite(): TestDatabase {
  const database = new DatabaseSync(':memory:');
  return {
    dialect: 'sqlite',
    async fill(tables) {
      for (const statement of createTables(tables, 'sqlite')) database.exec(statement);
      for (const { table, columns, rows } of tables) {
        const insert = database.prepare(`INSERT INTO ${table} VALUES (${columns.map(() => '?').join(', ')})`);
        for (const row of rows) insert.run(...row.map((cell) => (typeof cell === 'boolean' ? BigInt(cell) : cell)));
      }
    },
    async select({ text, parameters }) {
      const rows = database.prepare(`SELECT r.id FROM records r WHERE ${text}`).all(...parameters);
      return rows.map((row) => String(row['id']));
    },
  };
}

test(`selects in SQLite exactly the rows that are allowed, seed ${SEED}`, { timeout: 120_000 }, async () => {
  const comparison = new ConditionComparison();
  const database = openSqlite();
  for (let index = 0; index < 120 * FACTOR; index++) await comparison.compare(SEED + index, database, index % 10 === 0);
  const { differences, cases, selected, erring, open, byOracle, approximated } = comparison;
  expect(differences.length, differences[0]).toBe(0);
  expect(cases).toBeGreaterThan(5_000 * FACTOR);
  // The cases are worth something only when all outcomes occur often.
  expect({ selected: selected > cases / 20, erring: erring > cases / 20, open: open > 100 * FACTOR }).toEqual({
    selected: true,
    erring: true,
    open: true,
  });
  expect(byOracle).toBeGreaterThan(1_000 * FACTOR);
  expect(approximated).toBeGreaterThan(20 * FACTOR);
});
