import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestWriter, readEntries, scratchLog, TEST_VKEY, testRoomOptions } from '../testing.ts';
import { directorySource } from './source.ts';
import { seededRandom } from './testing-disk.ts';
import { verifyLog } from './verify/verify.ts';

const KILLS = 6;
const child = fileURLToPath(new URL('./testing-kill-child.ts', import.meta.url));

/** Runs the child over a directory and kills it after it has told this many lines. Returns the lines. */
async function runAndKill(directory: string, start: number, lines: number): Promise<string[]> {
  const running = spawn(process.execPath, [child, directory, String(start)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(running, 'close');
  let text = '';
  running.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.split('\n').length > lines) running.kill('SIGKILL');
  });
  expect(await closed).toEqual([null, 'SIGKILL']);
  // What stands in the pipe was told before the end, but a last line may be cut.
  return text.split('\n').slice(0, -1);
}

describe('a process that is killed while it records', () => {
  let scratch: ReturnType<typeof scratchLog>;
  beforeEach(() => {
    scratch = scratchLog();
  });
  afterEach(() => scratch.remove());

  it(`loses nothing acknowledged in ${KILLS} kills, and leaves each open act as "outcome unknown" once`, {
    timeout: 240_000,
  }, async () => {
    const random = seededRandom(1);
    const told: string[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const lines = await runAndKill(scratch.directory, kill * 1_000_000, 20 + Math.floor(random() * 2_000));
      expect(lines[0]).toBe('ready');
      told.push(...lines.slice(1));
    }
    const { room } = openTestWriter(testRoomOptions(scratch.directory));
    await room.close();
    const entries = await readEntries(scratch.directory);
    expect(await verifyLog(directorySource(scratch.directory), { vkey: TEST_VKEY })).toMatchObject({
      ok: true,
      size: entries.length,
    });

    const times = new Map<string, number>();
    for (const entry of entries) times.set(entry, (times.get(entry) ?? 0) + 1);
    const intents: number[] = [];
    for (const line of told) {
      const [kind, n, index] = line.split(' ');
      if (kind === 'intent') intents.push(Number(n));
      else expect(entries[Number(index)]).toBe(`{"${kind}":${n}}`);
    }
    expect(intents.length).toBeGreaterThan(20);
    for (const n of intents) {
      const outcome = times.get(`{"outcome":${n}}`) ?? 0;
      const unknown = times.get(`{"intent":${n},"unmapped":{"menshen":{"outcome":"unknown"}}}`) ?? 0;
      expect(outcome + unknown).toBe(1);
    }
    expect(Math.max(...times.values())).toBe(1);
  });
});
