import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Runs every test that this machine can run, and says at the end how many were skipped and why. Where nobody watches, a file in which a test failed runs
// once more, by itself: a busy machine does not stop a change, and what it hides is named at the end. The whole file, because its tests build on each other.
const compiled = new URL('../node_modules/.cache/menshen-tests', import.meta.url).pathname;
const vitest = new URL('../node_modules/vitest/vitest.mjs', import.meta.url).pathname;
const unhandledErrors = new URL('./unhandled-errors.ts', import.meta.url).pathname;
const menshen = new URL('../packages/server/bin/menshen.js', import.meta.url).pathname;
const unattended = process.env['CI'] === 'true';
/** More than a busy machine spoils: they fail for a reason. */
const mostTriedAgain = 5;
// Threads and children of the tests strip the types of the same sources over and over: what Node made of them once is kept.
const env = { ...process.env, NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? compiled };

interface Assertion {
  readonly status: string;
  readonly ancestorTitles: readonly string[];
  readonly fullName: string;
  readonly failureMessages: readonly string[];
}
interface TestFile {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly Assertion[];
}
interface Run {
  /** The exit code: not 0 also for errors that belong to no test. */
  readonly code: number;
  /** Empty when the run ended without a report. */
  readonly files: readonly TestFile[];
  /** What those errors said. */
  readonly unhandled: readonly string[];
}

/** Runs the tests whose paths contain one of `filters`; all of them without one. */
async function run(filters: readonly string[]): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-tests-'));
  const [report, unhandled] = [join(folder, 'report.json'), join(folder, 'unhandled.json')];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`, `--reporter=${unhandledErrors}`];
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...filters], {
    ...{ stdio: 'inherit', env: { ...env, MENSHEN_UNHANDLED_ERRORS: unhandled } },
  });
  const code = await new Promise<number>((resolve) => {
    child.on('exit', (status) => resolve(status ?? 1));
  });
  try {
    return {
      code,
      files: (JSON.parse(readFileSync(report, 'utf8')) as { testResults: TestFile[] }).testResults,
      unhandled: JSON.parse(readFileSync(unhandled, 'utf8')) as string[],
    };
  } catch {
    return { code: code === 0 ? 1 : code, files: [], unhandled: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const failedIn = ({ assertionResults }: TestFile): readonly Assertion[] =>
  assertionResults.filter(({ status }) => status === 'failed');

/** Why tests of these files were skipped, in words. */
function skippedWhy(skipped: readonly Assertion[]): string {
  const reasons = new Map<string, number>();
  for (const { ancestorTitles } of skipped) {
    const reason = ancestorTitles.find((title) => / not found/.test(title)) ?? 'other';
    const name = reason.match(/(PostgreSQL|Redis|Chromium|rsyslog|Go)/)?.[1] ?? 'other';
    reasons.set(name, (reasons.get(name) ?? 0) + 1);
  }
  return [...reasons]
    .map(([name, count]) => (name === 'other' ? `${count} other` : `${count} need ${name}, which was not found`))
    .join('; ');
}

// On a machine that has kept nothing yet somebody has to begin: processes that tests kill leave nothing behind.
if (unattended) spawn(process.execPath, [menshen, '--help'], { stdio: 'ignore', env });
const first = await run(process.argv.slice(2));
let { code, files } = first;
const failed = files.filter(({ status }) => status === 'failed');
if (unattended && failed.length > 0 && failed.length <= mostTriedAgain) {
  process.stdout.write(`Once more, by themselves: ${failed.map(({ name }) => name).join(', ')}\n`);
  const second = await run(failed.map(({ name }) => name));
  // What no test is to blame for belongs to no file that could run again.
  code = first.unhandled.length > 0 ? first.code : second.code;
  for (const message of first.unhandled) process.stderr.write(`Outside of any test: ${message.split('\n')[0]}\n`);
  files = [...files.filter((file) => !failed.includes(file)), ...second.files];
  const failing = new Set(second.files.flatMap(failedIn).map(({ fullName }) => fullName));
  for (const file of failed) {
    const mended = failedIn(file).filter(({ fullName }) => !failing.has(fullName));
    for (const { fullName, failureMessages } of mended)
      process.stdout.write(
        `Passed at the second try, to be looked into: ${fullName}\n  ${failureMessages[0]?.split('\n')[0] ?? ''}\n`,
      );
    if (failedIn(file).length === 0)
      process.stdout.write(`Ran at the second try, to be looked into: ${file.name}\n  ${file.message.split('\n')[0]}\n`);
  }
}
const tests = files.flatMap(({ assertionResults }) => assertionResults);
const count = (...wanted: readonly string[]): number => tests.filter(({ status }) => wanted.includes(status)).length;
const skipped = tests.filter(({ status }) => status === 'skipped' || status === 'pending');
process.stdout.write(skipped.length === 0 ? 'Nothing was skipped.\n' : `Skipped: ${skippedWhy(skipped)}.\n`);
process.stdout.write(`${count('passed')} passed, ${count('failed')} failed, ${skipped.length} skipped\n`);
if (unattended && skipped.length > 0) {
  process.stderr.write('With CI=true a skipped test is a failure.\n');
  process.exit(1);
}
process.exit(code);
