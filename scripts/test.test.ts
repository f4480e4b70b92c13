import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const script = new URL('./test.ts', import.meta.url).pathname;
const rejected = "it('one', () => void Promise.reject(new Error('nobody waits')));";
const atSecond = `import { existsSync, writeFileSync } from 'node:fs';
it('passes at the second try', () => {
  const before = existsSync('tried');
  writeFileSync('tried', '');
  expect(before).toBe(true);
});`;

/** Runs the tests of a project of two files as continuous integration does. */
function run(files: Readonly<Record<string, string>>): { readonly code: number | null; readonly said: string } {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-run-'));
  try {
    writeFileSync(join(folder, 'vitest.config.mjs'), 'export default { test: { globals: true } };');
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const env = { PATH: process.env['PATH'], CI: 'true', NO_COLOR: '1' };
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { cwd: folder, env, encoding: 'utf8' });
    return { code: status, said: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it('a run is red for an error outside of any test, also where a failed file passes at its second try', () => {
  const red = run({ 'rejected.test.mjs': rejected, 'second.test.mjs': atSecond });
  expect(red.said).toContain('Passed at the second try, to be looked into: passes at the second try');
  expect(red.said).toContain('Outside of any test: nobody waits');
  expect(red.code).toBe(1);
  // Without that error the second try counts.
  const green = run({ 'quiet.test.mjs': "it('one', () => undefined);", 'second.test.mjs': atSecond });
  expect([green.code, green.said]).toEqual([0, expect.stringContaining('2 passed, 0 failed, 0 skipped')]);
});
