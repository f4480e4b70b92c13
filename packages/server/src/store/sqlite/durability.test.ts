import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const rounds = 30;
const program = fileURLToPath(new URL('../fixtures/write-until-killed.ts', import.meta.url));

/** Runs the writing program and kills it without warning when it has acknowledged so many names; returns all of them. */
async function writeAndKill(file: string, round: number, acknowledgements: number): Promise<string[]> {
  const child = spawn(process.execPath, [program, file, String(round)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  let killed = false;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    if (killed || output.split('\n').length <= acknowledgements) return;
    killed = true;
    child.kill('SIGKILL');
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  const signal = await new Promise((resolve) => child.on('close', (_code, by) => resolve(by)));
  expect(signal, errors).toBe('SIGKILL');
  // The last line may be cut off by the kill: only a whole line is an acknowledgement.
  return output.split('\n').slice(0, -1);
}

it('loses no acknowledged row in thirty kills under load', { timeout: 300_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'menshen-durability-'));
  const file = join(directory, 'store.db');
  const acknowledged = new Set<string>();
  try {
    for (let round = 0; round < rounds; round += 1) {
      // Between the first acknowledgement and far into the load, so that kills meet commits, checkpoints and recovery.
      for (const name of await writeAndKill(file, round, 1 + ((round * 67) % 400))) acknowledged.add(name);
      const database = new DatabaseSync(file);
      const check = database
        .prepare('pragma integrity_check')
        .all()
        .map((row) => row.integrity_check);
      const ids = new Set(
        database
          .prepare('select id from load')
          .all()
          .map((row) => String(row.id)),
      );
      database.close();
      expect(check).toEqual(['ok']);
      const lost = [...acknowledged].filter((name) => !ids.has(`${name}/a`) || !ids.has(`${name}/b`));
      expect(lost).toEqual([]);
      const halves = [...ids].filter(
        (id) => !id.startsWith('loose') && !ids.has(id.endsWith('/a') ? `${id.slice(0, -1)}b` : `${id.slice(0, -1)}a`),
      );
      expect(halves).toEqual([]);
    }
    expect(acknowledged.size).toBeGreaterThan(rounds * 100);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
