import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

// Builds what is published: JavaScript and declarations of every package by tsc, the console by Vite, the SDK as one file, also in the demo's
// mini program.
const root = new URL('..', import.meta.url);
const run = (args: readonly string[]): void => {
  const result = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
};
run(['node_modules/typescript/bin/tsc', '-b']);
for (const script of [
  'packages/miniprogram/scripts/build.ts',
  'packages/console/scripts/build.ts',
  'packages/demo/scripts/build.ts',
]) {
  if (existsSync(new URL(script, root))) run([script]);
}
