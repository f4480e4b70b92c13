import { readFileSync } from 'node:fs';

/** Reads a file of published vectors; each vector in it names its origin. */
export function readFixture<T>(name: string): T {
  const file = new URL(`../../test/fixtures/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
