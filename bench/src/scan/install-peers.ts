import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What stands beside us. It is installed for a run and thrown away: together it is 200 packages, and eslint-plugin-sonarjs is LGPL, so none of it may
 * come near the lockfile.
 */
const peers: Readonly<Record<string, string>> = {
  '@secretlint/secretlint-rule-preset-recommend': '12.0.0',
  eslint: '10.15.0',
  'eslint-plugin-security': '4.1.0',
  'eslint-plugin-sonarjs': '4.2.2',
  oxlint: '1.94.0',
  secretlint: '12.0.0',
};

/** Installs the peers into a folder, scripts off. Null where there is no npm or no registry. */
export async function installPeers(folder: string): Promise<string | null> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: peers }));
  const exit = await new Promise<number | null>((resolve) => {
    const child = spawn('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], {
      cwd: folder,
      stdio: 'ignore',
      timeout: 300_000,
    });
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
  });
  return exit === 0 ? folder : null;
}
