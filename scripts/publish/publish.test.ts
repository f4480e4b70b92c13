import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryFiles, type Manifest, publishedManifest } from './manifest.ts';
import { builtEntries, publishedPackages, stagePackage } from './stage.ts';

const root = join(import.meta.dirname, '..', '..');
/** What a company installs by itself. The others go the same way at `npm run pack`, but take minutes to build. */
const libraries = ['backend', 'contract', 'emulator', 'inspect', 'miniprogram', 'policy', 'seal', 'tlog', 'wechat', 'wire'];
const folders = publishedPackages().filter((folder) => libraries.includes(basename(folder)));

interface Packed {
  readonly name: string;
  readonly files: readonly { readonly path: string }[];
}

it('the published command holds every program that it starts', () => {
  const folder = join(root, 'packages', 'server');
  const manifest = publishedManifest(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest, '>=24');
  const entries = builtEntries(folder, manifest);
  expect(entries).toEqual(expect.arrayContaining(['dist/cli/main.js', 'dist/cli/scan/main.js']));
  for (const file of entries.filter((name) => name.endsWith('.js')))
    expect(existsSync(join(folder, file.replace('dist/', 'src/').replace(/\.js$/, '.ts')))).toBe(true);
  // A path that is put together at run time leads to nothing that is packed.
  for (const file of readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || /\.test\.ts$|(?:^|[\\/])testing[\\/.-]/.test(file)) continue;
    const text = readFileSync(join(folder, 'src', file), 'utf8');
    expect([file, /(?:import\(|new URL\()`\.{1,2}\/[^`]*\$\{/.test(text)]).toEqual([file, false]);
  }
});

/** The Node on the path beside the project's own: backends run on what they have. That of this run where there is no other. */
function nodeOfMachine(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  const files = folders.map((folder) => join(folder, process.platform === 'win32' ? 'node.exe' : 'node'));
  return files.find((file) => existsSync(file)) ?? process.execPath;
}

describe('published packages', () => {
  const project = mkdtempSync(join(tmpdir(), 'menshen-publish-'));
  const packed = new Map<string, Packed>();
  const run = (command: string, args: readonly string[], cwd = project): string => {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
      shell: process.platform === 'win32' && command === 'npm',
    });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
    return stdout;
  };
  const installed = (name: string): string => join(project, 'node_modules', '@menshen', name);
  const manifestOf = (name: string): Manifest =>
    JSON.parse(readFileSync(join(installed(name), 'package.json'), 'utf8')) as Manifest;
  const filesOf = (name: string): string[] => (packed.get(name)?.files ?? []).map((file) => file.path);

  beforeAll(() => {
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    run(process.execPath, [tsc, '-b', ...libraries.map((name) => join('packages', name))], root);
    run(process.execPath, ['packages/miniprogram/scripts/build.ts'], root);
    mkdirSync(join(project, 'node_modules', '@menshen'), { recursive: true });
    for (const entry of readdirSync(join(root, 'node_modules'))) {
      if (entry !== '@menshen' && !entry.startsWith('.'))
        symlinkSync(join(root, 'node_modules', entry), join(project, 'node_modules', entry), 'junction');
    }
    const staged = folders.map((folder) => join(project, 'staged', basename(folder)));
    folders.forEach((folder, at) => void stagePackage(folder, staged[at] ?? ''));
    const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', project, ...staged];
    const packs = JSON.parse(run('npm', pack)) as readonly (Packed & { readonly filename: string })[];
    for (const one of packs) {
      const name = one.name.replace('@menshen/', '');
      packed.set(name, one);
      mkdirSync(installed(name));
      run('tar', ['-xzf', one.filename, '-C', installed(name), '--strip-components=1']);
    }
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }\n');
  }, 240_000);
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it('are all the libraries', () => {
    expect([...packed.keys()]).toEqual(libraries);
  });

  it.each(libraries)('%s holds what its manifest leads to, and nothing of the repository alone', (name) => {
    const files = filesOf(name);
    const manifest = manifestOf(name);
    expect(files).toEqual(expect.arrayContaining([...entryFiles(manifest), 'LICENSE', 'package.json']));
    for (const file of files) expect(file).not.toMatch(/\.test\.|\.map$|tsbuildinfo|^src\/|^test\/|fixtures|(?<!\.d)\.ts$/);
    expect(Object.keys(manifest)).not.toEqual(expect.arrayContaining(['private']));
    for (const field of ['private', 'devDependencies', 'scripts']) expect(manifest[field]).toBeUndefined();
    expect(manifest).toMatchObject({ name: `@menshen/${name}`, license: 'Apache-2.0', publishConfig: { access: 'public' } });
    expect(JSON.stringify(manifest['engines'])).toContain('>=');
  });

  it.each(libraries)('%s declares every package that it imports', (name) => {
    const manifest = manifestOf(name);
    const declared = new Set([
      manifest.name,
      ...Object.keys(manifest.dependencies ?? {}),
      ...Object.keys((manifest['peerDependencies'] as object | undefined) ?? {}),
      ...builtinModules,
    ]);
    for (const file of filesOf(name).filter((path) => path.startsWith('dist/') && path.endsWith('.js'))) {
      const text = readFileSync(join(installed(name), file), 'utf8');
      for (const [, target = ''] of text.matchAll(/^(?:import|export)\b(?:[^'"\n=]*\bfrom)?\s*['"]([^'"]+)['"];?$/gm)) {
        if (target.startsWith('.') || target.startsWith('node:')) continue;
        expect(declared, `${name}/${file} imports ${target}`).toContain(/^(?:@[^/]+\/)?[^/]+/.exec(target)?.[0]);
      }
    }
  });

  const paths = (name: string): string[] =>
    Object.keys(manifestOf(name).exports ?? {})
      .filter((path) => path !== './package.json')
      .map((path) => `@menshen/${name}${path.slice(1)}`);

  it.each(['the Node of this run', 'the Node of the machine'])('are imported by %s as they are', (which) => {
    const node = which === 'the Node of this run' ? process.execPath : nodeOfMachine();
    const all = libraries.flatMap(paths);
    writeFileSync(
      join(project, 'import-all.js'),
      `for (const path of ${JSON.stringify(all)}) console.log(path, Object.keys(await import(path)).length);\n`,
    );
    const counts = run(node, ['import-all.js']).trim().split('\n');
    expect(counts).toHaveLength(all.length);
    // These subpaths hold types alone.
    expect(counts.filter((line) => line.endsWith(' 0')).map((line) => line.split(' ')[0])).toEqual([
      '@menshen/wechat/client-runtime',
      '@menshen/wechat/wechat-types',
      '@menshen/wechat/wecom-types',
    ]);
    expect(all.length).toBeGreaterThan(30);
  });

  it('let a CommonJS backend and a mini program require theirs', () => {
    const script = `const { createRequire } = require('node:module');
      console.log(typeof require('@menshen/backend/express').menshen, typeof require('@menshen/miniprogram').createMenshen);`;
    writeFileSync(join(project, 'require.cjs'), script);
    expect(run('node', ['--no-warnings', 'require.cjs']).trim()).toBe('function function');
  });

  it('have types that a strict consumer can check', () => {
    const lines = libraries
      .flatMap(paths)
      .map((path, at) => `import type * as m${at} from '${path}';\nexport type T${at} = typeof m${at};`);
    writeFileSync(join(project, 'consumer.ts'), `${lines.join('\n')}\n`);
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--types',
      'node',
      '--skipLibCheck',
      'false',
    ];
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    let findings = '';
    try {
      run(process.execPath, [tsc, ...options, 'consumer.ts']);
    } catch (error) {
      findings = String(error);
    }
    expect(findings.split('\n').filter((line) => line.includes('@menshen'))).toEqual([]);
    expect(findings).not.toMatch(/^consumer\.ts/m);
  });
});

