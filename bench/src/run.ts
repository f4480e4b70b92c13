import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printTable, type Row } from './measure.ts';

// `npm run bench [-- NAME...]`: each benchmark with its peer in the same run, as a table and as JSON.
const benchmarks: Record<string, () => Promise<{ run: () => Promise<readonly Row[]> }>> = {
  append: () => import('./append.ts'),
  'audit-search': () => import('./audit-search.ts'),
  detection: () => import('./detection.ts'),
  gateway: () => import('./gateway.ts'),
  inspect: () => import('./inspect.ts'),
  policy: () => import('./policy.ts'),
  risk: () => import('./risk.ts'),
  scan: () => import('./scan.ts'),
  seal: () => import('./seal.ts'),
  sigma: () => import('./sigma.ts'),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) {
  process.stderr.write(`no such benchmark; there are: ${Object.keys(benchmarks).join(', ')}\n`);
  process.exit(2);
}
const results: Record<string, readonly Row[]> = {};
for (const [name, load] of Object.entries(benchmarks)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const { run } = await load();
  const rows = await run();
  results[name] = rows;
  printTable(name, rows);
}
const file = join(import.meta.dirname, '..', 'dist-results.json');
writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), results }, null, 2)}\n`);
process.stdout.write(`\n${JSON.stringify(results)}\n`);
process.exit(0);
