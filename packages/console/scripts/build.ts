import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Folder of the built console: `index.html` and `assets/`. */
export const consoleFolder = join(root, 'dist', 'app');
/** Folder of the built page for employees, likewise. */
export const learnFolder = join(root, 'dist', 'learn');

const hashFileName = '.source-hash';
/** Two pages from one set of sources: they share the look and what calls the server, and nothing of one is served with the other. */
const pages = [
  { folder: consoleFolder, config: 'vite.config.ts' },
  { folder: learnFolder, config: 'vite.learn.config.ts' },
] as const;
type PageBuild = (typeof pages)[number];
/** What the page is made of: our own sources here and in the packages that run in the browser. */
const sources = [
  'src/**/*.{ts,tsx,js,css,svg}',
  'scripts/*.ts',
  '{index,learn}.html',
  'vite{,.learn}.config.ts',
  'package.json',
  '../contract/src/**/*.ts',
  '../tlog/src/**/*.ts',
];
/** Libraries whose version shows in the page. */
const libraries = [
  'antd',
  'echarts',
  'react',
  'react-dom',
  '@tanstack/react-query',
  '@tanstack/react-router',
  '@ant-design/icons',
  'zod',
  'vite',
];

export interface BuiltAsset {
  /** Path inside the folder. */
  readonly file: string;
  readonly bytes: number;
}

export interface BuildResult {
  readonly folder: string;
  /** Whether anything had to be built. */
  readonly built: boolean;
  readonly millis: number;
  /** Largest first. */
  readonly assets: readonly BuiltAsset[];
}

/** Builds the console unless its sources and libraries are those of the last build. Throws what Vite throws. */
export async function buildConsole({ force = false }: { readonly force?: boolean } = {}): Promise<BuildResult> {
  const start = performance.now();
  const hash = await sourceHash();
  let built = false;
  for (const page of pages) {
    if (!force && (await isBuilt(page, hash))) continue;
    await buildAside(page, hash, force);
    built = true;
  }
  return { folder: consoleFolder, built, millis: Math.round(performance.now() - start), assets: await assets() };
}

async function isBuilt({ folder }: PageBuild, hash: string): Promise<boolean> {
  const kept = await readFile(join(folder, hashFileName), 'utf8').catch(() => '');
  return existsSync(join(folder, 'index.html')) && kept === hash;
}

/** Builds in a folder of its own and then puts it in place: nobody is served half a console, nor two builders' files mixed. */
async function buildAside(page: PageBuild, hash: string, force: boolean): Promise<void> {
  await mkdir(join(root, 'dist'), { recursive: true });
  const aside = await mkdtemp(join(root, 'dist', 'building-'));
  const made = join(aside, 'made');
  try {
    await viteBuild(page, made);
    await writeFile(join(made, hashFileName), hash);
    // Another process was quicker with the same sources, and somebody may be reading what it made.
    if (!force && (await isBuilt(page, hash))) return;
    await rename(page.folder, join(aside, 'replaced')).catch(() => {});
    await rename(made, page.folder).catch(async (error: unknown) => {
      if (!(await isBuilt(page, hash))) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Vite builds for what `NODE_ENV` says, whichever mode it is given: a test's `test` would leave React's and antd's checks in. */
async function viteBuild({ config }: PageBuild, outDir: string): Promise<void> {
  const { build } = await import('vite');
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    await build({
      configFile: join(root, config),
      mode: 'production',
      logLevel: 'warn',
      build: { outDir, emptyOutDir: true },
    });
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}

async function sourceHash(): Promise<string> {
  const files: string[] = [];
  for await (const file of glob(sources, { cwd: root })) {
    if (!/\.test\.tsx?$/.test(file)) files.push(file);
  }
  const hash = createHash('sha256');
  for (const file of files.sort())
    hash
      .update(`${relative('.', file)}\0`)
      .update(await readFile(join(root, file)))
      .update('\0');
  for (const library of libraries) hash.update(`${library} ${await versionOf(library)}\0`);
  return hash.digest('hex');
}

async function versionOf(library: string): Promise<string> {
  for (const folder of createRequire(import.meta.url).resolve.paths(library) ?? []) {
    const text = await readFile(join(folder, library, 'package.json'), 'utf8').catch(() => null);
    if (text !== null) return String((JSON.parse(text) as { version?: unknown }).version);
  }
  return 'absent';
}

async function assets(): Promise<readonly BuiltAsset[]> {
  const found: BuiltAsset[] = [];
  for await (const file of glob('**/*.{html,js,css,svg}', { cwd: consoleFolder })) {
    found.push({ file, bytes: (await stat(join(consoleFolder, file))).size });
  }
  return found.sort((a, b) => b.bytes - a.bytes);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await buildConsole({ force: process.argv.includes('--force') });
  const lines = result.assets.map(({ file, bytes }) => `${(bytes / 1000).toFixed(1).padStart(9)} kB  ${file}`);
  process.stdout.write(
    `${lines.join('\n')}\n${result.built ? 'built' : 'unchanged'} in ${result.millis} ms: ${relative(process.cwd(), result.folder)}\n`,
  );
}
