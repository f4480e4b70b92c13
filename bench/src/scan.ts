import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, type Row } from './measure.ts';
import { buildCorpus, bytesOf } from './scan/corpus.ts';
import { measuredRun, type Run } from './scan/measured-run.ts';
import { peersIn, type Tool } from './scan/peers.ts';

const repository = join(import.meta.dirname, '..', '..');
const rounds = 3;

/**
 * `menshen scan` over about 20 MB of source, as a whole process with all its start, beside other scanners in the same run. `MENSHEN_BENCH_SCAN` names
 * another tree, `MENSHEN_BENCH_LINTERS` the folder where the peers are installed.
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
    const linters = process.env['MENSHEN_BENCH_LINTERS'];
    if (linters === undefined)
      process.stdout.write(
        'peers left out: MENSHEN_BENCH_LINTERS names a folder with eslint, eslint-plugin-sonarjs, eslint-plugin-security, oxlint and secretlint\n',
      );
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
      ...(linters === undefined ? [] : peersIn(linters, tree, scratch)),
    ];
    const runs = new Map<string, Run[]>(tools.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round += 1)
      for (const { name, command, args } of tools) {
        // The slow ones once: their minutes say enough.
        if (round > 0 && (runs.get(name)?.[0]?.seconds ?? 0) > 60) continue;
        runs.get(name)?.push(await measuredRun(command, args, tree, scratch));
      }
    return tools.map((tool) => rowOf(tool, runs.get(tool.name) ?? []));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function rowOf({ name, count }: Tool, runs: readonly Run[]): Row {
  let findings: number | string;
  try {
    findings = count(runs.at(-1)?.output ?? '');
  } catch {
    findings = `none readable (exit ${runs.at(-1)?.exit})`;
  }
  return {
    candidate: name,
    seconds: Number(median(runs.map(({ seconds }) => seconds)).toFixed(1)),
    'CPU s': Number(median(runs.map((run) => run.cpuSeconds)).toFixed(1)),
    'peak MB': Math.round(median(runs.map(({ megabytes }) => megabytes))),
    findings,
  };
}
