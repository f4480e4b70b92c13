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
