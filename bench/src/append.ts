import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RoundResult } from './append/candidate.ts';
import { commitEvents } from './append/events.ts';
import { installed, load, median, type Row, startModule } from './measure.ts';

const events = Number(process.env['MENSHEN_BENCH_EVENTS'] ?? 200_000);
const rounds = 5;
const postgres = process.env['MENSHEN_TEST_POSTGRES'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** Whether a PostgreSQL answers that this benchmark may use. */
function answersPostgres(): boolean {
  try {
    execFileSync('psql', [postgres, '-X', '-q', '-c', 'SELECT 1'], { stdio: 'ignore', timeout: 5_000 });
    return true;
  } catch {
    return false;
  }
}

/**
 * Making events durable that are already built: our write-ahead segment with its tiles and signed checkpoints, beside plain inserts of SQLite and
 * COPY of PostgreSQL. Each in a process of its own, the same number of events a commit, rounds in turn on the same disk.
 */
export async function run(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(import.meta.dirname, '..', '.append-'));
  const candidates = [
    ['menshen: segment + tiles', './append/menshen.ts'],
    ['sqlite: WAL, synchronous full', './append/sqlite.ts'],
    ...(installed('psql') && answersPostgres() ? [['postgresql: COPY', './append/postgres.ts'] as const] : []),
  ] as const;
  if (candidates.length === 2) process.stdout.write('no PostgreSQL here: left out\n');
  try {
    const subjects = await Promise.all(
      candidates.map(async ([candidate, file]) => ({
        candidate,
        child: (await startModule(new URL(file, import.meta.url), [folder, postgres])).child,
        results: [] as RoundResult[],
      })),
    );
    const ask = async (child: (typeof subjects)[number]['child'], count: number): Promise<RoundResult> => {
      child.send(count);
      const [result] = (await once(child, 'message')) as [RoundResult];
      return result;
    };
    for (const { child } of subjects) await ask(child, Math.min(events, 20_480));
    process.stdout.write(`load average ${load()}\n`);
    for (let round = 0; round < rounds; round += 1) {
      for (const { child, results } of subjects) results.push(await ask(child, events));
    }
    for (const { child } of subjects) {
      child.removeAllListeners('exit');
      child.send(null as unknown as number);
      await once(child, 'exit');
    }
    return subjects.map(({ candidate, results }) => ({
      candidate,
      'events/s': Math.round(median(results.map(({ seconds }) => events / seconds))),
      'events/s and core': Math.round(median(results.map(({ cpuSeconds }) => events / cpuSeconds))),
      'events a commit': commitEvents,
      rounds,
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
