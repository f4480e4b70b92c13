import { load, type Row } from './measure.ts';
import { measurePrimitives } from './seal/primitives.ts';
import { measureRotation } from './seal/rotation.ts';

/** Sealing beside bare `node:crypto`, and a column that is sealed again while it is read and written. */
export async function run(): Promise<readonly Row[]> {
  process.stdout.write(`load average ${load()}\n`);
  return [...measurePrimitives(), await measureRotation(Number(process.env['MENSHEN_BENCH_FIELDS'] ?? 1_000_000))];
}
