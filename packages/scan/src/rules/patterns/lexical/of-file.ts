import type { SourceFile } from '../../../project/source-file.ts';
import type { SourceText } from './model.ts';
import { readerOf, readSource } from './read-source.ts';

const known = new WeakMap<SourceFile, SourceText | null>();
const lockfile =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|composer\.lock|Gemfile\.lock|poetry\.lock|go\.sum)$/;

/** The literals and comments of a file, read once; null for lockfiles and what holds no text of interest. */
export function sourceOf(file: SourceFile): SourceText | null {
  const before = known.get(file);
  if (before !== undefined) return before;
  const reader = file.language === 'binary' || file.language === 'style' || lockfile.test(file.path) ? null : readerOf(file.path);
  const text = reader === null ? '' : file.text;
  const source = reader === null || text === '' ? null : readSource(text, reader);
  known.set(file, source);
  return source;
}

/**
 * Lets the readings of a project go. The last search of text calls it, because the trees of the searches that follow need the room; who asks
 * again reads again.
 */
export function forgetSources(files: readonly SourceFile[]): void {
  for (const file of files) known.delete(file);
}
