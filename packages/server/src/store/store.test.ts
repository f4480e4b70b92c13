import { isAbsolute, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allMigrations } from './schema.ts';
import { parseStoreUrl } from './url.ts';

describe('store address', () => {
  it('is a file, relative to the working directory or another', () => {
    expect(parseStoreUrl('file:data/store.db', '/srv/menshen')).toEqual({
      kind: 'sqlite',
      file: join('/srv/menshen', 'data/store.db'),
    });
    expect(parseStoreUrl('file:/var/lib/store.db')).toEqual({ kind: 'sqlite', file: '/var/lib/store.db' });
    expect(parseStoreUrl('file:///var/lib/a%20b.db')).toEqual({ kind: 'sqlite', file: '/var/lib/a b.db' });
    const own = parseStoreUrl('file:store.db');
    expect(own.kind === 'sqlite' && isAbsolute(own.file)).toBe(true);
  });

  it('is a PostgreSQL server', () => {
    for (const url of ['postgres://user@host/name', 'postgresql://host:5433/name?sslmode=verify-full']) {
      expect(parseStoreUrl(url)).toEqual({ kind: 'postgres', connectionString: url });
    }
  });

  it('is nothing else, and is not repeated in the refusal', () => {
    for (const url of [
      '',
      'store.db',
      'file:',
      'file::memory:',
      'file:dir/',
      'file:a\0b',
      'file://host:1/x',
      'mysql://u:hunter2@h/d',
      'postgres://u:hunter2@h:x/d',
    ]) {
      let failure: unknown;
      try {
        parseStoreUrl(url);
      } catch (error) {
        failure = error;
      }
      expect(failure, url).toMatchObject({ code: 'store_url_invalid' });
      expect(String(failure)).not.toContain('hunter2');
    }
  });
});

it('has one migration for each number', () => {
  const numbers = allMigrations.map((migration) => migration.id.slice(0, 4));
  expect(new Set(numbers).size).toBe(numbers.length);
});
