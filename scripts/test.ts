import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Runs every test that this machine can run, and says at the end how many were skipped and why. Where nobody watches, a test that failed is tried once
// more: a busy machine does not stop a change, and what it hides is named at the end.
const report = join(tmpdir(), `menshen-tests-${process.pid}.json`);
const compiled = new URL('../node_modules/.cache/menshen-tests', import.meta.url).pathname;
const vitest = new URL('../node_modules/vitest/vitest.mjs', import.meta.url).pathname;
const menshen = new URL('../packages/server/bin/menshen.js', import.meta.url).pathname;
const unattended = process.env['CI'] === 'true';
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
// Threads and children of the tests strip the types of the same sources over and over: what Node made of them once is kept.
const env = { ...process.env, NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? compiled };
// On a machine that has kept nothing yet somebody has to begin: processes that tests kill leave nothing behind.
if (unattended) spawn(process.execPath, [menshen, '--help'], { stdio: 'ignore', env });
const child = spawn(
  process.execPath,
  [vitest, 'run', ...reporters, ...(unattended ? ['--retry=1'] : []), ...process.argv.slice(2)],
  { stdio: 'inherit', env },
);
const code = await new Promise<number>((resolve) => {
  child.on('exit', (status) => resolve(status ?? 1));
});

interface Assertion {
  readonly status: string;
  readonly ancestorTitles: readonly string[];
  readonly fullName: string;
  /** Of every try, also of a test that passed in the end. */
  readonly failureMessages: readonly string[];
}
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly assertionResults: readonly Assertion[] }[];
}

let skipped = 0;
const reasons = new Map<string, number>();
try {
  const result = JSON.parse(readFileSync(report, 'utf8')) as Report;
  for (const test of result.testResults.flatMap((file) => file.assertionResults)) {
    if (test.status === 'passed' && test.failureMessages.length > 0) {
      const [first = ''] = test.failureMessages;
      process.stdout.write(`Passed at the second try, to be looked into: ${test.fullName}\n  ${first.split('\n')[0]}\n`);
    }
    if (test.status !== 'skipped' && test.status !== 'pending') continue;
    skipped += 1;
    const reason = test.ancestorTitles.find((title) => / not found/.test(title)) ?? 'other';
    const name = reason.match(/(PostgreSQL|Redis|Chromium|rsyslog|Go)/)?.[1] ?? 'other';
    reasons.set(name, (reasons.get(name) ?? 0) + 1);
  }
  const why = [...reasons]
    .map(([name, count]) => (name === 'other' ? `${count} other` : `${count} need ${name}, which was not found`))
    .join('; ');
  process.stdout.write(skipped === 0 ? 'Nothing was skipped.\n' : `Skipped: ${why}.\n`);
  process.stdout.write(`${result.numPassedTests} passed, ${result.numFailedTests} failed, ${skipped} skipped\n`);
} finally {
  rmSync(report, { force: true });
}
if (unattended && skipped > 0) {
  process.stderr.write('With CI=true a skipped test is a failure.\n');
  process.exit(1);
}
process.exit(code);
