import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const files = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...['docs', 'packages'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      // Pictures of a course are those of the library, by name alone.
      .filter((name) => name.endsWith('.md') && !/node_modules|[\\/](?:dist|courses)[\\/]/.test(name)),
  ),
];

const withoutCode = (text: string): string =>
  text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, (code) => code.replaceAll('[', ' '));

/** What a heading is called in an address: letters, digits, `-` and `_` of its text in lower case, a hyphen for each blank; doubles get a number. */
function anchors(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const made = new Set<string>();
  for (const [, heading = ''] of text.replace(/^```.*?^```/gms, '').matchAll(/^#{1,6} +(.*)$/gm)) {
    const words = heading
      .trim()
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const name = words.replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '').replace(/\s/g, '-');
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    made.add(before === 0 ? name : `${name}-${before}`);
  }
  for (const [, name = ''] of text.matchAll(/<a (?:id|name)="([^"]+)"/g)) made.add(name);
  return made;
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

it('documents link to files and headings that there are', () => {
  const dead: string[] = [];
  let links = 0;
  for (const file of files) {
    for (const [, address = ''] of withoutCode(read(file)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(?:https?|mailto):/.test(address)) continue;
      links += 1;
      const [path = '', anchor = ''] = address.split('#');
      const target = path === '' ? file : normalize(join(dirname(file), decodeURIComponent(path)));
      const found = existsSync(join(root, target)) && (anchor === '' || anchors(read(target)).has(decodeURIComponent(anchor)));
      if (!found) dead.push(`${file}: ${address}`);
    }
  }
  expect(dead).toEqual([]);
  expect(links).toBeGreaterThan(100);
});

it('every guide and reference stands in the index of the documents', () => {
  const index = read('docs/README.md');
  for (const folder of ['guides', 'reference'])
    for (const name of readdirSync(join(root, 'docs', folder))) expect(index).toContain(`(${folder}/${name})`);
});
