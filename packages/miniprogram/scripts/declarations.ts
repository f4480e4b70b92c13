import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const importLine = /^import .* from '([^']+)';$/gm;
const exportLine = /^export (?:type )?\{([^}]+)\} from '([^']+)';$/gm;

/**
 * Joins the declarations that the entry reaches into one module, so that a mini program project needs one file beside the script. `resolve` tells where a
 * package's declarations are. What the entry does not export stays unexported.
 */
export function bundleDeclarations(entry: string, resolve: (specifier: string) => string): string {
  const texts = new Map<string, string>();

  const visit = (file: string): void => {
    if (texts.has(file)) return;
    texts.set(file, '');
    const source = readFileSync(file, 'utf8');
    for (const pattern of [importLine, exportLine]) {
      for (const match of source.matchAll(pattern)) {
        const specifier = match.at(-1) ?? '';
        visit(specifier.startsWith('.') ? join(dirname(file), specifier.replace(/\.ts$/, '.d.ts')) : resolve(specifier));
      }
    }
    texts.set(
      file,
      source
        .replace(importLine, '')
        .replace(exportLine, '')
        .replace(/^export (?=declare|interface|type)/gm, '')
        .trim(),
    );
  };
  visit(entry);

  const names = [...readFileSync(entry, 'utf8').matchAll(exportLine)].flatMap((match) =>
    (match[1] ?? '')
      .split(',')
      .map((name) => name.replace(/^\s*type\s/, '').trim())
      .filter((name) => name !== ''),
  );
  const body = [...texts.values()].filter((text) => text !== '').join('\n\n');
  return `${body}\n\nexport { ${names.sort().join(', ')} };\n`;
}
