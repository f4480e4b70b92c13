import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Relative paths to files of ours: of imports, of `new URL(...)` for a worker, and of types. */
const mentions = /['"](\.{1,2}\/[^'"\n]+\.(?:js|ts|json))['"]/g;

/**
 * The built files that entry files lead to, with their declarations. So no test and no fixture is published, and what is missing is noticed here
 * and not by a user.
 * @throws Error for an entry, or an import, that was not built
 */
export function reachableFiles(folder: string, entries: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const waiting = entries.map((file) => ({ file, from: 'package.json' }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { file, from } = next;
    if (found.has(file)) continue;
    if (!existsSync(join(folder, file))) throw new Error(`${from} leads to ${file}, which was not built`);
    const text = publishedText(file, readFileSync(join(folder, file), 'utf8'));
    found.set(file, text);
    if (!/\.(js|ts)$/.test(file)) continue;
    for (const [, target = ''] of text.matchAll(mentions)) {
      const there = normalize(join(dirname(file), target));
      const inDeclarations = file.endsWith('.d.ts');
      // Sources stand beside their built form under another ending; a worker is named by both.
      if (there.startsWith('..') || (!inDeclarations && target.endsWith('.ts'))) continue;
      waiting.push({ file: inDeclarations ? there.replace(/\.js$/, '.d.ts') : there, from: file });
    }
    const declarations = file.replace(/\.js$/, '.d.ts');
    if (declarations !== file && existsSync(join(folder, declarations))) waiting.push({ file: declarations, from: file });
  }
  return found;
}

/** Source maps are not published, and declarations name modules as JavaScript does, which every TypeScript since 4.7 understands. */
function publishedText(file: string, text: string): string {
  const plain = text.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n');
  return file.endsWith('.d.ts') ? plain.replace(/(['"])(\.{1,2}\/[^'"\n]+)\.ts\1/g, '$1$2.js$1') : plain;
}
