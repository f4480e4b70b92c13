import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'menshen-playbook-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [url, log] = [`file:${join(folder, 'store.db')}`, join(folder, 'log')];
const lines = (): string[] => {
  try {
    return readFileSync(log, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
};
const child = (...more: string[]) =>
  spawn(process.execPath, [join(import.meta.dirname, 'kill-child.ts'), url, log, ...more], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });

it('goes on after a process that was killed in the middle of a step: what was done is not done again', async () => {
  const first = child();
  await vi.waitFor(() => expect(lines()).toEqual(['a', 'b']), { timeout: 20_000, interval: 50 });
  first.kill('SIGKILL');
  expect(await once(first, 'exit')).toEqual([null, 'SIGKILL']);
  // While the lease of the dead holds, nobody takes the run.
  expect(await once(child('1000', 'may end'), 'exit')).toEqual([0, null]);
  expect(lines()).toEqual(['a', 'b']);
  expect(await once(child('31000', 'may end'), 'exit')).toEqual([0, null]);
  expect(lines()).toEqual(['a', 'b', 'b', 'c']);
  expect(await once(child('90000', 'may end'), 'exit')).toEqual([0, null]);
  expect(lines()).toEqual(['a', 'b', 'b', 'c']);
}, 60_000);
