import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSdk } from '@menshen/miniprogram/build';

// Puts the SDK into the mini program's `vendor` folder, or into the one that is named: the file that the SDK's own build made, else a fresh one.
const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '..', 'miniprogram', 'vendor'));
const built = resolve(dirname(fileURLToPath(import.meta.resolve('@menshen/miniprogram'))), '..', 'dist', 'menshen.js');
mkdirSync(folder, { recursive: true });
copyFileSync(existsSync(built) ? built : (await buildSdk(dirname(built))).script, join(folder, 'menshen.js'));
