import { folderOf, isWithin, joinPath } from '../project/part.ts';
import type { Project } from '../project/project.ts';
import type { SourceFile } from '../project/source-file.ts';

const endings = [
  '',
  '.js',
  '.ts',
  '.mjs',
  '.cjs',
  '.jsx',
  '.tsx',
  '.vue',
  '.wxs',
  '.json',
  '/index.js',
  '/index.ts',
  '/index.tsx',
  '/index.vue',
];

/**
 * Finds the file that a specifier names, as the bundlers of mini programs and Node do: relative, absolute from the mini
 * program's root, `@/` and `~/` for the source root, `miniprogram_npm`. Undefined for packages outside the project.
 */
export function createResolver(project: Project): (from: SourceFile, specifier: string) => SourceFile | undefined {
  const roots = project.parts.map((part) => part.root);
  const at = (path: string | undefined): SourceFile | undefined => {
    if (path === undefined) return undefined;
    for (const ending of endings) {
      const found = project.file(path + ending);
      if (found !== undefined) return found;
    }
    return /\.js$/.test(path) ? project.file(`${path.slice(0, -3)}.ts`) : undefined;
  };
  return (from, specifier) => {
    if (specifier.startsWith('.')) return at(joinPath(folderOf(from.path), specifier));
    const owners = roots.filter((root) => isWithin(from.path, root));
    const alias = /^(?:@|~|src|@src)\/(.*)$/.exec(specifier)?.[1];
    for (const root of [...owners, '']) {
      const found =
        alias === undefined
          ? (at(joinPath(root, specifier)) ?? at(joinPath(root, 'miniprogram_npm', specifier)))
          : (at(joinPath(root, 'src', alias)) ?? at(joinPath(root, alias)));
      if (
        found !== undefined &&
        (alias !== undefined || specifier.startsWith('/') || specifier.includes('/') || found.path.includes('miniprogram_npm'))
      )
        return found;
    }
    // Mini programs also resolve a bare name against the file's own folder.
    return from.place === 'mini-program' && /\.\w+$|\//.test(specifier)
      ? at(joinPath(folderOf(from.path), specifier))
      : undefined;
  };
}
