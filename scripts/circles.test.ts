import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

/**
 * Files that import each other in a circle, types included: none can be read, tested or moved without the others. The one knot is the scanner's
 * interpreter, in which a call evaluates expressions, and an expression calls.
 */
const knot = 'scan/src/authz/';

const root = join(import.meta.dirname, '..', 'packages');
const isSource = (file: string): boolean =>
  /^[^/]+\/src\//.test(file) && /(?<!\.d|\.test)\.tsx?$/.test(file) && !file.includes('node_modules/');

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target = '']) => join(dirname(file), target));
}

/** The first circle that can be reached, as the files on its way round; null when there is none. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const way: string[] = [];
  const walk = (file: string): string[] | null => {
    if (done.has(file)) return null;
    const at = way.indexOf(file);
    if (at !== -1) return [...way.slice(at), file];
    way.push(file);
    for (const target of imports.get(file) ?? []) {
      const circle = walk(target);
      if (circle !== null) return circle;
    }
    way.pop();
    done.add(file);
    return null;
  };
  for (const file of imports.keys()) {
    const circle = walk(file);
    if (circle !== null) return circle;
  }
  return null;
}

it('finds a circle, and its way round', () => {
  expect(
    circleIn(
      new Map([
        ['a', ['b']],
        ['b', ['c', 'd']],
        ['c', []],
        ['d', ['b']],
      ]),
    ),
  ).toEqual(['b', 'd', 'b']);
  expect(
    circleIn(
      new Map([
        ['a', ['b', 'c']],
        ['b', ['c']],
        ['c', []],
      ]),
    ),
  ).toBeNull();
});

it('no files import each other in a circle', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => isSource(file) && !file.startsWith(knot));
  expect(files.length).toBeGreaterThan(1_000);
  expect(circleIn(new Map(files.map((file) => [file, importsOf(file).filter((target) => !target.startsWith(knot))])))).toBeNull();
});
