import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { directorySource } from '../audit/log/source.ts';
import { verifyChain } from '../audit/restore/verify-chain.ts';
import { type CarryReport, carryOver } from './carry-over.ts';
import type { OpenedWith } from './container.ts';
import { loadPostgres } from './load-postgres.ts';
import { BackupError } from './model.ts';
import type { AskDisk } from './room.ts';
import { listGenerations, rebuild } from './ship/rebuild.ts';
import { sqliteFacts } from './sqlite-snapshot.ts';
import { inStaging } from './staging.ts';

export interface RestoredPoint {
  readonly generation: string;
  readonly segments: number;
  readonly bytes: number;
  /** Epoch ms of the state of the store; what was durable then is in it. */
  readonly time: number;
  /** The same of the newest state, from which log, erasures and prohibitions come. */
  readonly newest: number;
  readonly rows: number;
  readonly migrations: number;
  /** Of the program that shipped it. */
  readonly version: string;
  readonly log: { readonly origin: string; readonly size: number };
  /** Null where the store is the newest anyway, or did not travel. */
  readonly carried: CarryReport | null;
}

/**
 * Restores a data folder from a second place: the newest state, or the store as it was at a time. Nothing stands in the folder before all of it is checked:
 * chain, signatures, database, and the whole audit log. @throws BackupError
 */
export async function restorePoint(
  from: string,
  opened: OpenedWith,
  to: {
    readonly data: string;
    readonly at: number | null;
    readonly vkey: string | null;
    /** An empty database of PostgreSQL that the store comes into; absent where it is to be a file. */
    readonly postgres?: string | null;
    readonly askDisk?: AskDisk;
  },
): Promise<RestoredPoint> {
  const { at } = to;
  const generations = (await listGenerations(from)).filter((one) => at === null || one.begun <= at);
  const generation = generations.at(-1);
  if (generation === undefined) throw new BackupError('no_data', from);
  const disk = to.askDisk === undefined ? {} : { askDisk: to.askDisk };
  return await inStaging(to.data, async (staging) => {
    const data = join(staging, 'data');
    await mkdir(data, { mode: 0o700 });
    const rebuilt = await rebuild(generation, opened, data, { at, vkey: to.vkey, scratch: join(staging, 'scratch'), ...disk });
    // An older generation ends where the next one begins: log, erasures and prohibitions are those of the newest of all.
    const last = (await listGenerations(from)).at(-1) ?? generation;
    let newest = rebuilt.newestStore;
    let newestTime = rebuilt.newest;
    if (last.name !== generation.name) {
      const present = join(staging, 'present');
      await mkdir(present, { mode: 0o700 });
      const now = await rebuild(last, opened, present, {
        at: null,
        vkey: to.vkey ?? rebuilt.vkey,
        scratch: join(staging, 'scratch-2'),
        ...disk,
      });
      newestTime = now.newest;
      await takeStore(data, present, rebuilt.store);
      newest = rebuilt.store === null ? null : join(staging, 'present.db');
      if (newest !== null) await rename(join(present, ...(rebuilt.store ?? '').split('/')), newest);
      if (rebuilt.store !== null)
        await rename(join(data, ...rebuilt.store.split('/')), join(present, ...rebuilt.store.split('/')));
      await rm(data, { recursive: true });
      await rename(present, data);
    }
    const store = rebuilt.store === null ? null : join(data, ...rebuilt.store.split('/'));
    const carried = store === null || newest === null ? null : carryOver(store, newest);
    let rows = 0;
    let migrations = 0;
    if (store !== null)
      try {
        const facts = sqliteFacts(store);
        rows = Object.values(facts.rows).reduce((sum, count) => sum + count, 0);
        migrations = facts.migrations.length;
      } catch (error) {
        throw new BackupError('damaged', 'store', { cause: error });
      }
    const report = await verifyChain(directorySource(join(data, 'tlog')), { vkey: to.vkey ?? rebuilt.vkey, live: true });
    if (!report.ok) throw new BackupError('damaged', report.problems.map(({ code, where }) => `log ${code} ${where}`).join('; '));
    if (store !== null && to.postgres != null) {
      rows = await loadPostgres(to.postgres, store);
      for (const suffix of ['', '-wal', '-shm']) await rm(`${store}${suffix}`, { force: true });
    }
    for (const name of await readdir(data)) await rename(join(data, name), join(to.data, name));
    const { segments, bytes, time, version } = rebuilt;
    return {
      ...{ generation: generation.name, segments, bytes, time, version, newest: newestTime, rows, migrations, carried },
      log: { origin: report.origin, size: report.size },
    };
  });
}

/** The store must be there in both. */
async function takeStore(older: string, present: string, store: string | null): Promise<void> {
  if (store === null) return;
  for (const folder of [older, present])
    if (!existsSync(join(folder, ...store.split('/')))) throw new BackupError('damaged', 'store');
}
