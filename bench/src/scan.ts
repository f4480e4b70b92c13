import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, type Row } from './measure.ts';
import { buildCorpus, bytesOf } from './scan/corpus.ts';
import { installPeers } from './scan/install-peers.ts';
import { measuredRun, type Run } from './scan/measured-run.ts';
import { peersIn, type Tool } from './scan/peers.ts';

const repository = join(import.meta.dirname, '..', '..');
const rounds = 3;
/** A peer that needs longer is stopped, and its row says so. */
const mostSeconds = Number(process.env['MENSHEN_BENCH_SECONDS'] ?? 600);

/**
 * `menshen scan` over about 20 MB of source, as a whole process with all its start, beside other scanners, in turns, in the same run.
 * `MENSHEN_BENCH_SCAN` names another tree, `MENSHEN_BENCH_LINTERS` a folder where the peers are installed already: without it they are installed into
 * a temporary folder, and left out with a word where that cannot be done.
 */
export async function run(): Promise<readonly Row[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'menshen-bench-scan-'));
  try {
    const given = process.env['MENSHEN_BENCH_SCAN'];
    const tree = given ?? join(scratch, 'tree');
    if (given === undefined) {
      mkdirSync(tree);
      buildCorpus(tree, repository);
    }
    process.stdout.write(`${(bytesOf(tree) / 1e6).toFixed(1)} MB of source\n`);
    const linters = process.env['MENSHEN_BENCH_LINTERS'] ?? (await installPeers(join(scratch, 'peers')));
    if (linters === null)
      process.stdout.write('peers left out: they could not be installed; MENSHEN_BENCH_LINTERS names a folder that has them\n');
    const tools: readonly Tool[] = [
      {
        name: 'Menshen',
        command: process.execPath,
        args: [
          join(repository, 'packages/server/bin/menshen.js'),
          'scan',
          tree,
          '--format',
          'json',
          '--no-cache',
          '--fail-on',
          'none',
        ],
        count: (output) => (JSON.parse(output) as { findings: unknown[] }).findings.length,
      },
      ...(linters === null ? [] : peersIn(linters, tree, scratch)),
    ];
    const runs = new Map<string, Run[]>(tools.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round += 1)
      for (const { name, command, args, report } of tools) {
        // The slow ones once: their minutes say enough.
        if (round > 0 && (runs.get(name)?.[0]?.seconds ?? 0) > 60) continue;
        const run = await measuredRun(command, args, tree, scratch, mostSeconds);
        runs
          .get(name)
          ?.push(report === undefined || !existsSync(report) ? run : { ...run, output: readFileSync(report, 'utf8') });
      }
    const own = median((runs.get('Menshen') ?? []).map(({ seconds }) => seconds));
    return tools.map((tool) => rowOf(tool, runs.get(tool.name) ?? [], own));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function rowOf({ name, count }: Tool, runs: readonly Run[], own: number): Row {
  const seconds = median(runs.map((run) => run.seconds));
  return {
    candidate: name,
    seconds: Number(seconds.toFixed(1)),
    'of Menshen': Number((seconds / own).toFixed(2)),
    'CPU s': Number(median(runs.map((run) => run.cpuSeconds)).toFixed(1)),
    'peak MB': Math.round(median(runs.map(({ megabytes }) => megabytes))),
    findings: findingsOf(runs.at(-1), count),
  };
}

function findingsOf(run: Run | undefined, count: Tool['count']): number | string {
  if (run === undefined) return 'not run';
  if (run.stopped) return `stopped after ${mostSeconds} s`;
  try {
    return count(run.output);
  } catch {
    return `none readable (exit ${run.exit})`;
  }
}
