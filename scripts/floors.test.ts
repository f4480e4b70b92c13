import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The floors of the house, lowest first: a package imports only from floors below its own, or what its line names. */
const floors: readonly (readonly string[])[] = [
  ['contract', 'wechat', 'wire', 'policy', 'inspect', 'tlog', 'seal', 'scan', 'sigma'],
  ['server'],
  ['console', 'miniprogram', 'backend', 'emulator', 'demo'],
];

/** The composition root of `npm start` brings up the demo, which stands above it. */
const wiring = new Map([['server/src/cli', new Set(['emulator', 'demo', 'console'])]]);
/** Packages of the top floor that build on a neighbour: the demo plays with the client SDK and a verified backend. */
const neighbours = new Map([['demo', new Set(['miniprogram', 'backend', 'emulator'])]]);

const root = join(import.meta.dirname, '..', 'packages');
const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file) || /(^|\/)(testing(\/|\.ts$)|test-)/.test(file);

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.tsx?$/.test(file) && !file.includes('node_modules') && !isTest(file));
}

const imports = (text: string): string[] =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((match) => match[1] ?? '');

describe('floors', () => {
  floors.forEach((packages, level) => {
    for (const name of packages) {
      it(`${name} imports only from below`, () => {
        const below = new Set(floors.slice(0, level).flat());
        const folder = join(root, name, 'src');
        for (const file of sources(folder)) {
          const from = `${name}/src/${file}`;
          const allowed = new Set([
            ...below,
            ...(neighbours.get(name) ?? []),
            ...[...wiring].flatMap(([place, more]) => (from.startsWith(`${place}/`) ? [...more] : [])),
          ]);
          for (const target of imports(readFileSync(join(folder, file), 'utf8'))) {
            const sibling = /^@menshen\/([a-z]+)/.exec(target)?.[1];
            if (sibling !== undefined && sibling !== name) expect(allowed, `${from} imports ${target}`).toContain(sibling);
            expect(target, `${from} reaches into another package`).not.toMatch(/\.\.\/\.\.\/[a-z]+\/src/);
          }
        }
      });
    }
  });

  it('keeps network, files and clocks out of the ground floor', () => {
    for (const name of floors[0] ?? []) {
      const folder = join(root, name, 'src');
      for (const file of sources(folder)) {
        const whole = readFileSync(join(folder, file), 'utf8');
        // A rule catalogue quotes faulty code as text.
        const text = /(?:^|\/)catalogue[\w-]*\.ts$/.test(file)
          ? whole.replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, "''")
          : whole;
        for (const target of imports(whole))
          expect(
            ['node:fs', 'node:fs/promises', 'node:net', 'node:http', 'node:https', 'node:child_process', 'node:worker_threads'],
            `${name}/src/${file}`,
          ).not.toContain(target);
        expect(
          /\bDate\.now\(|\bMath\.random\(|\bprocess\.env\b/.test(text),
          `${name}/src/${file} reads a clock, chance or the environment`,
        ).toBe(false);
      }
    }
  });
});
