import type { Program } from '../parse/ast.ts';

/** What the engine reads: handed in, so that it needs neither files nor parsers of its own. */
export interface Sources {
  /** POSIX paths relative to the root, scripts and JSON. */
  readonly files: readonly string[];
  has(file: string): boolean;
  text(file: string): string;
  program(file: string): Program | undefined;
}

const endings = ['', '.js', '.ts', '.mjs', '.cjs', '.mts', '.json', '/index.js', '/index.ts', '/index.mjs'];

function normalise(path: string): string | undefined {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (out.length === 0) return undefined;
      out.pop();
    } else out.push(part);
  }
  return out.join('/');
}

export function folderOf(file: string): string {
  const at = file.lastIndexOf('/');
  return at < 0 ? '' : file.slice(0, at);
}

export function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.[a-z]+$/, '');
}

export function firstExisting(sources: Sources, path: string): string | undefined {
  const plain = normalise(path);
  if (plain === undefined) return undefined;
  for (const ending of endings) if (sources.has(plain + ending)) return plain + ending;
  const withoutJs = plain.replace(/\.m?js$/, '');
  if (withoutJs !== plain && sources.has(`${withoutJs}.ts`)) return `${withoutJs}.ts`;
  return undefined;
}

/** The file of the project that an import names; undefined for packages. */
export function resolveImport(sources: Sources, from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return firstExisting(sources, `${folderOf(from)}/${specifier}`);
  if (specifier.startsWith('/')) return undefined;
  const alias = /^(?:@|~|src|app)\/(.+)$/.exec(specifier);
  if (!alias) return undefined;
  // An alias for the source folder: the nearest one above the importing file.
  const rest = alias[1] as string;
  const parts = folderOf(from).split('/');
  for (let n = parts.length; n >= 0; n--) {
    const base = parts.slice(0, n).join('/');
    for (const folder of ['', 'src/', 'app/']) {
      const file = firstExisting(sources, `${base}/${folder}${rest}`);
      if (file) return file;
    }
  }
  return undefined;
}
