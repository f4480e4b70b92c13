import type { SqlDialect } from '../sql-text.ts';
import type { TableRows } from './random-table.ts';

/** The statements that make tables anew, in a dialect; SQLite's are STRICT, so that columns hold what they declare. */
export function createTables(tables: readonly TableRows[], dialect: SqlDialect, temporary = ''): string[] {
  const types = {
    sqlite: { text: 'TEXT', bigint: 'INTEGER', integer: 'INTEGER', boolean: 'INTEGER' },
    postgres: { text: 'text', bigint: 'bigint', integer: 'integer', boolean: 'boolean' },
    mysql: { text: 'varchar(200)', bigint: 'bigint', integer: 'int', boolean: 'boolean' },
  }[dialect];
  return tables.flatMap(({ table, columns }) => [
    `DROP TABLE IF EXISTS ${table}`,
    `CREATE ${temporary} TABLE ${table} (${columns.map(([name, type]) => `${name} ${types[type]}`).join(', ')})${dialect === 'sqlite' ? ' STRICT' : ''}`,
  ]);
}
