/** A package.json, as far as publishing reads it. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly publishConfig?: { readonly access?: string } & Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** What only the repository needs. `private` keeps a package from being published as it stands there: its exports are sources. */
const repositoryOnly = new Set(['private', 'publishConfig', 'scripts', 'devDependencies']);

/**
 * The manifest that is published: each export of a source file becomes its declarations and its JavaScript in `dist`, which `tsc -b` puts at the
 * same place; fields of `publishConfig` replace those of the manifest, as with pnpm, and null removes one.
 * @throws Error for an export that is neither below `src` nor replaced
 */
export function publishedManifest(manifest: Manifest, engines: unknown): Manifest {
  const { access, ...replaced } = manifest.publishConfig ?? {};
  const kept = Object.entries(manifest).filter(([field]) => !repositoryOnly.has(field));
  const exports = 'exports' in replaced ? {} : { exports: builtExports(manifest) };
  const merged: Record<string, unknown> = {
    engines,
    ...Object.fromEntries(kept),
    ...exports,
    ...replaced,
    publishConfig: { access },
  };
  for (const [field, value] of Object.entries(merged)) if (value === null) delete merged[field];
  return merged as unknown as Manifest;
}

function builtExports(manifest: Manifest): Record<string, unknown> {
  const built = Object.entries(manifest.exports ?? {}).map(([path, file]): [string, unknown] => {
    const name = /^\.\/src\/(.+)\.ts$/.exec(file)?.[1];
    if (name === undefined)
      throw new Error(`${manifest.name}: the export ${path} is not a source file: say in publishConfig what replaces it`);
    return [path, { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` }];
  });
  return { ...Object.fromEntries(built), './package.json': './package.json' };
}

/** Every file that a manifest names by its exports, `main`, `types` and `bin`, without the leading `./`. */
export function entryFiles(manifest: Manifest): readonly string[] {
  const found = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === 'string') found.add(value.replace(/^\.\//, ''));
    else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) collect(inner);
  };
  for (const field of ['exports', 'main', 'types', 'bin']) collect(manifest[field]);
  found.delete('package.json');
  return [...found].sort();
}
