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

export interface BuiltModule {
  /** CommonJS, ES2018, minified, no dependencies. */
  readonly script: string;
  readonly declarations: string;
}

export interface BuiltSdk extends BuiltModule {
  /** The solver of puzzles, for apps whose routes ask for them; the others leave it out. */
  readonly challenge: BuiltModule;
  /** The encrypted channel, for apps whose routes take it. */
  readonly envelope: BuiltModule;
}

/**
 * Builds the SDK: `menshen.js` and `menshen.d.ts`, and beside them the optional `challenge.js` and `envelope.js` with theirs. Its source is compiled against nothing but
 * ES2018: a Node or DOM name in it fails the build.
 */
export async function buildSdk(outDir: string): Promise<BuiltSdk> {
  const place = (name: string): BuiltModule => ({
    script: join(outDir, `${name}.js`),
    declarations: join(outDir, `${name}.d.ts`),
  });
  const built: BuiltSdk = { ...place('menshen'), challenge: place('challenge'), envelope: place('envelope') };
  await mkdir(outDir, { recursive: true });
  await bundle('src/index.ts', built.script);
  await bundle('src/challenge-entry.ts', built.challenge.script);
  await bundle('src/envelope-entry.ts', built.envelope.script);
  const types = await mkdtemp(join(tmpdir(), 'menshen-sdk-'));
  try {
    await runTsc(['-p', join(root, 'tsconfig.sdk.json'), '--outDir', types]);
    const wire = (): string => join(types, 'wire/src/index.d.ts');
    const declare = (entry: string): string => bundleDeclarations(join(types, 'miniprogram/src', entry), wire);
    await writeFile(built.declarations, declare('index.d.ts'));
    await writeFile(built.challenge.declarations, declare('challenge-entry.d.ts'));
    await writeFile(built.envelope.declarations, declare('envelope-entry.d.ts'));
  } finally {
    await rm(types, { recursive: true, force: true });
  }
  return built;
}

/** One module with all that it needs, in one file. */
async function bundle(entry: string, script: string): Promise<void> {
  const { version, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
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
  await writeFile(script, asCommonJs(outputFiles[0]?.text ?? ''));
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