describe('a published manifest', () => {
  const manifest: Manifest = {
    name: '@menshen/x',
    version: '1.0.0',
    private: true,
    scripts: { build: 'x' },
    devDependencies: { y: '1' },
    exports: { '.': './src/index.ts', './a': './src/b/a.ts' },
    publishConfig: { access: 'public' },
  };

  it('leads to what is built from the sources', () => {
    expect(publishedManifest(manifest, { node: '>=20' })).toEqual({
      name: '@menshen/x',
      version: '1.0.0',
      engines: { node: '>=20' },
      exports: {
        '.': { types: './dist/index.d.ts', default: './dist/index.js' },
        './a': { types: './dist/b/a.d.ts', default: './dist/b/a.js' },
        './package.json': './package.json',
      },
      publishConfig: { access: 'public' },
    });
  });

  it('takes what publishConfig says instead, and drops what it makes null', () => {
    const given = {
      ...manifest,
      type: 'module',
      publishConfig: { access: 'public', type: null, exports: { '.': './dist/x.js' } },
    };
    const published = publishedManifest(given, { node: '>=20' });
    expect(published.exports).toEqual({ '.': './dist/x.js' });
    expect(published).not.toHaveProperty('type');
  });

  it('refuses an export of which nobody says what is built from it', () => {
    expect(() => publishedManifest({ ...manifest, exports: { '.': './scripts/build.ts' } }, {})).toThrow(/publishConfig/);
  });
});
