import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { bundleDeclarations } from './declarations.ts';
import { internalNames } from './internal-names.ts';

const root = join(import.meta.dirname, '..');

export interface BuiltSdk {
  /** CommonJS, ES2018, minified, no dependencies. */
  readonly script: string;
  readonly declarations: string;
}

/**
 * Builds the SDK into two files, `menshen.js` and `menshen.d.ts`. Its source is compiled against nothing but ES2018: a Node or DOM name in it fails
 * the build.
 */
export async function buildSdk(outDir: string): Promise<BuiltSdk> {
  const built: BuiltSdk = { script: join(outDir, 'menshen.js'), declarations: join(outDir, 'menshen.d.ts') };
  await mkdir(outDir, { recursive: true });
  const { version, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/index.ts'],
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    mangleProps: new RegExp(`^(${internalNames.join('|')})$`),
    platform: 'neutral',
    target: 'es2018',
    charset: 'utf8',
    // Declared fields are set by their constructors; defining them first would cost a helper.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false, strict: true } },
    legalComments: 'none',
    banner: { js: `/*! @menshen/miniprogram ${version} ${license} */\n'use strict';` },
    logLevel: 'warning',
  });
  await writeFile(built.script, asCommonJs(outputFiles[0]?.text ?? ''));
  const types = await mkdtemp(join(tmpdir(), 'menshen-sdk-'));
  try {
    await runTsc(['-p', join(root, 'tsconfig.sdk.json'), '--outDir', types]);
    const text = bundleDeclarations(join(types, 'miniprogram/src/index.d.ts'), () => join(types, 'wire/src/index.d.ts'));
    await writeFile(built.declarations, text);
  } finally {
    await rm(types, { recursive: true, force: true });
  }
  return built;
}

/** Turns the one export statement at the end into CommonJS; esbuild's own conversion weighs half a kilobyte. */
function asCommonJs(script: string): string {
  const [whole, names] = /\bexport\{([^{}]*)\};?\s*$/.exec(script) ?? [];
  if (whole === undefined || names === undefined) throw new Error('the script does not end with its exports');
  const members = names.split(',').map((name) => {
    const [local, exported = local] = name.trim().split(' as ');
    return `${exported}:${local}`;
  });
  return `${script.slice(0, -whole.length)}module.exports={${members.join(',')}};\n`;
}

/** Runs the TypeScript compiler; rejects with its findings. */
export async function runTsc(args: readonly string[], cwd = root): Promise<void> {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  try {
    await promisify(execFile)(process.execPath, [tsc, ...args], { cwd });
  } catch (error) {
    const findings = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    throw new Error(`tsc found errors\n${findings}`, { cause: error });
  }
}

// Takes a folder, such as a mini program project's `lib`.
if (import.meta.main) await buildSdk(resolve(process.argv[2] ?? join(root, 'dist')));
