import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { publishedPackages, stagePackage } from './publish/stage.ts';

// Packs what `npm run build` has built: a tarball for each published package, ready for `npm publish FILE`.
const out = resolve(process.argv[2] ?? 'dist/npm');
mkdirSync(out, { recursive: true });
for (const folder of publishedPackages()) {
  const staged = mkdtempSync(join(tmpdir(), 'menshen-pack-'));
  try {
    stagePackage(folder, staged);
    const name = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', out], {
      cwd: staged,
      encoding: 'utf8',
    });
    process.stdout.write(`${basename(folder)}: ${join(out, name.trim())}\n`);
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}
