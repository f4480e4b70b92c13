import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'vitest';
import { createKeys } from '../keys/master.ts';
import type { Writer } from '../writer/client.ts';
import type { Migration, StoreKind } from './migration.ts';
import { createStoreProtection } from './protection/protection.ts';
import { openStore, type Store } from './store.ts';
import { migratedPostgresPlace, postgresFound, postgresPlace } from './testing-postgres.ts';
import { writeMigratedFile } from './testing-sqlite.ts';

/** A store of a test, with the address under which a test may open it once more. */
export interface TestStore extends Store {
  readonly url: string;
}

export interface OpenTestStoreOptions {
  /** Migrations to run; the program's own by default, none when empty. */
  readonly migrations?: readonly Migration[];
  readonly clock?: () => number;
  /** The address of an earlier store of the same test; a new empty store by default. */
  readonly url?: string;
  readonly writer?: Writer;
  readonly transactionLimitMs?: number;
}

/** Opens a store that is closed and removed after the test. */
export interface OpenTestStore {
  (options?: OpenTestStoreOptions): Promise<TestStore>;
  readonly kind: StoreKind;
  /** The address of a new empty place for a store, removed after the test. */
  place(): Promise<string>;
}

/** Under keys of all tests, so that every suite of a store runs on sealed columns. */
export const testProtection = createStoreProtection(createKeys(new Uint8Array(32).fill(7), randomBytes), randomBytes);

/** The clock of tests that do not set their own: 2026-01-01T00:00:00Z, standing still. */
export const testClock = (): number => 1_767_225_600_000;

type NewPlace = () => Promise<{ url: string; remove: () => Promise<void> }>;

/** `newPlace` is empty; in a `migrated` one all migrations of the program have run, where that is quicker than running them. */
function createOpener(kind: StoreKind, newPlace: NewPlace, migrated: NewPlace): OpenTestStore {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  const place = async (makePlace: NewPlace = newPlace): Promise<string> => {
    const { url, remove } = await makePlace();
    cleanups.push(remove);
    return url;
  };
  const open = async (options: OpenTestStoreOptions = {}): Promise<TestStore> => {
    const url = options.url ?? (await place(options.migrations === undefined ? migrated : newPlace));
    const store = await openStore({
      url,
      clock: options.clock ?? testClock,
      protection: testProtection,
      ...(options.writer === undefined ? {} : { writer: options.writer }),
      ...(options.transactionLimitMs === undefined ? {} : { transactionLimitMs: options.transactionLimitMs }),
    });
    let closing: Promise<void> | null = null;
    const close = (): Promise<void> => {
      closing ??= store.close();
      return closing;
    };
    cleanups.push(close);
    if (options.migrations?.length !== 0) await store.migrate(options.migrations);
    return { ...store, close, url };
  };
  return Object.assign(open, { kind, place: () => place() });
}

const newSqlitePlace =
  (migrated: boolean): NewPlace =>
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'menshen-store-'));
    const file = join(directory, 'store.db');
    if (migrated) await writeMigratedFile(file);
    return { url: `file:${file}`, remove: () => rm(directory, { recursive: true, force: true }) };
  };
const sqliteOpener = (): OpenTestStore => createOpener('sqlite', newSqlitePlace(false), newSqlitePlace(true));
const postgresOpener = (): OpenTestStore => createOpener('postgres', postgresPlace, migratedPostgresPlace);

/**
 * Runs a suite on the embedded store and on PostgreSQL (`MENSHEN_TEST_POSTGRES`, by default a local server). Without a
 * server its half is skipped by name; with `CI=true` that is a failure. Each `open()` without an address is a new,
 * empty store.
 */
export function describeEachStore(suite: (open: OpenTestStore) => void): void {
  describe('SQLite', () => suite(sqliteOpener()));
  if (postgresFound) {
    describe('PostgreSQL', () => suite(postgresOpener()));
  } else if (process.env.CI === 'true') {
    it('PostgreSQL is reachable', () => {
      throw new Error('PostgreSQL not found: set MENSHEN_TEST_POSTGRES');
    });
  } else {
    describe.skip('PostgreSQL not found', () => suite(postgresOpener()));
  }
}

/** Runs a suite on the embedded store alone, for what only it promises. */
export function describeSqliteStore(suite: (open: OpenTestStore) => void): void {
  describe('SQLite', () => suite(sqliteOpener()));
}

/** Runs a suite on PostgreSQL alone, skipped or failed as in {@link describeEachStore}. */
export function describePostgresStore(suite: (open: OpenTestStore) => void): void {
  if (postgresFound || process.env.CI === 'true') describe('PostgreSQL', () => suite(postgresOpener()));
  else describe.skip('PostgreSQL not found', () => suite(postgresOpener()));
}
