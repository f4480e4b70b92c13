import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { redisFound, redisPlace } from '../coordination/testing.ts';
import { migratedPostgresPlace, postgresFound } from '../store/testing-postgres.ts';
import { type Deployment, type DeploymentOptions, startDeployment } from './deployment.ts';
import { embeddedPlace, type Place } from './place.ts';

/** Starts a deployment on the engine of the suite; `place` of an earlier one starts it again where that stopped. */
export type StartDeployment = (options?: DeploymentOptions) => Promise<Deployment>;

/** A suite of one engine: how it starts a deployment, and an empty place where one can be started again and again. */
export type EngineSuite = (start: StartDeployment, newPlace: () => Promise<Place>) => void;

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'menshen-'));

/** A schema on PostgreSQL, a prefix on Redis and a folder of a test's own. */
export async function sharedPlace(): Promise<Place> {
  const store = await migratedPostgresPlace();
  const coordination = redisPlace();
  const folder = newFolder();
  return {
    folder,
    store: store.url,
    coordination: coordination.url,
    async remove() {
      rmSync(folder, { recursive: true, force: true });
      await coordination.remove();
      await store.remove();
    },
  };
}

const missing = [...(postgresFound ? [] : ['PostgreSQL']), ...(redisFound ? [] : ['Redis'])];

/** Runs a suite that needs PostgreSQL and Redis. Without them it is skipped by name; with `CI=true` that is a failure. */
export function describeShared(name: string, suite: EngineSuite): void {
  const run = (): void =>
    suite(async (options = {}) => startDeployment({ ...options, place: options.place ?? (await sharedPlace()) }), sharedPlace);
  if (missing.length === 0) return void describe(`${name} (PostgreSQL and Redis)`, run);
  if (process.env['CI'] !== 'true') return void describe.skip(`${name} (${missing.join(' and ')} not found)`, run);
  it(`${name}: ${missing.join(' and ')} is reachable`, () => {
    throw new Error(`${missing.join(' and ')} not found: set MENSHEN_TEST_POSTGRES and MENSHEN_TEST_REDIS`);
  });
}

/** Runs a suite on the embedded store with coordination in process, and on PostgreSQL with Redis. */
export function describeEachEngine(name: string, suite: EngineSuite): void {
  describe(`${name} (SQLite)`, () => suite(startDeployment, async () => embeddedPlace(newFolder())));
  describeShared(name, suite);
}
