/** Server frameworks that the scan knows entry points of. */
export type Backend =
  | 'express'
  | 'koa'
  | 'egg'
  | 'thinkjs'
  | 'nest'
  | 'fastify'
  | 'next'
  | 'node'
  | 'java'
  | 'php'
  | 'python'
  | 'go';

/** A piece of the project that is built and runs on its own. Roots are POSIX folders relative to the project, `''` for its root. */
export type Part =
  | { readonly kind: 'mini-program'; readonly root: string; readonly appJson: string; readonly built: boolean }
  | { readonly kind: 'plugin'; readonly root: string; readonly pluginJson: string }
  | { readonly kind: 'component-library'; readonly root: string }
  /** Written like a cloud function, beside the configuration that names another folder for them: somebody runs it by hand. */
  | { readonly kind: 'script'; readonly root: string }
  | { readonly kind: 'cloud-function'; readonly root: string; readonly name: string }
  | { readonly kind: 'taro' | 'uni-app'; readonly root: string }
  | { readonly kind: 'backend'; readonly root: string; readonly framework: Backend }
  | { readonly kind: 'web'; readonly root: string };

export const isWithin = (path: string, root: string): boolean => root === '' || path === root || path.startsWith(`${root}/`);

/** Resolves `.` and `..`; undefined when it would leave the root. */
export function joinPath(...parts: readonly string[]): string | undefined {
  const out: string[] = [];
  for (const piece of parts.join('/').split('/')) {
    if (piece === '' || piece === '.') continue;
    if (piece !== '..') out.push(piece);
    else if (out.pop() === undefined) return undefined;
  }
  return out.join('/');
}

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
